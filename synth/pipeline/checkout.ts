/** The files of the source commit that is rendered: the work tree as it is, or a commit extracted beside it. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Commit, Repository } from '../../lib/git/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';
import { providePackages } from './packages.ts';

export interface CheckoutOptions {
  /** A revision; the work tree when absent. */
  readonly source?: string;
  /** Where extracted sources and installed packages are kept for a while. */
  readonly cache: string;
  /** A `node_modules` directory to use instead of what the lockfile says. */
  readonly packages?: string;
}

export interface Checkout {
  readonly directory: string;
  readonly commit: Commit;
  /** Files of the work tree that are not as the commit has them; always empty for an extracted commit. */
  readonly dirty: readonly string[];
}

/** Hands over the files of a source commit, and cleans up afterwards.
 * @throws TruekeelError `NO_COMMIT` when the repository has none; GitError `UNKNOWN_REVISION` */
export async function withCheckout<T>(
  repository: Repository,
  options: CheckoutOptions,
  use: (checkout: Checkout) => Promise<T>,
): Promise<T> {
  if (options.source !== undefined) return withExtracted(repository, options.source, options, use);
  if (repository.workTree === undefined) return withExtracted(repository, 'HEAD', options, use);
  const [commit, status] = await Promise.all([head(repository), repository.status()]);
  return use({ directory: repository.workTree, commit, dirty: status.map((file) => file.path) });
}

async function withExtracted<T>(
  repository: Repository,
  source: string,
  options: CheckoutOptions,
  use: (checkout: Checkout) => Promise<T>,
): Promise<T> {
  const commit = await repository.commit(source);
  await mkdir(join(options.cache, 'sources'), { recursive: true });
  const directory = await mkdtemp(join(options.cache, 'sources', `${commit.oid.slice(0, 12)}-`));
  try {
    await repository.extract(commit.oid, directory);
    await providePackages({
      checkout: directory,
      cache: options.cache,
      ...(repository.workTree !== undefined && { workTree: repository.workTree }),
      ...(options.packages !== undefined && { packages: options.packages }),
    });
    return await use({ directory, commit, dirty: [] });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function head(repository: Repository): Promise<Commit> {
  try {
    return await repository.head();
  } catch (cause) {
    if (!(cause instanceof TruekeelError) || cause.code !== 'UNKNOWN_REVISION') throw cause;
    throw new TruekeelError(`${repository.root} has no commit yet`, {
      code: 'NO_COMMIT',
      family: 'usage',
      hint: 'Commit the program first: every rendered commit names the source commit that it was made from.',
      cause,
    });
  }
}
