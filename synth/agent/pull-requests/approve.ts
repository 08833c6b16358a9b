/** `/approve`: the approval of who may give one, for forges and people that have no reviews. */
import { type Forge, keepStatus } from '../../../lib/forge/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { approvedByComment, reviewedEnvironments } from '../../review/index.ts';
import type { Asked } from './command-port.ts';

/** Writes down, as a status of ours on the head, that somebody approved what its reviews say.
 * @param waiting the release that is there already, and waits for another plan of it to be approved
 * @throws TruekeelError `APPROVAL_REFUSED` */
export async function approve(
  forge: Forge,
  { number, by, at, commentId }: Asked,
  waiting?: string,
): Promise<string> {
  const { author, head, state, url } = await forge.pullRequest(number);
  if (state !== 'open' && head.commit !== waiting)
    throw refused(`${url} is ${state}`, 'What is merged is not approved afterwards.');
  if (author.login === by.login) throw refused(`${url} is your own`, 'Somebody else has to approve it.');
  const environments = await reviewedEnvironments(forge, head.commit);
  const unseen = environments.filter((one) => !(one.at < at));
  if (environments.length === 0 || unseen.length > 0) {
    throw refused(
      environments.length === 0
        ? `${head.commit.slice(0, 12)} has no review that can be approved`
        : `the review of ${unseen.map((one) => one.environment).join(', ')} is newer than what you wrote`,
      'Read the review of the newest commit, and approve it then.',
    );
  }
  await keepStatus(forge, head.commit, approvedByComment(by.login, { at, commentId }));
  const names = environments.map(({ environment }) => environment).join(', ');
  return `approved what the review of ${names} says of ${head.commit.slice(0, 12)}.`;
}

function refused(message: string, hint: string): TruekeelError {
  return new TruekeelError(message, { code: 'APPROVAL_REFUSED', family: 'guard', hint });
}
