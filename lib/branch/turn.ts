/** One writer of a branch at a time in this process: a second one starts from what the first one left, instead of making a
 * commit that loses the race. Between processes the compare-and-swap decides. */
import type { Repository } from '../git/index.ts';
import { type EnvironmentRef, renderedRef } from './names.ts';
import type { RemoteTarget } from './publish.ts';

/** What the last writer in line for a branch ends with. */
const lines = new Map<string, Promise<unknown>>();

/** Waits until everybody who asked before for the same branch is done: of the same repository, and where it is pushed to a URL,
 * of that remote, whichever clone they have. */
export async function inTurn<T>(
  repository: Repository,
  environment: EnvironmentRef,
  { remote }: RemoteTarget,
  write: () => Promise<T>,
): Promise<T> {
  const ref = renderedRef(environment);
  // Names of remotes are a repository's own. All take the two lines in this order, so that nobody waits for one who waits for them.
  const isUrl = remote?.includes('://') === true;
  const onRemote = isUrl ? () => inLine(`${remote}\0${ref}`, write) : write;
  return inLine(`${repository.commonDirectory}\0${ref}`, onRemote);
}

async function inLine<T>(key: string, write: () => Promise<T>): Promise<T> {
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
