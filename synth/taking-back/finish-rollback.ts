/** Moves the branch as the pull request of a rollback was approved: that, or nothing. */
import { setTimeout } from 'node:timers/promises';
import {
  type EnvironmentRef,
  environmentName,
  prepareRollback,
  proposalBranch,
  type RollbackOptions,
  renderedBranch,
  rollback,
  TrailerName,
} from '../../lib/branch/index.ts';
import { type Forge, keepComment, type PullRequest } from '../../lib/forge/index.ts';
import {
  branchRef,
  type Commit,
  type Identity,
  isOid,
  type Oid,
  type Repository,
  type Signer,
  trailer,
} from '../../lib/git/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';
import { readReviews, releaseApproval } from '../review/index.ts';
import { fetchProposal, reasonOf } from './propose-rollback.ts';

export interface FinishRequest {
  readonly repository: Repository;
  readonly environment: EnvironmentRef;
  readonly forge: Forge;
  readonly remote: string;
  /** Who finishes it. */
  readonly by: Identity;
  readonly sign?: Signer;
  readonly signal?: AbortSignal;
}

export interface FinishedRollback {
  /** The rendered commit. */
  readonly commit: Oid;
  readonly reverts: Oid;
  readonly to: Oid;
  /** The one that went back, where the others stayed as they were. */
  readonly application?: string;
  readonly approvedBy: readonly string[];
  /** Absent where what was rendered was approved. */
  readonly plan?: string;
  readonly pullRequest: { readonly number: number; readonly url: string };
}

/** It can be run again after a crash at any point.
 * @throws TruekeelError `NO_PULL_REQUEST`, `REVIEW_STALE`, `ROLLBACK_STALE` when the branch moved, `APPROVAL_MISSING`,
 * `RENDERED_CHANGED` when something else was approved
 * @throws RefRaceError `PUSH_RACE`
 * @throws GitError `PUSH_REJECTED`
 * @throws ForgeError */
export async function finishRollback(request: FinishRequest): Promise<FinishedRollback> {
  const { repository, environment, forge, remote } = request;
  const pullRequest = await findPullRequest(request);
  const proposal = await fetchProposal(repository, environment, remote, signalOf(request));
  if (!proposal || proposal.oid !== pullRequest.head.commit) throw staleHead(pullRequest, proposal);
  const { to, reverts, ...which } = proposed(proposal, pullRequest);
  const finished = await alreadyFinished(request, pullRequest, reverts);
  if (finished) {
    await close(request, pullRequest, finished);
    return finished;
  }
  // What it would come to, to hold the approval against, before anybody is named in it.
  const unnamed = await prepareRollback(repository, environment, to, optionsOf(request, proposal));
  if (unnamed.reverts !== reverts) throw staleBase(environment, pullRequest, reverts, unnamed.reverts);
  if (unnamed.tree !== proposal.tree) throw changed(pullRequest);
  const reviewed = await readReviews(forge, pullRequest);
  const { by: approvedBy, plan } = releaseApproval(reviewed, environmentName(environment), unnamed.digest);
  const made = await rollback(repository, environment, to, {
    ...optionsOf(request, proposal),
    takesBack: reverts,
    approvedBy,
    pullRequest: pullRequest.url,
    ...(plan !== undefined && { plan }),
  });
  const { number, url } = pullRequest;
  const done: FinishedRollback = {
    commit: made.commit,
    reverts,
    to: made.to,
    ...which,
    approvedBy,
    ...(plan !== undefined && { plan }),
    pullRequest: { number, url },
  };
  await close(request, pullRequest, done);
  return done;
}

function signalOf({ signal }: FinishRequest): { readonly signal?: AbortSignal } {
  return signal ? { signal } : {};
}

/** Forges may need a moment to list what was just proposed. */
const LOOKS_AFTER_MS = [0, 500, 1_500];

async function findPullRequest({ forge, environment, signal }: FinishRequest): Promise<PullRequest> {
  const head = proposalBranch(environment);
  const base = renderedBranch(environment);
  for (const wait of LOOKS_AFTER_MS) {
    if (wait > 0) await setTimeout(wait, undefined, signal ? { signal } : {});
    const open = await forge.pullRequests({ state: 'open', head, base });
    // Whoever may not write here can open one of the same name from a repository of theirs.
    const found = open.find((one) => !one.head.isFork);
    if (found) return found;
  }
  throw new TruekeelError(`no open pull request of ${forge.repository} from ${head} into ${base}`, {
    code: 'NO_PULL_REQUEST',
    family: 'usage',
    hint: 'Propose the rollback first, with --pull-request.',
  });
}

