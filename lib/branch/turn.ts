/** One writer of a branch at a time in this process: a second one starts from what the first one left, instead of making a
 * commit that loses the race. Between processes the compare-and-swap decides. */
import type { Repository } from '../git/index.ts';
import { type EnvironmentRef, renderedRef } from './names.ts';

/** What the last writer in line for a branch ends with. */
const lines = new Map<string, Promise<unknown>>();

/** Waits until everybody who asked before for the same branch of the same repository is done. */
export async function inTurn<T>(
  repository: Repository,
  environment: EnvironmentRef,
  write: () => Promise<T>,
): Promise<T> {
  const key = `${repository.commonDirectory}\0${renderedRef(environment)}`;
  const before = lines.get(key) ?? Promise.resolve();
  // Whether the one before failed is its own affair.
  const mine = before.then(write, write);
  const settled = mine.catch(() => undefined);
  lines.set(key, settled);
  try {
    return await mine;
  } finally {
    if (lines.get(key) === settled) lines.delete(key);
  }
}
