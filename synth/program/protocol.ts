/** What the process that runs a program says to the one that started it: one JSON text on file descriptor 3,
 * written when the process ends. */
import type { Collected } from '../../lib/render/tree/index.ts';

export const RESULT_DESCRIPTOR = 3;

/** A line feed behind the JSON text says that all went well and nothing of the program is left to run, so that
 * nobody has to wait until the process has cleared up. */
export const RESULT_END = 0x0a;

/** Name of the environment variable with {@link ChildInput}; the program does not see it. */
export const INPUT_VARIABLE = 'TRUEKEEL_PROGRAM_INPUT';

export interface ChildInput {
  /** Root of the repository. */
  readonly root: string;
  /** The program's file. */
  readonly program: string;
  /** What `Date.now()` says: milliseconds since 1970. */
  readonly time: number;
  readonly restricted: boolean;
}

export interface ChildOutput {
  /** One for each App whose `synth()` was called. */
  readonly apps: readonly Collected[];
  readonly failure?: ProgramFailure;
}

/** What ended the program early. */
export interface ProgramFailure {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly family?: string;
  readonly hint?: string;
  readonly constructPath?: string;
  /** Top frame in the program. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}
