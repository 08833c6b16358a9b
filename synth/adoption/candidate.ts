/** Edits of a program that may make a field what it is live. Each is a guess, from the words and values of the program; that
 * it is right is found out by rendering. */
import { additions } from './additions.ts';
import { changes } from './changes.ts';
import type { Guess } from './guess.ts';
import { lineAt, type ProgramSource } from './program-source.ts';
import { removals } from './removals.ts';
import type { TextEdit } from './text-edit.ts';
import type { Wish } from './wish.ts';

export interface Candidate {
  readonly file: string;
  /** Where it is made, from 1. */
  readonly line: number;
  readonly edit: TextEdit;
  /** Equal for those between which nothing but their place decides. */
  readonly tier: string;
}

/** @returns the likeliest first; equal sources and wishes give equal lists */
export function candidatesFor(wish: Wish, sources: readonly ProgramSource[]): readonly Candidate[] {
  const guesses = sources.flatMap((source) => guessesIn(source, wish));
  const seen = new Set<string>();
  return guesses
    .toSorted((a, b) => compareNumbers(a.likely, b.likely) || a.distance - b.distance)
    .flatMap(({ source, edit, likely }) => {
      const name = JSON.stringify([source.path, edit]);
      if (seen.has(name)) return [];
      seen.add(name);
      return [{ file: source.path, line: lineAt(source, edit.start), edit, tier: likely.join() }];
    });
}

function guessesIn(source: ProgramSource, wish: Wish): readonly Guess[] {
  if (wish.after === undefined) return [...removals(source, wish)];
  if (wish.before === undefined) return [...additions(source, wish)];
  return [...changes(source, wish)];
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (const [index, number] of a.entries()) {
    const difference = number - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
