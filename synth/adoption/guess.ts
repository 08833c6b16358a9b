import type { ProgramSource } from './program-source.ts';
import type { TextEdit } from './text-edit.ts';

/** A guess, and how likely it is: each number is worse the larger it is, the first ones count more. */
export interface Guess {
  readonly source: ProgramSource;
  readonly edit: TextEdit;
  readonly likely: readonly number[];
  /** How far from where the object is made. */
  readonly distance: number;
}
