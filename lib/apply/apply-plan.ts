import { rulesByApplication } from '../health/index.ts';
import type { KubeClient } from '../kube/index.ts';
import { KubeError, objectWatcher } from '../kube/index.ts';
import type { DesiredApplication } from '../objects/index.ts';
import { formatKey, Label, TruekeelError } from '../objects/index.ts';
import type { Action, Approval, ApprovedPlan, Plan, PlannedChange } from '../plan/index.ts';
import {
  approvedPlanOf,
  comparePlanNames,
  countActions,
  planDifferences,
  weighApprovals,
} from '../plan/index.ts';
import { NO_KEYS, type OpenSecret } from '../sealed/index.ts';
import type { RecordedApproval } from './approvals.ts';
import { BEGUN, isBegun, keeperOf, recordsOf, whoWeAre } from './approvals.ts';
import { Channel } from './channel.ts';
import { AdaptiveLimit, type ConcurrencyOptions } from './concurrency.ts';
import type { ApplyEvent, ApplyResult } from './events.ts';
import { Explainer } from './explain.ts';
import { putReleasesAside } from './helm.ts';
import { HookRecords } from './hook-records.ts';
import { InventoryWriter } from './inventory.ts';
import type { RunContext } from './run.ts';
import { Unplanned } from './run.ts';
import { startRunSpans } from './run-spans.ts';
import { Scheduler, type Task } from './scheduler.ts';
import { taskGraph } from './task-graph.ts';

export interface ApplyOptions {
  /** Whether the run ends only when all that it wrote is ready, and all that it deleted is gone; true when absent.
   * Where an edge says *ready*, it is awaited in any case. */
  readonly wait?: boolean;
  /** Milliseconds that one object may take to get ready; default ten minutes. */
  readonly timeoutMs?: number;
  /** Milliseconds that may pass without any change in an object that is awaited; default three minutes. */
  readonly noProgressTimeoutMs?: number;
  readonly concurrency?: ConcurrencyOptions;
  /** Stops the run: no write is started any more, those in flight are finished. */
  readonly signal?: AbortSignal;
  /** The plan must have this digest. */
  readonly approvedDigest?: string;
  /** The plan that was approved, to say what differs from it. */
  readonly approvedPlan?: ApprovedPlan;
  /** What was approved when the release was reviewed. Its plan must come out, unless it was begun already: then what is
   * left of it, and what is drift, leads to what was approved. {@link approvedDigest} wins over it. */
  readonly approvedRelease?: ApprovedRelease;
  readonly approvals?: readonly Approval[];
  /** Opens sealed Secrets; without it none is written. */
  readonly openSecret?: OpenSecret;
}

export interface ApprovedRelease {
  /** Digest of the plan. */
  readonly plan: string;
  readonly by: readonly string[];
}

export interface ApplyRequest {
  readonly client: KubeClient;
  readonly plan: Plan;
  /** The applications that the plan was made from. */
  readonly applications: readonly DesiredApplication[];
  readonly options?: ApplyOptions;
}

/** Carries a plan out, and tells what happens. The last event is `finished`, with the result; errors of single
 * objects are in it. Leaving the loop early stops the run as the signal does.
 *
 * @throws TruekeelError before anything is written: `PLAN_CHANGED`, or the code of the guard that refuses */
export async function* applyPlan(request: ApplyRequest): AsyncGenerator<ApplyEvent, void> {
  const { plan, options = {} } = request;
  checkApproval(plan, options);
  const abandoned = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, abandoned.signal]) : abandoned.signal;
  const events = new Channel<ApplyEvent>();
  const spans = await startRunSpans(plan);
  const run = new Run(request, signal, (event) => {
    spans?.see(event);
    events.send(event);
  });
  const ended = run
    .run()
    .catch((error: unknown) => {
      spans?.end(error);
      throw error;
    })
    .finally(() => events.close());
  // The reader sees the error below, once the events before it are read.
  ended.catch(() => {});
  try {
    yield* events;
    await ended;
  } finally {
    abandoned.abort();
    await ended.catch(() => {});
  }
}

/** Reads the events of a run to the end.
 * @throws what the run throws */
