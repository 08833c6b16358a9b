/** The approval of a pull request → that of a rendered environment. */
import { renderedDigest } from '../../lib/branch/index.ts';
import type { CommitStatus, Forge, PullRequest, PullRequestApproval } from '../../lib/forge/index.ts';
import type { Commit } from '../../lib/git/index.ts';
import { type Digest, type RenderedEnvironment, TruekeelError } from '../../lib/objects/index.ts';
import type { ReleaseApproval } from '../pipeline/render.ts';
import { type Approves, readApprovalText, statusContext } from './approval-status.ts';
import { commentApprovals } from './comment-approval.ts';

/** Finds approvals on a forge, once for all environments of a source commit. */
export class ForgeApprovals {
  readonly #forge: Forge;
  readonly #found = new Map<string, Promise<Reviewed>>();

  constructor(forge: Forge) {
    this.#forge = forge;
  }

  /** What was approved for an environment, with the pull request that the source commit is the merge of.
   * @throws TruekeelError `APPROVAL_MISSING`; `RENDERED_CHANGED` when something else was rendered than was approved
   * @throws ForgeError */
  async of(environment: RenderedEnvironment, source: Commit): Promise<ReleaseApproval> {
    const reviewed = await this.#reviewed(source.oid);
    return releaseApproval(reviewed, environment.name, renderedDigest(environment));
  }

  #reviewed(source: string): Promise<Reviewed> {
    const found = this.#found.get(source) ?? this.#look(source);
    this.#found.set(source, found);
    return found;
  }

  async #look(source: string): Promise<Reviewed> {
    const merged = (await this.#forge.pullRequestsOf(source)).filter(
      ({ state, mergeCommit }) => state === 'merged' && mergeCommit === source,
    );
    const [pullRequest] = merged;
    if (!pullRequest || merged.length > 1) {
      throw missing(
        `source commit ${source.slice(0, 12)} is not the merge of ${merged.length > 1 ? 'one pull request' : 'a pull request'}`,
        'Render the merge of each pull request, or render without --require-approval.',
      );
    }
    return readReviews(this.#forge, pullRequest);
  }
}

/** What stands on a forge for the newest commit of a pull request. */
export interface Reviewed {
  readonly pullRequest: PullRequest;
  /** Newest first. */
  readonly statuses: readonly CommitStatus[];
  /** By somebody other than its author. */
  readonly given: readonly PullRequestApproval[];
  /** Those that count: who gave them may write to the repository. */
  readonly approvals: readonly PullRequestApproval[];
}

/** @throws ForgeError */
export async function readReviews(forge: Forge, pullRequest: PullRequest): Promise<Reviewed> {
  const [us, statuses, approvals] = await Promise.all([
    forge.user(),
    forge.statuses(pullRequest.head.commit),
    forge.approvals(pullRequest.number),
  ]);
  // Anybody who may push can set a status; ours are those that a review of ours stands behind.
  const ours = statuses.filter(({ author }) => author?.login === us.login);
  const given = [...approvals, ...commentApprovals(ours, pullRequest.head.commit)].filter(
    ({ user, commit }) => commit === pullRequest.head.commit && user.login !== pullRequest.author.login,
  );
  return { pullRequest, statuses: ours, given, approvals: given.filter(({ counts }) => counts) };
}

/** The plan that was approved for an environment, by somebody who saw it; undefined where the review has none, or nobody did. */
export function approvedPlan(
  reviewed: Pick<Reviewed, 'given' | 'statuses'>,
  environment: string,
): Digest | undefined {
  const approved = approvable(reviewed.statuses, environment);
  if (approved?.kind !== 'plan') return undefined;
  return upToDate(reviewed, environment).some(({ counts }) => counts) ? approved.digest : undefined;
}

/** The approvals that were given when the review of an environment said what it says now: all of them where there is no review, or
 * none with anything to be approved. */
export function upToDate(
  { given, statuses }: Pick<Reviewed, 'given' | 'statuses'>,
  environment: string,
): readonly PullRequestApproval[] {
  const now = approvable(statuses, environment);
  return given.filter(({ at }) => isSame(seenAt(statuses, environment, at), now));
}

/** What was approved for an environment that renders to this.
 * @throws TruekeelError `APPROVAL_MISSING`; `RENDERED_CHANGED` when something else was rendered than was approved */
export function releaseApproval(reviewed: Reviewed, environment: string, rendered: Digest): ReleaseApproval {
  const { pullRequest, statuses } = reviewed;
  const approved = approvable(statuses, environment);
  if (!approved) {
    throw missing(
      `${pullRequest.url} has no review of ${environment} that can be approved`,
      'Let `truekeel review --post` run for the head of the pull request.',
    );
  }
  const by = upToDate(reviewed, environment).flatMap(({ user, counts }) => (counts ? [user.login] : []));
  if (by.length === 0) {
    throw missing(
      `nobody who may has approved what the review of ${environment} says in ${pullRequest.url}`,
      'Somebody other than its author, who may write to the repository, has to approve the newest commit after the review.',
    );
  }
  if (approved.kind === 'plan') return { plan: approved.digest, by };
  if (rendered === approved.digest) return { by };
  throw new TruekeelError(
    `what ${environment} renders to is not what was approved in ${pullRequest.url} (${approved.digest})`,
    {
      code: 'RENDERED_CHANGED',
      family: 'plan-changed',
      hint: 'Something else was merged meanwhile: open a pull request that brings the branch up to date, and have it reviewed.',
    },
  );
}

/** What the review said when somebody approved: what came later they have not seen. Forges tell whole seconds, and nobody reads
 * and approves within one. */
function seenAt(statuses: readonly CommitStatus[], environment: string, at: number): Approves | undefined {
  return approvable(
    statuses.filter((status) => status.at < at),
    environment,
  );
}

/** What the newest review says. @param statuses newest first */
function approvable(statuses: readonly CommitStatus[], environment: string): Approves | undefined {
  const context = statusContext(environment);
  const newest = statuses.find((status) => status.context === context);
  return newest?.state === 'success' ? readApprovalText(newest.description) : undefined;
}

function isSame(a: Approves | undefined, b: Approves | undefined): boolean {
  return a?.kind === b?.kind && a?.digest === b?.digest;
}

function missing(message: string, hint: string): TruekeelError {
  return new TruekeelError(message, { code: 'APPROVAL_MISSING', family: 'guard', hint });
}
