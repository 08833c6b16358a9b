/** Commits whose parents were not fetched (gitrepository-layout, "shallow"). */
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GitContext } from './context.ts';
import { GitError } from './errors.ts';
import { isOid, type Oid } from './oid.ts';

/** Linked work trees share it, as they share the objects. */
function pathOf(context: GitContext): string {
  return join(dirname(context.objectsDirectory), 'shallow');
}

export async function readShallow(context: GitContext): Promise<ReadonlySet<Oid>> {
  const text = await readFile(pathOf(context), 'latin1').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  return new Set(text.split('\n').filter(isOid));
}

/** Writes it as Git does: under a lock that others respect.
 * @throws GitError `REF_CHANGED` when somebody else holds the lock */
export async function writeShallow(context: GitContext, commits: ReadonlySet<Oid>): Promise<void> {
  const path = pathOf(context);
  const lock = await open(`${path}.lock`, 'wx').catch((error: unknown) => {
    throw new GitError('REF_CHANGED', `${path} is locked by another process`, {
      hint: 'Run it again. If no Git runs here, remove the file that ends in ".lock".',
      cause: error,
    });
  });
  await lock.writeFile(
    [...commits]
      .sort()
      .map((oid) => `${oid}\n`)
      .join(''),
  );
  await lock.close();
  if (commits.size > 0) return rename(`${path}.lock`, path);
  await rm(path, { force: true });
  await rm(`${path}.lock`);
}
