/** The loop of `truekeel dev`: a save, what it makes of the program, what that makes of the cluster. */
import { dirname, relative } from 'node:path';
import { type ApplyResult, applyPlan, runToEnd } from '../../lib/apply/index.ts';
import { type RenderedEnvironment, TruekeelError } from '../../lib/objects/index.ts';
import { desiredFromRendered, planApplications } from '../../lib/plan/index.ts';
import type { OpenSecret } from '../../lib/sealed/index.ts';
import { type ProgramLimits, WarmProgram } from '../program/index.ts';
import type { DevCluster } from './cluster.ts';
import { type ObjectChange, objectChanges } from './object-changes.ts';
import { Watcher } from './watcher.ts';

/** What is run, and for which environment. */
export interface DevProgram {
  readonly program: string;
  readonly cwd: string;
  readonly root: string;
  /** The first of the program when absent. */
  readonly environment: string | undefined;
  /** Where the configuration file is, or would be. */
  readonly configuration: string;
  readonly limits: ProgramLimits;
}

export interface DevOptions {
  /** Reads it: at first, and again when the configuration changed. */
  readonly readProgram: () => Promise<DevProgram>;
  readonly isConfiguration: (path: string) => boolean;
  readonly cluster: DevCluster;
  readonly timeoutMs: number;
  readonly openSecret: OpenSecret;
  readonly signal: AbortSignal;
  readonly report: (event: DevEvent) => void;
}

export type DevEvent =
  /** The program was rendered. */
  | {
      readonly type: 'rendered';
      readonly round: number;
      /** What was saved, relative to the root; empty at first. */
      readonly saved: readonly string[];
      readonly environment: RenderedEnvironment;
      /** Against the last good render. */
      readonly changes: readonly ObjectChange[];
      /** Those that the last good render did not have. */
      readonly warnings: readonly TruekeelError[];
      /** From the first write of the save on. */
      readonly durationMs: number;
    }
  /** It was not, or could not be applied. */
  | {
      readonly type: 'failed';
      readonly round: number;
      readonly saved: readonly string[];
      readonly error: TruekeelError;
      readonly durationMs: number;
    }
  | { readonly type: 'applied'; readonly round: number; readonly result: ApplyResult };

/** Goes on until the signal aborts. A save while a round is under way ends the round.
 * @throws TruekeelError `WATCH_FAILED`; what is wrong with the program is reported */
export async function develop(options: DevOptions): Promise<void> {
  const session = new Session(options);
  try {
    await session.run();
  } finally {
    session.close();
  }
}

interface Save {
  readonly paths: ReadonlySet<string>;
  readonly since: number;
}

/** What is loaded before the program is no longer what is there. */
const PACKAGES = /(?:^|\/)(?:package(?:-lock)?\.json|tsconfig\.json)$/;

class Session {
  readonly #options: DevOptions;
  readonly #watcher: Watcher;
  #saves: Save[] = [];
  #saved = Promise.withResolvers<void>();
  #round = 0;
  #current = new AbortController();
  #program: DevProgram | undefined;
  #warm: WarmProgram | undefined;
  #last: RenderedEnvironment | undefined;
  #warned: ReadonlySet<string> = new Set();

