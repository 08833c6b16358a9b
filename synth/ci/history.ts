/** The commits that are needed, where CI did not fetch them: reviews merge with the base, and a rendered branch is moved
 * forward only, which takes knowing what came before. */
import { isGitError, type Oid, type Repository } from '../../lib/git/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';

/** As much as there is (git-fetch, "--unshallow"). */
const INFINITE_DEPTH = 0x7fff_ffff;

export interface HistoryRequest {
  readonly remote: string;
  /** A branch of the remote that has to be known, too. */
  readonly branch?: string;
  readonly signal?: AbortSignal;
}

/** @returns what was fetched, for people; nothing where everything was there
 * @throws GitError as fetching does
 * @throws TruekeelError `SHALLOW_CLONE` when what is missing cannot be fetched any more */
export async function completeHistory(
  repository: Repository,
  { remote, branch, signal }: HistoryRequest,
): Promise<readonly string[]> {
  const wasShallow = await repository.isShallow();
  const head = await repository.resolve('HEAD');
  const refspecs = [
    ...(branch === undefined ? [] : [`+refs/heads/${branch}:refs/remotes/${remote}/${branch}`]),
    ...(wasShallow ? [head] : []),
  ];
  if (refspecs.length === 0) return [];
  if (!wasShallow) {
    await repository.fetch(remote, refspecs, { ...(signal && { signal }) });
    return [];
  }
  await repository
    .fetch(remote, refspecs, { depth: INFINITE_DEPTH, ...(signal && { signal }) })
    .catch((error: unknown) => {
      // It does not give a commit that no ref of its leads to any more.
      throw isGitError(error, 'GIT_FAILED') ? stillShallow(head, error) : error;
    });
  if (await repository.isShallow()) throw stillShallow(head);
  return ['the clone was shallow: its history was fetched'];
}

function stillShallow(head: Oid, cause?: unknown): TruekeelError {
  return new TruekeelError(`the clone has not all that came before ${head.slice(0, 12)}`, {
    code: 'SHALLOW_CLONE',
    family: 'usage',
    hint: 'Where somebody pushed meanwhile, run it for the new commit. Otherwise have CI fetch everything: fetch-depth: 0 of actions/checkout, GIT_DEPTH: "0" on GitLab, no shallow clone on Jenkins.',
    cause,
  });
}
