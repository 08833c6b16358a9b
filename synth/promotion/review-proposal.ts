/** The plan of what is proposed to an environment, made where it goes to: what is approved in its pull request. */
import { readRendered } from '../../lib/branch/index.ts';
import { type Forge, keepComment } from '../../lib/forge/index.ts';
import type { Oid, Repository } from '../../lib/git/index.ts';
import { type PlanAccess, type Posted, postReview, type Review, reviewRelease } from '../review/index.ts';

export interface Proposal {
  readonly environment: { readonly name: string; readonly branch: string };
  /** The release that it comes after. */
  readonly before: Oid;
  readonly commit: Oid;
}

/** What is proposed is a release already: it is planned as it is, and nothing is rendered. */
export async function reviewProposal(
  repository: Repository,
  { environment, before, commit }: Proposal,
  access: PlanAccess,
): Promise<Review> {
  const previous = await readRendered(repository, environment, { revision: before });
  const next = await readRendered(repository, environment, { revision: commit, previous });
  return {
    base: before,
    head: commit,
    environments: [await reviewRelease(previous, next, access)],
    dropped: [],
    errors: [],
    newWarnings: [],
    knownWarnings: 0,
  };
}

interface Posting {
  readonly repository: Repository;
  readonly forge: Forge;
  readonly number: number;
  readonly proposal: Proposal;
}

/** In the comment that it has already, if it has one.
 * @throws ForgeError
 * @throws TruekeelError `REVIEW_STALE` when something else is proposed by now */
export function postProposalReview(
  review: Review,
  { proposal: { environment, commit }, ...request }: Posting,
): Promise<Posted> {
  return postReview(review, { ...request, tip: commit, program: `promotion to ${environment.name}` });
}

/** Posts a review in place of the one that was approved, and asks for an approval of this one, in a comment of its own: of one that is
 * written over nobody hears.
 * @throws as {@link postProposalReview} does */
export async function postReviewAnew(
  review: Review,
  posting: Posting,
  approved: { readonly plan: string; readonly by: readonly string[] },
): Promise<Posted> {
  const posted = await postProposalReview(review, posting);
  const { forge, number, proposal } = posting;
  const { name } = proposal.environment;
  const [environment] = review.environments;
  const now = environment && `, ${environment.approves.digest}`;
  const body = [
    `${approved.by.map((login) => `@${login} `).join('')}What was approved does not come out any more: ${name} changed meanwhile. Its [review](${posted.comment}) says what would be done now${now ?? ''}.`,
    'Nothing of it is done before somebody who has read that approves it again: here, by a comment `/approve` where an agent takes it, or by `truekeel apply --plan` with that digest.',
  ].join('\n\n');
  await keepComment(forge, number, { subject: `fallen plan ${approved.plan} of ${name}`, body });
  return posted;
}
