/** Events of GitLab (documentation, "Webhook events"). */
import { z } from 'zod';
import { type ForgeEvent, isBotLogin, movedTo } from './event.ts';

const User = z.object({ id: z.number(), username: z.string() });
const Project = z.object({ path_with_namespace: z.string() });
const Push = z.object({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  user_id: z.number(),
  user_username: z.string().nullish(),
  project: Project,
});
const MergeRequest = z.object({
  user: User,
  project: Project,
  object_attributes: z.object({
    iid: z.number(),
    action: z.string().optional(),
    /** The commit before; there when commits were added. */
    oldrev: z.string().optional(),
    source_branch: z.string(),
    target_branch: z.string(),
    last_commit: z.object({ id: z.string() }),
    updated_at: z.string().nullish(),
  }),
});
const Note = z.object({
  user: User,
  project: Project,
  object_attributes: z.object({
    id: z.number(),
    note: z.string(),
    noteable_type: z.string(),
    action: z.enum(['create', 'update']).optional(),
    updated_at: z.string().nullish(),
  }),
  merge_request: z.object({ iid: z.number() }).optional(),
});
const Any = z.object({ project: Project.optional() });

/** @throws ZodError */
export function gitlabEvent(name: string, body: unknown): ForgeEvent {
  switch (name) {
    case 'Push Hook':
    case 'Tag Push Hook': {
      const { ref, before, after, user_id: id, user_username: login, project } = Push.parse(body);
      const sender = login ? { sender: { id: String(id), login }, isByBot: isBotLogin(login) } : {};
      return { ...baseOf(name, project), ...sender, type: 'push', ref, before, ...movedTo(after) };
    }
    case 'Merge Request Hook': {
      const { user, project, object_attributes: attributes } = MergeRequest.parse(body);
      const { iid: number, action, oldrev, last_commit: commit, updated_at: updatedAt } = attributes;
      const base = { ...baseOf(name, project, user), ...time(updatedAt) };
      if (action === 'approved') return { ...base, type: 'approval', number };
      return {
        ...base,
        type: 'pull-request',
        action: action === 'update' && oldrev !== undefined ? 'updated' : (ACTIONS[action ?? ''] ?? 'other'),
        number,
        head: { branch: attributes.source_branch, commit: commit.id },
        baseBranch: attributes.target_branch,
      };
    }
    case 'Note Hook': {
      const { user, project, object_attributes: attributes, merge_request: request } = Note.parse(body);
      const base = { ...baseOf(name, project, user), ...time(attributes.updated_at) };
      if (!request || attributes.noteable_type !== 'MergeRequest') return { ...base, type: 'other' };
      return {
        ...base,
        type: 'comment',
        action: attributes.action === 'update' ? 'edited' : 'created',
        number: request.iid,
        commentId: String(attributes.id),
        body: attributes.note,
      };
    }
    default:
      return { ...baseOf(name, Any.parse(body).project), type: 'other' };
  }
}

const ACTIONS = { open: 'opened', close: 'closed', merge: 'merged', reopen: 'reopened' } as Readonly<
  Record<string, 'opened' | 'closed' | 'merged' | 'reopened'>
>;

function baseOf(name: string, project?: z.infer<typeof Project>, user?: z.infer<typeof User>) {
  return {
    forge: 'gitlab' as const,
    name,
    ...(project && { repository: project.path_with_namespace }),
    ...(user && { sender: { id: String(user.id), login: user.username } }),
    isByBot: user !== undefined && isBotLogin(user.username),
  };
}

/** `2026-03-04 10:11:12 UTC`, or as ISO 8601 has it. */
function time(text: string | null | undefined): { readonly at?: number } {
  const at = Date.parse((text ?? '').replace(/^(\S+) (\S+) UTC$/, '$1T$2Z'));
  return Number.isNaN(at) ? {} : { at };
}
