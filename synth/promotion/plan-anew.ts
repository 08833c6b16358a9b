/** The plan that was approved with a proposal, made once more: the cluster goes on while people decide and gates are waited for. */
import type { Oid } from '../../lib/git/index.ts';
import { comparePlanNames } from '../../lib/plan/index.ts';
import type { Standing } from './pull-requests.ts';
import { postReviewAnew, reviewProposal } from './review-proposal.ts';
import type { Run } from './run.ts';
import type { Situation } from './situation.ts';

/** Reviews anew what would not come out as it was approved.
 * @returns who agrees with it after that: nobody, where another plan came out
 * @throws ForgeError */
export async function planAnew(
  { repository, request: { forge, planAccess } }: Run,
  { environment, release }: Situation,
  commit: Oid,
  standing: Standing,
): Promise<Standing> {
  const { pullRequest, plan, approvedBy } = standing;
  const access = planAccess?.(environment.name);
  if (plan === undefined || !access || !forge || !pullRequest || !release) return standing;
  const proposal = { environment, before: release.commit, commit };
  const review = await reviewProposal(repository, proposal, access);
  const [{ approves } = { approves: undefined }] = review.environments;
  // Who cannot ask the cluster knows nothing of its plan; the agent there refuses what does not come out.
  if (approves?.kind !== 'plan' || comparePlanNames(plan, approves.digest) === 'same') return standing;
  const posting = { repository, forge, number: pullRequest.number, proposal };
  await postReviewAnew(review, posting, { plan, by: approvedBy.map(({ login }) => login) });
  return { pullRequest, approvedBy: [], isApproved: false, outdatedBy: approvedBy };
}
