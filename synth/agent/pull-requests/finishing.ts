/** Moves the branch as the pull request of a rollback was approved, once it is. */
import { keepComment, type PullRequest } from '../../../lib/forge/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { plain } from '../../review/index.ts';
import { finishRollback } from '../../taking-back/index.ts';
import { agentIdentity } from '../identity.ts';
import { describe } from '../log.ts';
import type { Work } from './work.ts';

/** Does nothing as long as nobody approved it. What cannot be finished as it is, the pull request is told once.
 * @throws what another try may mend */
export async function finish(work: Work, pullRequest: PullRequest, signal: AbortSignal): Promise<void> {
  const { forge, log, url, environment: name, branch, sign } = work;
  const environment = { name, branch: branch() };
  const { number } = pullRequest;
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
    if (!TOLD.has(error.code)) return;
    log.warn({ pullRequest: number, error: describe(error) }, 'a rollback cannot be finished as it is');
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