/** The commit that a run before this one made of the pull request, and did not come to say so. */
async function alreadyFinished(
  request: FinishRequest,
  { url, number }: PullRequest,
  reverts: Oid,
): Promise<FinishedRollback | undefined> {
  const { repository, environment, remote } = request;
  const branch = renderedBranch(environment);
  const into = `refs/truekeel/remote/${branch}`;
  const tip = await repository.fetchRef(remote, branchRef(branch), into, signalOf(request));
  if (tip === undefined) return undefined;
  const log = await repository.log(tip, { limit: LOOK_BACK });
  // The same pull request may have been opened anew for a later release.
  const made = log.find(
    ({ trailers, parents }) => trailer(trailers, TrailerName.pullRequest) === url && parents[0] === reverts,
  );
  if (!made) return undefined;
  const plan = trailer(made.trailers, TrailerName.plan);
  const name = TrailerName.approvedBy.toLowerCase();
  return {
    commit: made.oid,
    ...proposed(made, { url }),
    approvedBy: made.trailers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value),
    ...(plan !== undefined && { plan }),
    pullRequest: { number, url },
  };
}

/** Releases since, among which a finished rollback is looked for. */
const LOOK_BACK = 50;

function proposed(
  { parents, trailers }: Commit,
  pullRequest: Pick<PullRequest, 'url'>,
): Pick<FinishedRollback, 'to' | 'reverts' | 'application'> {
  const to = trailer(trailers, TrailerName.restores);
  const application = trailer(trailers, TrailerName.application);
  const [reverts] = parents;
  if (to !== undefined && isOid(to) && reverts !== undefined)
    return { to, reverts, ...(application !== undefined && { application }) };
  throw changed(pullRequest);
}

/** The commit is made anew from the release, and not taken from a branch that others may push to. */
function optionsOf({ remote, by, sign, signal }: FinishRequest, proposal: Commit): RollbackOptions {
  const reason = reasonOf(proposal);
  const application = trailer(proposal.trailers, TrailerName.application);
  return {
    by,
    author: proposal.author,
    remote,
    ...(reason !== '' && { reason }),
    ...(application !== undefined && { application }),
    ...(sign && { sign }),
    ...(signal && { signal }),
  };
}

/** Says what became of it. */
async function close(
  { forge, environment }: FinishRequest,
  { number }: PullRequest,
  { commit, approvedBy }: FinishedRollback,
): Promise<void> {
  const name = environmentName(environment);
  await keepComment(forge, number, {
    subject: `finished rollback of ${name}`,
    body: `\`${renderedBranch(environment)}\` is at ${commit}, as ${approvedBy.join(', ')} approved, and is held there.`,
  });
  // Where forges see that a branch has what is proposed, they close it themselves.
  const { state } = await forge.pullRequest(number);
  if (state === 'open') await forge.updatePullRequest(number, { state: 'closed' });
}

function staleHead({ url, head }: PullRequest, proposal: Commit | undefined): TruekeelError {
  const now = proposal ? `is at ${proposal.oid.slice(0, 12)}` : 'is gone';
  return new TruekeelError(`${url} has head ${head.commit.slice(0, 12)}, and its branch ${now}`, {
    code: 'REVIEW_STALE',
    family: 'conflict',
    hint: 'Somebody pushed meanwhile: run it again when the forge has seen that, or propose the rollback anew.',
  });
}

function staleBase(environment: EnvironmentRef, { url }: PullRequest, was: Oid, is: Oid): TruekeelError {
  return new TruekeelError(
    `${renderedBranch(environment)} went on from ${was.slice(0, 12)} to ${is.slice(0, 12)} since ${url} was opened; nothing was moved`,
    {
      code: 'ROLLBACK_STALE',
      family: 'conflict',
      hint: 'What was approved takes back another release: propose it anew with --pull-request, or close it.',
    },
  );
}

function changed({ url }: Pick<PullRequest, 'url'>): TruekeelError {
  return new TruekeelError(`what ${url} has is not a rollback that Truekeel made; nothing was moved`, {
    code: 'RENDERED_CHANGED',
    family: 'plan-changed',
    hint: 'Somebody pushed to its branch: delete the branch, and propose the rollback anew.',
  });
}
