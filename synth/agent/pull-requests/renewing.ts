/** What was promoted and does not come out as it was approved: reviewed anew in its pull request, and applied as somebody approves it
 * there. */
import { notePromotion, readPromotion } from '../../../lib/branch/index.ts';
import type { PullRequest } from '../../../lib/forge/index.ts';
import { asOid, branchRef, type Oid } from '../../../lib/git/index.ts';
import { comparePlanNames } from '../../../lib/plan/index.ts';
import { postReviewAnew, reviewProposal } from '../../promotion/index.ts';
import { approvedPlan, readReviews, upToDate } from '../../review/index.ts';
import type { Work } from './work.ts';

/** @throws what another try may mend */
export async function renew(work: Work, pullRequest: PullRequest, signal: AbortSignal): Promise<void> {
  const { forge, url: remote, environment: name, connect, limits, log } = work;
  const { number, head, base } = pullRequest;
  const repository = await work.clone.fetched(signal);
  const commit = asOid(head.commit);
  // Something else has taken its place.
  if ((await repository.readRef(branchRef(base.branch))) !== commit) return;
  const [promoted] = await repository.commits([commit]);
  const before = promoted?.parents[0];
  const note = await readPromotion(repository, commit, { remote, signal });
  if (before === undefined || note?.plan === undefined) return;
  const reviewed = await readReviews(forge, pullRequest);
  const plan = approvedPlan(reviewed, name);
  if (plan !== undefined && comparePlanNames(plan, note.plan) !== 'same') {
    const by = upToDate(reviewed, name).map(({ user }) => user.login);
    const renewed = { ...note, plan, approvedBy: by, at: new Date().toISOString() };
    await notePromotion(repository, commit, renewed, { remote, signal });
    log.info(
      { pullRequest: number, rendered: commit, planDigest: plan, by },
      'a promotion was approved anew',
    );
    work.onApproved(commit, { plan, by });
    return;
  }
  const proposal = { environment: { name, branch: base.branch }, before, commit };
  const made = await reviewProposal(repository, proposal, { connect, approvals: [], limits });
  signal.throwIfAborted();
  const posting = { repository, forge, number, proposal };
  const { comment, kept } = await postReviewAnew(made, posting, { plan: note.plan, by: note.approvedBy });
  log.info({ pullRequest: number, head: commit, comment, kept }, 'reviewed anew');
}

/** The number of the pull request by which a release came to its environment; undefined where it came without one. */
export async function pullRequestOf(work: Work, rendered: Oid): Promise<number | undefined> {
  const { url: remote, signal } = work;
  const note = await readPromotion(await work.clone.fetched(signal), rendered, { remote, signal });
  const number = Number(/\/(\d+)$/.exec(note?.pullRequest ?? '')?.[1]);
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}
