/** Moves the branch as the pull request of a rollback was approved, once it is. */
import { renderedBranch, TrailerName } from '../../../lib/branch/index.ts';
import { keepComment, type PullRequest } from '../../../lib/forge/index.ts';
import { branchRef, trailer } from '../../../lib/git/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { code, plain } from '../../review/index.ts';
import { finishRollback } from '../../taking-back/index.ts';
import { agentIdentity } from '../identity.ts';
import { describe } from '../log.ts';
import type { Work } from './work.ts';

/** Does nothing as long as nobody approved it. What cannot be finished as it is, the pull request is told once.
 * @throws what another try may mend */
export async function finish(work: Work, pullRequest: PullRequest, signal: AbortSignal): Promise<void> {
  const { forge, log, url, environment: name, branch, sign } = work;
  const environment = { name, branch: branch() };
  const { number, state } = pullRequest;
  if (state === 'merged') return explainMerge(work, pullRequest, signal);
  if (state !== 'open') return;
  try {
    const done = await finishRollback({
      repository: await work.clone.fetched(signal),
      environment,
      forge,
      remote: url,
      by: agentIdentity(),
      signal,
      ...(sign && { sign }),
    });
    const { commit, reverts, to, approvedBy } = done;
    log.info({ pullRequest: number, rendered: commit, reverts, to, approvedBy }, 'finished a rollback');
    work.onPushed();
  } catch (error) {
    if (!(error instanceof TruekeelError) || !EXPECTED.has(error.code)) throw error;
    log.info({ pullRequest: number, error: describe(error) }, 'a rollback is not finished');
    if (!TOLD.has(error.code)) return;
    const { message, hint } = error;
    const body = [message, hint].flatMap((text) => (text === undefined ? [] : [plain(text)])).join(' ');
    await keepComment(forge, number, { subject: `unfinished rollback of ${name}`, body });
  }
}

/** Nobody approved it yet, or it was finished meanwhile. */
const WAITED_FOR = ['APPROVAL_MISSING', 'NO_PULL_REQUEST'] as const;
const TOLD: ReadonlySet<string> = new Set([
  'NOT_A_RELEASE',
  'PROPOSAL_TAKEN',
  'PUSH_REJECTED',
  'RENDERED_CHANGED',
  'ROLLBACK_STALE',
]);
const EXPECTED: ReadonlySet<string> = new Set([...WAITED_FOR, ...TOLD]);

/** A fast-forward is the rollback that was proposed; of a merge commit, people are told how to get rid of it. */
async function explainMerge(work: Work, { number, base }: PullRequest, signal: AbortSignal): Promise<void> {
  const { forge, environment: name, url } = work;
  const repository = await work.clone.open(signal);
  const branch = renderedBranch({ name, branch: base.branch });
  const into = `refs/truekeel/remote/${branch}`;
  const tip = await repository.fetchRef(url, branchRef(branch), into, { signal });
  const [merge] = tip === undefined ? [] : await repository.commits([tip]);
  work.onPushed();
  if (!merge || trailer(merge.trailers, TrailerName.digest) !== undefined) return;
  const [before] = merge.parents;
  const body = [
    `This was merged: ${code(branch)} is at ${code(merge.oid)}, a commit that Truekeel did not write. Nothing of it is applied.`,
    '',
    'To put it right, take the branch back to where it was, and propose the rollback anew:',
    '',
    `    git push --force-with-lease=${branch}:${merge.oid} origin ${before ?? 'COMMIT'}:refs/heads/${branch}`,
    `    truekeel rollback --environment ${name} --pull-request`,
    '',
    'Approve it then, and do not merge it: it is finished by itself.',
  ].join('\n');
  await keepComment(forge, number, { subject: `merged rollback of ${name}`, body });
}