  constructor(options: DevOptions) {
    this.#options = options;
    this.#watcher = new Watcher({
      onChange: (paths, since) => {
        this.#saves.push({ paths, since });
        this.#current.abort();
        this.#saved.resolve();
      },
    });
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  readonly #onAbort = (): void => {
    this.#current.abort();
    this.#saved.resolve();
  };

  async run(): Promise<void> {
    const { signal } = this.#options;
    let save: Save = { paths: new Set(), since: performance.now() };
    while (!signal.aborted) {
      this.#current = new AbortController();
      await this.#carryOut(save, this.#current.signal);
      if (this.#saves.length === 0 && !signal.aborted) await this.#saved.promise;
      this.#saved = Promise.withResolvers();
      const [first] = this.#saves;
      save = {
        paths: new Set(this.#saves.flatMap(({ paths }) => [...paths])),
        since: first?.since ?? performance.now(),
      };
      this.#saves = [];
    }
  }

  close(): void {
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#watcher.close();
    this.#warm?.forget();
  }

  async #carryOut({ paths, since }: Save, signal: AbortSignal): Promise<void> {
    const { report } = this.#options;
    const round = ++this.#round;
    let environment: RenderedEnvironment;
    let saved: readonly string[] = [];
    try {
      const program = await this.#read(paths);
      saved = [...paths].map((path) => relative(program.root, path)).sort();
      const warnings: TruekeelError[] = [];
      const environments = await this.#warm!.run(signal, (warning) => warnings.push(warning));
      environment = chosen(environments, program.environment);
      const changes = objectChanges(this.#last, environment);
      report({
        type: 'rendered',
        round,
        saved,
        environment,
        changes,
        warnings: warnings.filter(({ message }) => !this.#warned.has(message)),
        durationMs: performance.now() - since,
      });
      this.#warned = new Set(warnings.map(({ message }) => message));
    } catch (error) {
      if (!signal.aborted) this.#fail(error, round, saved, since);
      return;
    } finally {
      this.#warm?.prepare();
      this.#watchImported();
    }
    this.#last = environment;
    try {
      const result = await this.#apply(environment, signal);
      if (!signal.aborted) report({ type: 'applied', round, result });
    } catch (error) {
      if (!signal.aborted) this.#fail(error, round, saved, since);
    }
  }

  #fail(error: unknown, round: number, saved: readonly string[], since: number): void {
    if (!(error instanceof TruekeelError) || error.code === 'WATCH_FAILED') throw error;
    this.#options.report({ type: 'failed', round, saved, error, durationMs: performance.now() - since });
  }

  async #read(paths: ReadonlySet<string>): Promise<DevProgram> {
    const changed = [...paths];
    if (!this.#program || changed.some(this.#options.isConfiguration)) {
      this.#program = undefined;
      this.#warm?.forget();
      this.#program = await this.#options.readProgram();
      this.#warm = new WarmProgram(this.#program, this.#program.limits);
      this.#watcher.add(dirname(this.#program.program));
      this.#watcher.add(this.#program.configuration, { below: false });
    } else if (changed.some((path) => PACKAGES.test(path))) this.#warm?.forget();
    return this.#program;
  }

  /** Files that it imports may lie elsewhere in the repository. */
  #watchImported(): void {
    for (const file of this.#warm?.files() ?? []) this.#watcher.add(dirname(file), { below: false });
  }

  async #apply(environment: RenderedEnvironment, signal: AbortSignal): Promise<ApplyResult> {
    const { cluster, timeoutMs, openSecret } = this.#options;
    const { client } = cluster;
    const { name, project } = environment;
    const applications = environment.applications.map(desiredFromRendered);
    const plan = await planApplications({
      client,
      applications,
      scope: { environment: name, ...(project !== undefined && { project }) },
      options: { approvals: cluster.isThrowaway ? EVERYTHING : [], openSecret },
    });
    return runToEnd(applyPlan({ client, plan, applications, options: { timeoutMs, signal, openSecret } }));
  }
}

const EVERYTHING = (
  ['EMPTY_RENDER', 'MISSING_APPLICATION', 'TOO_MANY_DELETES', 'PROTECTED_OBJECT'] as const
).map((code) => ({ code }));

function chosen(environments: readonly RenderedEnvironment[], name: string | undefined): RenderedEnvironment {
  const found = name === undefined ? environments[0] : environments.find((one) => one.name === name);
  if (found) return found;
  throw new TruekeelError(`the program has no environment ${name ?? 'at all'}`, {
    code: 'UNKNOWN_ENVIRONMENT',
    family: 'usage',
    hint: `It has: ${environments.map((one) => one.name).join(', ') || 'none'}.`,
  });
}