export async function runToEnd(events: AsyncIterable<ApplyEvent>): Promise<ApplyResult> {
  let result: ApplyResult | undefined;
  for await (const event of events) if (event.type === 'finished') result = event.result;
  if (!result) throw new Error('the run ended without a result');
  return result;
}

/** @throws TruekeelError `PLAN_CHANGED`, or the code of the guard that refuses */
function checkApproval(plan: Plan, options: ApplyOptions): void {
  const { approvedDigest, approvedPlan, approvals = [] } = options;
  checkApprovedRelease(plan, options);
  const compared = approvedDigest === undefined ? 'same' : comparePlanNames(approvedDigest, plan.digest);
  if (compared !== 'same') {
    const differences =
      compared === 'another cluster'
        ? [ANOTHER_CLUSTER]
        : approvedPlan
          ? planDifferences(approvedPlan, approvedPlanOf(plan))
          : currentChanges(plan);
    throw new TruekeelError(
      `the plan is no longer the one that was approved (${approvedDigest}), it is ${plan.digest}:\n${differences.map((line) => `  ${line}`).join('\n')}`,
      {
        code: 'PLAN_CHANGED',
        family: 'plan-changed',
        hint: 'Look at the new plan, and approve it if it is what you want.',
      },
    );
  }
  const [refusal, ...others] = weighApprovals(plan.refusals, approvals).refused;
  if (!refusal) return;
  throw new TruekeelError([refusal, ...others].map(({ message }) => message).join('\n'), {
    code: refusal.code,
    family: 'guard',
    ...(refusal.keys[0] && { key: refusal.keys[0] }),
    hint: `Nothing was written. If it is what you want, approve ${[...new Set([refusal, ...others].map(({ code }) => code))].join(', ')}.`,
  });
}

/** @throws TruekeelError `PLAN_CHANGED` when another outcome was approved with the release */
export function checkApprovedRelease(
  plan: Plan,
  { approvedDigest, approvedRelease }: Pick<ApplyOptions, 'approvedDigest' | 'approvedRelease'>,
): void {
  if (!approvedRelease || approvedDigest !== undefined) return;
  const { plan: digest, by } = approvedRelease;
  const compared = comparePlanNames(digest, plan.digest);
  if (compared === 'same') return;
  if (plan.changes.every(({ action }) => action === 'none')) return;
  if (plan.inventories.some(({ approvals }) => isBegun(approvals, digest))) return;
  const who = by.length === 0 ? '' : ` by ${by.join(', ')}`;
  throw new TruekeelError(
    `the plan is not the one that was approved${who} with this release (${digest}), it is ${plan.digest}:\n${(compared ===
    'another cluster'
      ? [ANOTHER_CLUSTER]
      : currentChanges(plan)
    )
      .map((line) => `  ${line}`)
      .join('\n')}`,
    {
      code: 'PLAN_CHANGED',
      family: 'plan-changed',
      hint: `The cluster or the branch changed since the review. If this is what you want, approve it: truekeel apply --plan ${plan.digest}`,
    },
  );
}

const ANOTHER_CLUSTER = 'the changes are the same, and were approved for another cluster';

function currentChanges({ changes }: Plan): readonly string[] {
  const lines = changes.flatMap(({ key, action, because }) =>
    action === 'none' ? [] : [`${formatKey(key)}: ${action}${because === '' ? '' : ` (${because})`}`],
  );
  return lines.length > 0 ? lines : ['nothing is to be changed'];
}

const DEFAULT_TIMEOUT_MS = 600_000;
const DEFAULT_NO_PROGRESS_MS = 180_000;

/** So many names fit into one selector; more are not worth being told apart. */
const SELECTED_APPLICATIONS = 50;

class Run {
  readonly #request: ApplyRequest;
  readonly #signal: AbortSignal;
  readonly #emit: (event: ApplyEvent) => void;
  readonly #errors: TruekeelError[];
  readonly #skipped: { readonly key: PlannedChange['key']; readonly because: string }[] = [];
  readonly #done: { readonly action: Action }[] = [];
  #approvals: readonly RecordedApproval[] = [];
  readonly #changes: ReadonlyMap<string, PlannedChange>;
  #interrupted = false;
  #writesFailed = false;
  /** Why no write is started any more. */
  #stopReason = 'the run was stopped';

