/** What GitHub answers of users, pull requests and comments, and Gitea after its example. */
import { z } from 'zod';
import type {
  ForgeUser,
  Permission,
  PullRequest,
  PullRequestComment,
  Reaction,
  RecentComment,
} from './forge.ts';
import { isBotLogin } from './webhook/event.ts';

export const User = z.object({ id: z.number(), login: z.string(), type: z.string().optional() });
const End = z.object({
  ref: z.string(),
  sha: z.string(),
  // Null where the fork was deleted.
  repo: z.object({ full_name: z.string() }).nullish(),
});
export const Pull = z.object({
  number: z.number(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']),
  merged_at: z.string().nullish(),
  draft: z.boolean().nullish(),
  // Null where the account was deleted; GitHub shows these as "ghost".
  user: User.nullish(),
  head: End,
  base: End,
  html_url: z.string(),
  merge_commit_sha: z.string().nullish(),
});
export const Comment = z.object({
  id: z.number(),
  user: User.nullish(),
  body: z.string().nullish(),
  html_url: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});
/** What somebody may do; what a sign is. */
export const PermissionAnswer = z.object({ permission: z.string() });
export const ReactionAnswer = z.object({ content: z.string() });

export const REACTIONS: Readonly<Record<Reaction, string>> = { seen: 'eyes', done: '+1', refused: '-1' };

/** Gitea tells owners from administrators; what neither has told of before may do nothing. */
const PERMISSIONS = new Map<string | undefined, Permission>([
  ['owner', 'admin'],
  ['admin', 'admin'],
  ['write', 'write'],
  ['read', 'read'],
]);

export function permissionOf(text: string | undefined): Permission {
  return PERMISSIONS.get(text) ?? 'none';
}

const GHOST: ForgeUser = { id: '10137', login: 'ghost' };

export function userOf(user: z.infer<typeof User> | null | undefined): ForgeUser {
  return user ? { id: String(user.id), login: user.login } : GHOST;
}

export function pullRequestOf(pull: z.infer<typeof Pull>): PullRequest {
  const { number, title, body, state, merged_at: mergedAt, draft, user, head, base, html_url: url } = pull;
  const merged = typeof mergedAt === 'string';
  return {
    number,
    title,
    body: body ?? '',
    state: merged ? 'merged' : state,
    draft: draft ?? false,
    author: userOf(user),
    head: { branch: head.ref, commit: head.sha, isFork: head.repo?.full_name !== base.repo?.full_name },
    base: { branch: base.ref, commit: base.sha },
    url,
    // Of an open one it is what GitHub tried the merge with.
    ...(merged && pull.merge_commit_sha && { mergeCommit: pull.merge_commit_sha }),
  };
}

export function commentOf({ id, user, body, html_url: url }: z.infer<typeof Comment>): PullRequestComment {
  return { id: String(id), author: userOf(user), body: body ?? '', url };
}

/** @returns undefined for a comment on an issue that is no pull request */
export function recentCommentOf(comment: z.infer<typeof Comment>): RecentComment | undefined {
  // GitHub's pages are called "pull", Gitea's "pulls".
  const number = /\/pulls?\/(\d+)#/.exec(comment.html_url)?.[1];
  if (number === undefined) return undefined;
  const { user, created_at: createdAt, updated_at: updatedAt } = comment;
  return {
    ...commentOf(comment),
    number: Number(number),
    createdAt: Date.parse(createdAt),
    isEdited: updatedAt !== createdAt,
    isByBot: user?.type === 'Bot' || isBotLogin(user?.login ?? ''),
  };
}
