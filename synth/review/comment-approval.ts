/** Approvals that somebody gave by a comment, as the agent writes them down: a status of ours on the head, one for each person. Only
 * who may write to the repository can set one, and only ours count. */
import type { CommitStatus, Forge, NewCommitStatus, PullRequestApproval } from '../../lib/forge/index.ts';
import { readApprovalText, statusContext } from './approval-status.ts';

/** No environment has a name with a slash. */
const PREFIX = statusContext('approval/');

/** @param given when, by the forge's clock in milliseconds since 1970, and in which comment */
export function approvedByComment(
  login: string,
  given: { readonly at: number; readonly commentId: string },
): NewCommitStatus {
  const description = `approved at ${new Date(given.at).toISOString()} in comment ${given.commentId}`;
  return { context: `${PREFIX}${login}`, state: 'success', description };
}

/** @param statuses of the head, ours, newest first */
export function commentApprovals(
  statuses: readonly CommitStatus[],
  commit: string,
): readonly PullRequestApproval[] {
  return statuses.flatMap(({ context, state, description }) => {
    const at = Date.parse(/^approved at (\S+) in comment \S+$/.exec(description)?.[1] ?? '');
    const login = context.startsWith(PREFIX) ? context.slice(PREFIX.length) : '';
    if (login === '' || state !== 'success' || Number.isNaN(at)) return [];
    return [{ user: { id: '', login }, commit, counts: true, at }];
  });
}

/** Environments of which a commit has a review of ours that can be approved, and since when.
 * @throws ForgeError */
export async function reviewedEnvironments(
  forge: Forge,
  commit: string,
): Promise<readonly { readonly environment: string; readonly at: number }[]> {
  const [us, statuses] = await Promise.all([forge.user(), forge.statuses(commit)]);
  const newest = new Map<string, CommitStatus>();
  for (const status of statuses) {
    if (status.author?.login === us.login && !newest.has(status.context)) newest.set(status.context, status);
  }
  return [...newest.values()].flatMap(({ context, state, description, at }) => {
    const isApprovable = state === 'success' && readApprovalText(description) !== undefined;
    return isApprovable ? [{ environment: context.slice(statusContext('').length), at }] : [];
  });
}
