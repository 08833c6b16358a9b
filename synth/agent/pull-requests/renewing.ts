/** What was promoted and does not come out as it was approved: reviewed anew in its pull request, and applied as somebody approves it
 * there. */
import {
  notePromotion,
  type RenderedRelease,
  readApprovalGates,
  readPromotion,
  readRendered,
} from '../../../lib/branch/index.ts';
import { keepComment, type PullRequest, type PullRequestApproval } from '../../../lib/forge/index.ts';
import { asOid, branchRef, type Oid } from '../../../lib/git/index.ts';
import { comparePlanNames } from '../../../lib/plan/index.ts';
import { checkApproval } from '../../../lib/promotion/index.ts';
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
    const approvals = upToDate(reviewed, name);
    const release = await readRendered(repository, { name, branch: base.branch }, { revision: commit });
    const missing = await missingApproval(work, release, approvals);
    if (missing !== undefined) {
      const body = `What the review says now is not approved yet: ${missing}.`;
      await keepComment(forge, number, { subject: `approval of ${plan} for ${name}`, body });
      log.info({ pullRequest: number, rendered: commit, planDigest: plan, why: missing }, 'not approved yet');
      return;
    }
    const by = approvals.map(({ user }) => user.login);
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

/** The gates that people pass hold for what is done now as they did for what was approved before. Those that look at other things have
 * passed.
 * @returns who has still to approve */
async function missingApproval(
  { forge }: Work,
  { gates }: RenderedRelease,
  approvals: readonly PullRequestApproval[],
): Promise<string | undefined> {
  const users = approvals.map(({ user }) => user);
  for (const gate of readApprovalGates(gates)) {
    const { state, why } = await checkApproval(gate, users, (team, user) => forge.isMember(team, user));
    if (state !== 'passed') return why;
  }
  return undefined;
}

/** The number of the pull request by which a release came to its environment; undefined where it came without one. */
export async function pullRequestOf(work: Work, rendered: Oid): Promise<number | undefined> {
  const { url: remote, signal } = work;
  const note = await readPromotion(await work.clone.fetched(signal), rendered, { remote, signal });
  const number = Number(/\/(\d+)$/.exec(note?.pullRequest ?? '')?.[1]);
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}