  constructor(request: ApplyRequest, signal: AbortSignal, emit: (event: ApplyEvent) => void) {
    this.#request = request;
    this.#signal = signal;
    this.#emit = emit;
    this.#errors = [...request.plan.errors];
    this.#changes = new Map(request.plan.changes.map((change) => [formatKey(change.key), change]));
  }

  async run(): Promise<void> {
    const { client, plan, applications, options = {} } = this.#request;
    const started = performance.now();
    const requestsBefore = client.requests;
    this.#emit({ type: 'started', total: plan.changes.filter(({ action }) => action !== 'none').length });
    for (const edge of plan.droppedEdges) this.#emit({ type: 'edge-dropped', edge });
    const names = [...new Set(plan.changes.map(({ application }) => application))];
    const labelSelector =
      names.length === 0 || names.length > SELECTED_APPLICATIONS
        ? Label.application
        : `${Label.application} in (${names.join(',')})`;
    const ours = objectWatcher(client, { labelSelector });
    const any = objectWatcher(client);
    const byName = new Map(applications.map((application) => [application.name, application]));
    const inventoryWriter = new InventoryWriter(client, plan.environment);
    try {
      await this.#carryOut({
        client,
        plan,
        applications: byName,
        inventories: new Map(plan.inventories.map((inventory) => [inventory.application, inventory])),
        inventoryWriter,
        ours,
        any,
        explainer: new Explainer(client, any),
        limit: new AdaptiveLimit(options.concurrency),
        wait: options.wait ?? true,
        limits: {
          timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
          noProgressTimeoutMs: options.noProgressTimeoutMs ?? DEFAULT_NO_PROGRESS_MS,
        },
        healthRules: rulesByApplication(applications),
        hooks: new HookRecords(inventoryWriter, plan.inventories, byName),
        openSecret: options.openSecret ?? NO_KEYS,
        signal: this.#signal,
        emit: this.#emit,
        done: (action) => this.#done.push({ action }),
      });
    } finally {
      ours.close();
      any.close();
    }
    this.#emit({
      type: 'finished',
      result: {
        actions: { ...countActions(this.#done), none: plan.counts.none },
        errors: this.#errors,
        skipped: this.#skipped,
        approvals: this.#approvals,
        requests: subtract(client.requests, requestsBefore),
        planDigest: plan.digest,
        durationMs: performance.now() - started,
        interrupted: this.#interrupted,
      },
    });
  }

  async #carryOut(context: RunContext): Promise<void> {
    if (!this.#signal.aborted) {
      await this.#recordApprovals(context);
      await this.#recordBeginning(context);
    }
    const { tasks, edges } = taskGraph(context);
    const scheduler = new Scheduler(tasks, edges, context.limit, {
      failed: (task, error, stage) => {
        if (this.#failed(task, error, stage)) scheduler.stop();
      },
      skipped: (task, because) => this.#skip(task, this.#whySkipped(task, because)),
      stopped: (task) => {
        this.#interrupted ||= this.#signal.aborted;
        this.#skip(task, this.#stopReason);
      },
    });
    const onAbort = () => scheduler.stop();
    this.#signal.addEventListener('abort', onAbort, { once: true });
    if (this.#signal.aborted) onAbort();
    try {
      await scheduler.run();
    } finally {
      this.#signal.removeEventListener('abort', onAbort);
    }
    const complete = !this.#writesFailed && !this.#interrupted && this.#skipped.length === 0;
    if (complete && this.#request.plan.errors.length === 0) await this.#settle(context);
  }

  /** Before anything is done that an approval lets pass, it is written down that it does.
   * @throws KubeError when that fails: what cannot be accounted for is not done */
  async #recordApprovals({ client, plan, inventoryWriter }: RunContext): Promise<void> {
    const { approvals = [] } = this.#request.options ?? {};
    const approved = [...plan.approved, ...weighApprovals(plan.refusals, approvals).approved];
    if (approved.length === 0) return;
    const by = approved.every((one) => one.by !== undefined) ? '' : await whoWeAre(client);
    const at = new Date().toISOString();
    const records = recordsOf(approved, { by, at, planDigest: plan.digest });
    const byKeeper = Map.groupBy(records, ({ application }) => keeperOf(application, plan));
    for (const [inventory, own] of byKeeper) if (inventory) await inventoryWriter.record(inventory, own);
    this.#tellApprovals(records);
  }

  /** From now on what is left of the release's plan is another plan: it is written down that it was begun. */
  async #recordBeginning({ plan, inventories, inventoryWriter }: RunContext): Promise<void> {
    const { approvedRelease } = this.#request.options ?? {};
    if (!approvedRelease) return;
    const at = new Date().toISOString();
    const active = plan.changes.filter(({ action }) => action !== 'none');
    const records: RecordedApproval[] = [];
    for (const [application, changes] of Map.groupBy(active, (change) => change.application)) {
      const inventory = inventories.get(application);
      if (!inventory || isBegun(inventory.approvals, approvedRelease.plan)) continue;
      const keys = changes.map(({ key }) => key);
      const by = approvedRelease.by.join(', ');
      const record = { code: BEGUN, application, keys, by, at, planDigest: approvedRelease.plan } as const;
      await inventoryWriter.recordBeginning(inventory, [record]);
      records.push(record);
    }
    this.#tellApprovals(records);
  }

  #tellApprovals(records: readonly RecordedApproval[]): void {
    this.#approvals = [...this.#approvals, ...records];
    for (const approval of records) this.#emit({ type: 'approved', approval });
  }

  async #settle({ client, plan, inventoryWriter, hooks }: RunContext): Promise<void> {
    try {
      await hooks.settle();
      await putReleasesAside(client, plan.helmReleases);
      await inventoryWriter.settle(plan.inventories);
    } catch (error) {
      if (!(error instanceof TruekeelError)) throw error;
      this.#errors.push(error);
    }
  }

  /** @returns whether the run cannot go on at all */
  #failed(task: Task, error: unknown, stage: 'run' | 'ready'): boolean {
    if (error instanceof Unplanned) return false;
    if (stage === 'run') this.#writesFailed = true;
    if (error instanceof TruekeelError && error.code === 'INTERRUPTED') {
      this.#interrupted = true;
      return false;
    }
    const told = error instanceof TruekeelError ? error : internalError(task, error);
    this.#errors.push(told);
    // The first half of a replacement is a task without a change of its own.
    const key = this.#changes.get(task.id)?.key ?? told.key;
    if (key) this.#emit({ type: 'failed', key, error: told });
    if (!(error instanceof KubeError) || !ENDS_THE_RUN.has(error.code)) return false;
    this.#stopReason = error.message;
    return true;
  }

  #whySkipped(task: Task, because: Task): string {
    const action = this.#changes.get(task.id)?.action;
    const removes = action === 'delete' || action === 'detach';
    // The other half of its own replacement.
    if (!this.#changes.has(because.id) && because.id.startsWith(`${task.id} `)) return 'it is not gone yet';
    return removes ? `kept until ${because.id} is in place` : `it needs ${because.id}`;
  }

  #skip(task: Task, because: string): void {
    const change = this.#changes.get(task.id);
    if (!change || change.action === 'none') return;
    this.#skipped.push({ key: change.key, because });
    this.#emit({ type: 'skipped', key: change.key, because });
  }
}

/** What is wrong for every further request, too. */
const ENDS_THE_RUN: ReadonlySet<string> = new Set([
  'UNREACHABLE',
  'CONNECTION_LOST',
  'UNAUTHORIZED',
  'WRONG_CA',
  'CERTIFICATE_EXPIRED',
  'CERTIFICATE_INVALID',
  'CREDENTIALS_FAILED',
]);

function internalError(task: Task, error: unknown): TruekeelError {
  return new TruekeelError(`${task.id}: ${error instanceof Error ? error.message : String(error)}`, {
    code: 'INTERNAL',
    cause: error,
    hint: 'This is a mistake in Truekeel. Please report it.',
  });
}

function subtract(now: ApplyResult['requests'], before: ApplyResult['requests']): ApplyResult['requests'] {
  const byVerb = Object.entries(now.byVerb).flatMap(([verb, count]) => {
    const more = count - (before.byVerb[verb] ?? 0);
    return more > 0 ? [[verb, more] as const] : [];
  });
  return { total: now.total - before.total, byVerb: Object.fromEntries(byVerb) };
}
