/** What the forge's own button makes of a proposal: told in the pull request, and left to people. */
import { TrailerName } from '../../../lib/branch/index.ts';
import { keepComment, type PullRequest } from '../../../lib/forge/index.ts';
import { branchRef, trailer } from '../../../lib/git/index.ts';
import { code } from '../../review/index.ts';
import type { Proposed } from './proposed.ts';
import type { Work } from './work.ts';

/** A fast-forward is what was proposed. A merge commit is none that Truekeel wrote: how to get rid of it is told once. */
export async function explainMerge(
  work: Work,
  { kind, environment }: Proposed,
  { number, base }: PullRequest,
  signal: AbortSignal,
): Promise<void> {
  const { forge, url } = work;
  const { branch } = base;
  const repository = await work.clone.open(signal);
  const into = `refs/truekeel/remote/${branch}`;
  const tip = await repository.fetchRef(url, branchRef(branch), into, { signal });
  const [merge] = tip === undefined ? [] : await repository.commits([tip]);
  work.onPushed();
  if (!merge || trailer(merge.trailers, TrailerName.digest) !== undefined) return;
  const [before = 'COMMIT'] = merge.parents;
  const again =
    kind === 'rollback'
      ? `truekeel rollback --environment ${environment} --pull-request`
      : `truekeel promote --environment ${environment} --propose`;
  const body = [
    `This was merged: ${code(branch)} is at ${code(merge.oid)}, a commit that Truekeel did not write. Nothing of it is applied.`,
    '',
    'To put it right, take the branch back to where it was, and have it proposed anew:',
    '',
    `    git push --force-with-lease=${branch}:${merge.oid} origin ${before}:refs/heads/${branch}`,
    `    ${again}`,
    '',
    'Approve it then, and do not merge it: the branch is moved by Truekeel.',
  ].join('\n');
  await keepComment(forge, number, { subject: `merged ${kind} of ${environment}`, body });
}
