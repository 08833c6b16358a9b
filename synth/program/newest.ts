import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Removes all from a directory of a cache but what was written last.
 * @param counts which names; others are left alone
 * @throws as `node:fs` does */
export function keepNewest(
  directory: string,
  most: number,
  counts: (name: string) => boolean = () => true,
): void {
  const found = readdirSync(directory)
    .filter(counts)
    .map((name) => join(directory, name))
    .map((path) => ({ path, writtenMs: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.writtenMs - a.writtenMs);
  for (const { path } of found.slice(most)) rmSync(path, { recursive: true, force: true });
}
