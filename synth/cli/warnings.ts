import type { TruekeelError } from '../../lib/objects/index.ts';
import { errorResult } from './error-result.ts';
import { describeWarning } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** Prints warnings on standard error as they come, and keeps them for the result. */
export class Warnings {
  readonly #terminal: Terminal;
  readonly #all: TruekeelError[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  readonly add = (warning: TruekeelError): void => {
    this.#all.push(warning);
    const { err, paint } = this.#terminal;
    for (const line of describeWarning(warning, paint)) err(line);
  };

  get all(): readonly TruekeelError[] {
    return this.#all;
  }

  toResult(): ReturnType<typeof errorResult>[] {
    return this.#all.map((warning) => errorResult(warning));
  }
}
