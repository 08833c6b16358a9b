/** A review → its pull request: the comment, and a status for each environment. */
import { type Forge, type Kept, keepComment, keepStatus, type PullRequest } from '../../lib/forge/index.ts';
import type { Oid, Repository } from '../../lib/git/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';
import { failedStatus, statusOf } from './approval-status.ts';
import { commentOf } from './comment.ts';
import type { Review } from './review.ts';

export interface PostRequest {
  readonly repository: Repository;
  readonly forge: Forge;
  /** What was reviewed, before it was merged. */
  readonly tip: Oid;
  /** Absent: the open one whose head is the tip. */
  readonly number?: number;
  /** Tells reviews of several programs apart. */
  readonly program: string;
  /** Of the run, for people who want to see all of it. */
  readonly url?: string;
  /** Of the full page. */
  readonly pageUrl?: string;
}

export interface Posted {
  readonly pullRequest: number;
  readonly comment: string;
  readonly kept: Kept;
  /** Sent to the forge. */
  readonly requests: number;
}

/** Left for the line by which the comment is found again. */
const MARKER_ROOM = 500;

/** @throws ForgeError
 * @throws TruekeelError `NO_PULL_REQUEST`, `REVIEW_STALE` when the pull request went on meanwhile */
export async function postReview(review: Review, request: PostRequest): Promise<Posted> {
  const { forge, program, url, pageUrl } = request;
  const pullRequest = await findPullRequest(request);
  await checkHead(pullRequest, request);
  const { head, number } = pullRequest;
  const options = {
    limit: forge.limits.comment - MARKER_ROOM,
    ...(url !== undefined && { url }),
    ...(pageUrl !== undefined && { pageUrl }),
  };
  const { text } = commentOf(review, options);
  const { comment, kept } = await keepComment(forge, number, { subject: `review ${program}`, body: text });
  // After the comment, to which they lead: what can be approved can be read.
  const statuses =
    review.errors.length > 0
      ? [failedStatus(review, comment.url)]
      : review.environments.map((environment) => statusOf(environment, comment.url));
  for (const status of statuses) await keepStatus(forge, head.commit, status);
  return { pullRequest: number, comment: comment.url, kept, requests: forge.usage.requests };
}

async function findPullRequest({ forge, number, tip }: PostRequest): Promise<PullRequest> {
  if (number !== undefined) return forge.pullRequest(number);
  const found = (await forge.pullRequestsOf(tip)).filter(({ state }) => state === 'open');
  if (found.length === 1) return found[0]!;
  const what = found.length === 0 ? 'no open pull request' : `${found.length} open pull requests`;
  throw new TruekeelError(`${what} of ${forge.repository} with commit ${tip.slice(0, 12)}`, {
    code: 'NO_PULL_REQUEST',
    family: 'usage',
    hint: 'Name it with --pull-request.',
  });
}

/** CI systems check out the head, or what comes of merging it. Anything else is not what the pull request would bring. */
async function checkHead({ number, head }: PullRequest, { repository, tip }: PostRequest): Promise<void> {
  if (head.commit === tip) return;
  const [commit] = await repository.commits([tip]);
  if (commit?.parents.length === 2 && commit.parents.some((parent) => parent === head.commit)) return;
  throw new TruekeelError(
    `pull request ${number} has head ${head.commit.slice(0, 12)} now, and ${tip.slice(0, 12)} was reviewed`,
    {
      code: 'REVIEW_STALE',
      family: 'conflict',
      hint: 'Somebody pushed meanwhile: review the new head. Nothing was posted.',
    },
  );
}
