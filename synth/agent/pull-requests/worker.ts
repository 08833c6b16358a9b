/** Does jobs, one after the other in each of two lanes: what people wrote does not wait for what takes long. */
import { TruekeelError } from '../../../lib/objects/index.ts';
import { type AgentLog, describe } from '../log.ts';
import { Wake } from '../wake.ts';
import { type Job, nameOf } from './job.ts';
import type { JobStore, StoredJob } from './job-store.ts';

export interface WorkerOptions {
  readonly store: JobStore;
  readonly log: AgentLog;
  /** @throws what another try may mend, or what none will */
  readonly carryOut: (job: Job, signal: AbortSignal) => Promise<void>;
  /** Milliseconds until a job is tried again. */
  readonly pauseMs?: (tries: number) => number;
}

type Lane = 'commands' | 'changes';

const MOST_TRIES = 10;
const LONGEST_PAUSE_MS = 5 * 60_000;

export class Worker {
  readonly #options: WorkerOptions;
  readonly #wakes: Readonly<Record<Lane, Wake>> = { commands: new Wake(), changes: new Wake() };
  readonly #tries = new Map<string, { readonly count: number; readonly notBefore: number }>();
  #current: { readonly name: string; readonly controller: AbortController } | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** Resolves once the job is written down. What it makes out of date is stopped. */
  async add(job: Job): Promise<void> {
    if (!(await this.#options.store.put(job))) return;
    const name = nameOf(job);
    this.#tries.delete(name);
    if (this.#current?.name === name) this.#current.controller.abort();
    this.#wakes[laneOf(job)].wake();
  }

  /** Works until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#runLane('commands', signal), this.#runLane('changes', signal)]);
  }

  async #runLane(lane: Lane, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const jobs = (await this.#options.store.all()).filter(({ job }) => laneOf(job) === lane);
      const now = performance.now();
      const due = jobs.find(({ job }) => (this.#tries.get(nameOf(job))?.notBefore ?? 0) <= now);
      if (due) await this.#do(due, lane, signal);
      else {
        const next = jobs.map(({ job }) => this.#tries.get(nameOf(job))?.notBefore ?? now);
        await this.#wakes[lane].wait(Math.max(0, Math.min(...next) - now), signal);
      }
    }
  }

  async #do(stored: StoredJob, lane: Lane, signal: AbortSignal): Promise<void> {
    const { store, log, carryOut } = this.#options;
    const { job } = stored;
    const name = nameOf(job);
    const controller = new AbortController();
    if (lane === 'changes') this.#current = { name, controller };
    const data = { job: job.type, pullRequest: job.number };
    try {
      await carryOut(job, AbortSignal.any([signal, controller.signal]));
      this.#tries.delete(name);
      await store.finish(stored);
    } catch (error) {
      // What took its place is there as a job of its own; and after a stop it is taken up again.
      if (controller.signal.aborted || signal.aborted) return;
      const tries = (this.#tries.get(name)?.count ?? 0) + 1;
      if (isAway(error) || (mayMend(error) && tries < MOST_TRIES)) {
        const pause = (this.#options.pauseMs ?? longerEachTime)(tries);
        this.#tries.set(name, { count: tries, notBefore: performance.now() + pause });
        log.warn({ ...data, error: describe(error), tries }, 'a job is tried again later');
        return;
      }
      log.error({ ...data, error: describe(error) }, 'a job failed');
      this.#tries.delete(name);
      await store.finish(stored);
    } finally {
      if (this.#current?.controller === controller) this.#current = undefined;
    }
  }
}

function laneOf({ type }: Job): Lane {
  return type === 'command' || type === 'finish' ? 'commands' : 'changes';
}

function longerEachTime(tries: number): number {
  return Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** tries);
}

/** It is waited for as long as it takes: that says nothing about the job. */
function isAway(error: unknown): boolean {
  return error instanceof TruekeelError && AWAY.has(error.code);
}

const AWAY: ReadonlySet<string> = new Set([
  'CONNECTION_LOST',
  'FORGE_NOT_AN_API',
  'FORGE_RATE_LIMITED',
  'FORGE_TOKEN_REFUSED',
  'FORGE_UNREACHABLE',
  'PREVIEW_GOING',
  'REMOTE_UNREACHABLE',
  'TOO_MANY_REQUESTS',
  'UNREACHABLE',
]);

/** What is wrong with the way to somebody, and not with what was asked for. */
function mayMend(error: unknown): boolean {
  if (!(error instanceof TruekeelError)) return false;
  return ['error', 'not-ready', 'conflict'].includes(error.family) && !FINAL.has(error.code);
}

const FINAL: ReadonlySet<string> = new Set(['MERGE_CONFLICT', 'PREVIEW_NAMESPACE_TAKEN', 'PREVIEW_LIMIT']);
