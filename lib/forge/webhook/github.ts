/** Events of GitHub ("Webhook events and payloads"), and of Gitea and Forgejo, which shaped theirs after them. */
import { z } from 'zod';
import type { ForgeUser } from '../forge.ts';
import { type ForgeEvent, isBotLogin, movedTo } from './event.ts';

const User = z.object({ id: z.number(), login: z.string(), type: z.string().optional() });
const Base = z.object({
  repository: z.object({ full_name: z.string() }).optional(),
  sender: User.optional(),
});
/** GitHub gives this one in seconds, all others as text. */
const Push = Base.extend({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  repository: z.object({ full_name: z.string(), pushed_at: z.number().optional() }),
});
const PullRequest = z.object({
  number: z.number(),
  merged: z.boolean().nullish(),
  updated_at: z.string().nullish(),
  head: z.object({ ref: z.string(), sha: z.string() }),
  base: z.object({ ref: z.string() }),
});
const PullRequestEvent = Base.extend({ action: z.string(), pull_request: PullRequest });
const ReviewEvent = PullRequestEvent.extend({
  review: z.object({
    state: z.string().optional(),
    type: z.string().optional(),
    submitted_at: z.string().nullish(),
  }),
});
const CommentEvent = Base.extend({
  action: z.enum(['created', 'edited', 'deleted']),
  issue: z.object({ number: z.number(), pull_request: z.object({}).nullish() }),
  comment: z.object({ id: z.number(), body: z.string(), updated_at: z.string() }),
});

/** @throws ZodError */
export function githubEvent(forge: 'gitea' | 'github', name: string, body: unknown): ForgeEvent {
  switch (name) {
    case 'push': {
      const { ref, before, after, ...event } = Push.parse(body);
      const { pushed_at: pushedAt } = event.repository;
      const at = forge === 'github' && pushedAt !== undefined ? { at: pushedAt * 1000 } : {};
      return { ...baseOf(forge, name, event), ...at, type: 'push', ref, before, ...movedTo(after) };
    }
    case 'pull_request':
    case 'pull_request_sync': {
      const event = PullRequestEvent.parse(body);
      const { number, head, base, updated_at: updatedAt } = event.pull_request;
      return {
        ...baseOf(forge, name, event),
        ...time(updatedAt),
        type: 'pull-request',
        action: actionOf(event),
        number,
        head: { branch: head.ref, commit: head.sha },
        baseBranch: base.ref,
      };
    }
    case 'pull_request_review':
    case 'pull_request_approved': {
      const event = ReviewEvent.parse(body);
      const { state, type, submitted_at: submittedAt } = event.review;
      const base = { ...baseOf(forge, name, event), ...time(submittedAt) };
      const isApproval = state === 'approved' || type === 'pull_request_review_approved';
      return isApproval
        ? { ...base, type: 'approval', number: event.pull_request.number }
        : { ...base, type: 'other' };
    }
    case 'issue_comment':
    case 'pull_request_comment': {
      const event = CommentEvent.parse(body);
      const { action, issue, comment } = event;
      const base = { ...baseOf(forge, name, event), ...time(comment.updated_at) };
      if (!issue.pull_request) return { ...base, type: 'other' };
      const { id, body: text } = comment;
      return { ...base, type: 'comment', action, number: issue.number, commentId: String(id), body: text };
    }
    case 'ping':
      return { ...baseOf(forge, name, Base.parse(body)), type: 'ping' };
    default:
      return { ...baseOf(forge, name, Base.parse(body)), type: 'other' };
  }
}

function baseOf(forge: 'gitea' | 'github', name: string, { repository, sender }: z.infer<typeof Base>) {
  return {
    forge,
    name,
    ...(repository && { repository: repository.full_name }),
    ...(sender && { sender: userOf(sender) }),
    isByBot: sender !== undefined && (sender.type === 'Bot' || isBotLogin(sender.login)),
  };
}

function userOf({ id, login }: z.infer<typeof User>): ForgeUser {
  return { id: String(id), login };
}

function time(text: string | null | undefined): { readonly at?: number } {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? {} : { at };
}

function actionOf({ action, pull_request: { merged } }: z.infer<typeof PullRequestEvent>) {
  switch (action) {
    case 'opened':
    case 'reopened':
      return action;
    case 'synchronize':
    case 'synchronized':
      return 'updated';
    case 'closed':
      return merged ? 'merged' : 'closed';
    default:
      return 'other';
  }
}
