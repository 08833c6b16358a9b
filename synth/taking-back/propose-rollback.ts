/** A rollback as a pull request: the commit on a branch of its own, the plan as a comment, a status to be approved. */
import {
  type EnvironmentRef,
  environmentName,
  type PreparedRollback,
  prepareRollback,
  proposalBranch,
  readRendered,
  TrailerName,
} from '../../lib/branch/index.ts';
import { type Forge, type Kept, keepPullRequest } from '../../lib/forge/index.ts';
import {
  branchRef,
  type Commit,
  type Identity,
  type Oid,
  type Repository,
  type Signer,
  trailer,
} from '../../lib/git/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';
import { type Irreversible, irreversible } from '../../lib/plan/index.ts';
import { type PlanAccess, type Posted, postReview, type Review, reviewRelease } from '../review/index.ts';
import { proposalText } from './proposal-text.ts';

export interface ProposeRequest {
  readonly repository: Repository;
  readonly environment: EnvironmentRef;
  /** A commit of the branch. */
  readonly to: Oid;
  readonly forge: Forge;
  /** Where the branch is, and the pull request. */
  readonly remote: string;
  readonly by: Identity;
  readonly reason?: string;
  /** The one that is to go back; all of them when absent. */
  readonly application?: string;
  readonly sign?: Signer;
  readonly access: PlanAccess;
  /** Of the run, for people who want to see all of it. */
  readonly url?: string;
  readonly signal?: AbortSignal;
}

export interface Proposal {
  readonly commit: Oid;
  readonly branch: string;
  readonly reverts: Oid;
  readonly to: Oid;
  readonly pullRequest: { readonly number: number; readonly url: string; readonly kept: Kept };
  readonly posted: Posted;
  readonly review: Review;
  /** What going back does not undo. */
  readonly losses: readonly Irreversible[];
}

/** Opens the pull request, or brings the open one up to date. It can be run again after a crash at any point: what is there
 * is found, and approvals stay as long as the same is proposed.
 * @throws TruekeelError `NOT_A_RELEASE`, `NOT_RENDERED`, `PROPOSAL_TAKEN`
 * @throws ForgeError
 * @throws GitError `PUSH_REJECTED`, `PUSH_RACE` */
export async function proposeRollback(request: ProposeRequest): Promise<Proposal> {
  const { repository, environment, to, application, forge, access, url } = request;
  const reason = request.reason?.trim();
  const prepared = await prepareRollback(repository, environment, to, {
    ...request,
    ...(reason && { reason }),
  });
  if (prepared.tips.remote !== prepared.reverts) throw notPushed(prepared, request.remote);
  const commit = await keepProposal(request, prepared);
  const before = await readRendered(repository, environment, { revision: prepared.reverts });
  const after = await readRendered(repository, environment, { revision: commit, previous: before });
  const losses = await irreversible(before.applications, after.applications);
  const review: Review = {
    base: prepared.reverts,
    head: commit,
    environments: [await reviewRelease(before, after, access)],
    dropped: [],
    errors: [],
    newWarnings: [],
    knownWarnings: 0,
  };
  const name = environmentName(environment);
  const { pullRequest, kept } = await keepPullRequest(forge, {
    title: prepared.subject,
    body: proposalText({ name, application, prepared, losses, limit: forge.limits.comment }),
    head: proposalBranch(environment),
    base: prepared.branch,
  });
  const posted = await postReview(review, {
    repository,
    forge,
    tip: commit,
    number: pullRequest.number,
    program: `rollback of ${application === undefined ? '' : `${application} in `}${name}`,
    ...(url !== undefined && { url }),
  });
  return {
    commit,
    branch: proposalBranch(environment),
    reverts: prepared.reverts,
    to: prepared.to,
    pullRequest: { number: pullRequest.number, url: pullRequest.url, kept },
    posted,
    review,
    losses,
  };
}

/** The commit on the remote's branch for proposals. One that proposes the same stays. */
async function keepProposal(request: ProposeRequest, prepared: PreparedRollback): Promise<Oid> {
  const { repository, environment, remote, signal } = request;
  const options = signal ? { signal } : {};
  const existing = await fetchProposal(repository, environment, remote, options);
  if (existing && isSame(existing, prepared, request)) return existing.oid;
  const ref = branchRef(proposalBranch(environment));
  // What is proposed now does not follow it, and what was said of it is not said of this.
  if (existing)
    await repository.pushRefs(remote, [{ ref, commit: undefined, expected: existing.oid }], options);
  await repository.push(remote, { ref, commit: prepared.commit, expected: undefined, ...options });
  return prepared.commit;
}

/** The same of the same release again, on the same tip, for the same reason: by whom and when makes no difference. */
function isSame(
  existing: Commit,
  prepared: PreparedRollback,
  { application }: Pick<ProposeRequest, 'application'>,
): boolean {
  return (
    existing.parents[0] === prepared.reverts &&
    trailer(existing.trailers, TrailerName.application) === application &&
    trailer(existing.trailers, TrailerName.restores) === prepared.to &&
    reasonOf(existing) === (prepared.hold.reason ?? '')
  );
}

/** What stands between subject and trailers: why. */
export function reasonOf({ message }: Commit): string {
  return message.trimEnd().split('\n\n').slice(1, -1).join('\n\n');
}

/** What is proposed on a remote.
 * @returns undefined when nothing is
 * @throws TruekeelError `PROPOSAL_TAKEN` when the branch has something else */
export async function fetchProposal(
  repository: Repository,
  environment: EnvironmentRef,
  remote: string,
  options: { readonly signal?: AbortSignal },
): Promise<Commit | undefined> {
  const branch = proposalBranch(environment);
  const into = `refs/truekeel/remote/${branch}`;
  const tip = await repository.fetchRef(remote, branchRef(branch), into, options);
  if (tip === undefined) return undefined;
  const [commit] = await repository.commits([tip]);
  if (trailer(commit!.trailers, TrailerName.restores) !== undefined) return commit;
  throw new TruekeelError(
    `the branch ${branch} of ${remote} is at ${tip.slice(0, 12)}, which is no rollback`,
    {
      code: 'PROPOSAL_TAKEN',
      family: 'guard',
      hint: 'Rollbacks are proposed on it: look at what is there, and delete the branch.',
    },
  );
}

function notPushed({ branch, reverts }: PreparedRollback, remote: string): TruekeelError {
  return new TruekeelError(
    `${branch} is at ${reverts.slice(0, 12)} here, which ${remote} does not have yet`,
    {
      code: 'ROLLBACK_STALE',
      family: 'conflict',
      hint: `Push it first, or take the branch of ${remote}: what is proposed takes back what is there.`,
    },
  );
}
