import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { RenderedEnvironment, TruekeelError } from '../../lib/objects/index.ts';
import { type ProgramPlace, startChild, startWaiting, type Waiting } from './child-process.ts';
import { type ChildOptions, DEFAULT_LIMITS, type ProgramLimits } from './limits.ts';
import { findProgram, renderedBy } from './run.ts';
import { SourceCache } from './source-cache.ts';
import { strippedSources } from './sources.ts';

/** A program that is run again and again while it is written. Each run has a process of its own, as ever; the process was
 * started before, and waits with everything loaded but the program. */
export class WarmProgram {
  readonly #start: { readonly program: string; readonly cwd: string; readonly root: string };
  readonly #limits: ChildOptions;
  readonly #cache = new SourceCache();
  #packages: readonly string[] = ['cdk8s'];
  #waiting: Waiting | undefined;

  /** @param start as of `runProgram` */
  constructor(
    start: { readonly program: string; readonly cwd: string; readonly root: string },
    limits: ProgramLimits = {},
  ) {
    this.#start = start;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /** Has the next run's process come up. It holds what packages were at this time. */
  prepare(): void {
    if (this.#waiting?.isAlive()) return;
    let place: ProgramPlace;
    try {
      place = this.#place();
    } catch {
      // The run says so.
      return;
    }
    this.#waiting = startWaiting(place, this.#limits, this.#packages, this.#cache);
  }

  /** @throws as `runProgram`
   * @throws the signal's reason when it aborts */
  async run(
    signal: AbortSignal,
    onWarning?: (warning: TruekeelError) => void,
  ): Promise<readonly RenderedEnvironment[]> {
    signal.throwIfAborted();
    const place = this.#place();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    const running = waiting?.isAlive() ? waiting.start() : startChild(place, this.#limits);
    const end = () => running.end();
    signal.addEventListener('abort', end, { once: true });
    try {
      const { environments, packages } = await renderedBy(running, place, onWarning ? { onWarning } : {});
      this.#packages = packages;
      return environments;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  /** The TypeScript files that it is made of, as far as its imports say, itself among them. */
  files(): readonly string[] {
    const { program, cwd } = this.#start;
    const entry = pathToFileURL(resolve(cwd, program)).href;
    return Object.keys(strippedSources([entry], {}, this.#cache)).map((url) => fileURLToPath(url));
  }

  /** Ends the process that waits: it has loaded what is no longer there, or is not needed. */
  forget(): void {
    this.#waiting?.end();
    this.#waiting = undefined;
  }

  #place(): ProgramPlace {
    const root = realpathSync(this.#start.root);
    const cwd = resolve(this.#start.cwd);
    return { root, cwd, program: findProgram(resolve(cwd, this.#start.program), root) };
  }
}
