/** Reviews of pull requests, each planned against the agent's own cluster. */
import type { PullRequest } from '../../../lib/forge/index.ts';
import { asOid, branchRef, type Oid, type Repository } from '../../../lib/git/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { withAwaitedWork } from '../../changelog/index.ts';
import { fetchPullRequest } from '../../preview/index.ts';
import { postProposalReview, reviewProposal } from '../../promotion/index.ts';
import { type Posted, postReview, reviewChange } from '../../review/index.ts';
import { proposedBy } from './proposed.ts';
import { renderingOf, type Work } from './work.ts';

/** What others wrote is rendered by CI, if at all, where there is nothing to be had; and a rollback is reviewed by who proposes it. */
export async function review(work: Work, number: number, signal: AbortSignal): Promise<void> {
  const pullRequest = await work.forge.pullRequest(number);
  const { state, head } = pullRequest;
  if (state !== 'open' || head.isFork) return;
  const proposed = proposedBy(head.branch);
  if (!proposed) return reviewSource(work, number, signal);
  if (proposed.kind === 'promotion' && proposed.environment === work.environment)
    await reviewPromotion(work, pullRequest, signal);
}

async function reviewSource(work: Work, number: number, signal: AbortSignal): Promise<void> {
  const { forge, connect, program, environment, url, limits } = work;
  const repository = await work.clone.open(signal);
  const fetched = await fetchPullRequest(repository, { forge, number, remote: url }, signal);
  const changed = await reviewChange(repository, {
    ...renderingOf(work),
    environment,
    base: fetched.base,
    head: fetched.head,
    connect,
    approvals: [],
    limits,
  });
  const made = await withAwaitedWork(repository, changed);
  signal.throwIfAborted();
  // Each agent keeps a comment of its own, as it knows its own cluster only.
  const posted = await postReview(made, {
    repository,
    forge,
    number,
    tip: fetched.head,
    program: `${program} ${environment}`,
  });
  tell(work, fetched.head, posted);
}

/** What is proposed is a release already: it is planned as it is, and nothing is rendered. */
async function reviewPromotion(
  work: Work,
  { number, head, base }: PullRequest,
  signal: AbortSignal,
): Promise<void> {
  const { connect, environment: name, limits, forge } = work;
  const repository = await work.clone.fetched(signal);
  const tip = await repository.readRef(branchRef(base.branch));
  const commit = asOid(head.commit);
  // What does not follow the branch is about to be brought up to date, or closed.
  if (tip === undefined || !(await isNext(repository, commit, tip))) return;
  if (!work.isInStep()) throw notInStep(name);
  const proposal = { environment: { name, branch: base.branch }, before: tip, commit };
  const made = await reviewProposal(repository, proposal, { connect, approvals: [], limits });
  signal.throwIfAborted();
  tell(work, commit, await postProposalReview(made, { repository, forge, number, proposal }));
}

/** What is planned against something else than the release before would be approved, and not come out. */
function notInStep(environment: string): TruekeelError {
  return new TruekeelError(
    `${environment} does not have its release yet, after which another one is to come`,
    {
      code: 'NOT_READY',
      family: 'not-ready',
    },
  );
}

async function isNext(repository: Repository, commit: Oid, tip: Oid): Promise<boolean> {
  if (!(await repository.has(commit))) return false;
  const [proposed] = await repository.commits([commit]);
  return proposed?.parents[0] === tip;
}

function tell({ log }: Work, head: Oid, { pullRequest, comment, kept }: Posted): void {
  log.info({ pullRequest, head, comment, kept }, 'reviewed');
}
