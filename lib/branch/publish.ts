/** Where the rendered branch stands, here and on a remote, and the compare-and-swap that moves it. */
import { isGitError, maskCredentials, type Oid, type Repository } from '../git/index.ts';
import { TruekeelError } from '../objects/index.ts';
import { type EnvironmentRef, environmentName, renderedBranch, renderedRef } from './names.ts';

export interface RemoteTarget {
  /** Name or URL of the remote that the branch is pushed to. Only the local branch is moved when absent. */
  readonly remote?: string;
  readonly signal?: AbortSignal;
}

/** The tips of one rendered branch. */
export interface Tips {
  readonly local: Oid | undefined;
  readonly remote: Oid | undefined;
  /** The newer of the two: what the next commit follows. */
  readonly base: Oid | undefined;
}

/** @throws TruekeelError `BRANCH_DIVERGED` when the local branch and the remote's went different ways,
 * `BRANCH_CHECKED_OUT` when moving it would pull the work tree's ground away
 * @throws GitError when the remote cannot be asked */
export async function findTips(
  repository: Repository,
  environment: EnvironmentRef,
  target: RemoteTarget,
): Promise<Tips> {
  const ref = renderedRef(environment);
  const checkedOut = await repository.checkedOutIn(ref);
  if (checkedOut !== undefined) throw branchCheckedOut(environment, checkedOut);
  const local = await repository.readRef(ref);
  if (target.remote === undefined) return { local, remote: undefined, base: local };
  const remote = await fetchTip(repository, environment, target.remote, target.signal);
  if (remote === undefined || remote === local) return { local, remote, base: local };
  if (local === undefined || (await repository.isAncestor(local, remote)))
    return { local, remote, base: remote };
  if (await repository.isAncestor(remote, local)) return { local, remote, base: local };
  throw diverged(environment, target.remote, local, remote);
}

/** The newest commit of a rendered branch, here or on the remote.
 * @returns undefined where there is no branch
 * @throws as {@link findTips} */
export async function branchTip(
  repository: Repository,
  environment: EnvironmentRef,
  target: RemoteTarget,
): Promise<Oid | undefined> {
  return (await findTips(repository, environment, target)).base;
}

function fetchTip(
  repository: Repository,
  environment: EnvironmentRef,
  remote: string,
  signal: AbortSignal | undefined,
) {
  const into = `refs/truekeel/remote/${renderedBranch(environment)}`;
  return repository.fetchRef(remote, renderedRef(environment), into, signal ? { signal } : {});
}

/** Makes `commit` the tip: first on the remote, when there is one, then here. A lost race leaves both alone.
 * @throws RefRaceError `PUSH_RACE` when the remote moved, after its new commit was fetched; `REF_CHANGED` when
 * the local branch moved and nothing was pushed */
export async function publish(
  repository: Repository,
  environment: EnvironmentRef,
  tips: Tips,
  commit: Oid,
  options: RemoteTarget & { readonly reason: string },
): Promise<void> {
  const ref = renderedRef(environment);
  const { remote, signal } = options;
  if (remote !== undefined && tips.remote !== commit) {
    try {
      await repository.push(remote, { ref, commit, expected: tips.remote, ...(signal && { signal }) });
    } catch (error) {
      if (isGitError(error, 'PUSH_RACE')) await fetchTip(repository, environment, remote, signal);
      throw error;
    }
  }
  if (tips.local === commit) return;
  try {
    await repository.updateRef({ ref, to: commit, expected: tips.local, reason: options.reason });
  } catch (error) {
    if (remote === undefined || !isGitError(error, 'REF_CHANGED')) throw error;
    // The remote has it, which is what counts; another process of ours moved the local branch meanwhile.
    const now = await repository.readRef(ref);
    if (now !== undefined && (await repository.isAncestor(now, commit))) {
      await repository.updateRef({ ref, to: commit, expected: now, reason: options.reason });
    }
  }
}

function branchCheckedOut(environment: EnvironmentRef, workTree: string): TruekeelError {
  return new TruekeelError(
    `${renderedBranch(environment)} is checked out in ${workTree}, so it cannot be moved underneath its files`,
    {
      code: 'BRANCH_CHECKED_OUT',
      family: 'usage',
      hint: 'Switch that work tree to the branch of the program: "git switch main".',
    },
  );
}

function diverged(environment: EnvironmentRef, remote: string, local: Oid, theirs: Oid): TruekeelError {
  const ref = renderedRef(environment);
  return new TruekeelError(
    `${renderedBranch(environment)} here (${local.slice(0, 12)}) and on ${maskCredentials(remote)} (${theirs.slice(0, 12)}) went different ways`,
    {
      code: 'BRANCH_DIVERGED',
      family: 'conflict',
      hint:
        `The remote's is the one that counts. To take it: "git update-ref ${ref} ${theirs} ${local}", then render ` +
        `${environmentName(environment)} again. A rollback that was made only here has to be made again.`,
    },
  );
}
