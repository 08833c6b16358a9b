/** GitLab: `/api/v4`. Its merge requests are our pull requests, its notes our comments. */
import { z } from 'zod';
import { tokenCredential } from './credential.ts';
import { isForgeError } from './error.ts';
import type {
  CommitStatus,
  Deployment,
  DeploymentNote,
  DeploymentState,
  DeploymentStatus,
  Forge,
  ForgeLimits,
  ForgeUser,
  NewCommitStatus,
  NewDeployment,
  NewPullRequest,
  Permission,
  PullRequest,
  PullRequestApproval,
  PullRequestComment,
  PullRequestFilter,
  PullRequestUpdate,
  Reaction,
  RecentComment,
  StatusState,
} from './forge.ts';
import { ForgeHttp, type ForgeUsage } from './http.ts';
import type { ForgeOptions } from './options.ts';
import { mayWrite } from './permission.ts';
import { isBotLogin } from './webhook/event.ts';

const User = z.object({ id: z.number(), username: z.string() });
const MergeRequest = z.object({
  iid: z.number(),
  title: z.string(),
  description: z.string().nullish(),
  state: z.enum(['opened', 'closed', 'merged', 'locked']),
  draft: z.boolean().nullish(),
  author: User,
  source_branch: z.string(),
  target_branch: z.string(),
  source_project_id: z.number().nullish(),
  target_project_id: z.number(),
  sha: z.string().nullish(),
  // Only of a single one.
  diff_refs: z.object({ start_sha: z.string().nullish() }).nullish(),
  web_url: z.string(),
  merge_commit_sha: z.string().nullish(),
  squash_commit_sha: z.string().nullish(),
});
const Note = z.object({
  id: z.number(),
  author: User,
  body: z.string(),
  system: z.boolean(),
  created_at: z.string(),
  updated_at: z.string(),
});
const Status = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
  author: User.nullish(),
  created_at: z.string(),
});
const Approvals = z.object({ approved_by: z.object({ user: User }).array() });
const Version = z.object({ head_commit_sha: z.string(), created_at: z.string() });
const Member = z.object({ access_level: z.number() });
const Award = z.object({ name: z.string() });
const DeploymentAnswer = z.object({
  id: z.number(),
  sha: z.string(),
  status: z.string(),
});
const Ref = z.object({ name: z.string() });

const LIMITS: ForgeLimits = { comment: 1_000_000, statusDescription: 255 };
/** GitLab's levels: Maintainer, Developer, Planner and Guest upwards (documentation, "Permissions and roles"). */
const MAINTAINER = 40;
const DEVELOPER = 30;
const GUEST = 10;
const EMOJI: Readonly<Record<Reaction, string>> = { seen: 'eyes', done: 'thumbsup', refused: 'thumbsdown' };
const OUR_STATES: Readonly<Record<string, StatusState>> = {
  created: 'pending',
  pending: 'pending',
  running: 'pending',
  success: 'success',
  skipped: 'success',
  failed: 'failure',
  canceled: 'error',
};
const ITS_STATES: Readonly<Record<StatusState, string>> = {
  pending: 'pending',
  success: 'success',
  failure: 'failed',
  error: 'failed',
};
/** A deployment that was made starts by running. */
const DEPLOYMENT_STATES: Readonly<Record<DeploymentState, string>> = {
  pending: 'running',
  running: 'running',
  success: 'success',
  failure: 'failed',
};

export class GitLabForge implements Forge {
  readonly kind = 'gitlab';
  readonly repository: string;
  readonly limits: ForgeLimits;
  readonly #http: ForgeHttp;
  readonly #path: string;
  readonly #web: string;
  #user: Promise<ForgeUser> | undefined;

  constructor(options: ForgeOptions & { readonly token: string }) {
    this.repository = options.repository;
    this.limits = { ...LIMITS, ...(options.commentLimit && { comment: options.commentLimit }) };
    this.#web = `${options.url}/${options.repository}`;
    this.#path = `/projects/${encodeURIComponent(options.repository)}`;
    this.#http = new ForgeHttp({
      ...options.http,
      baseUrl: `${options.url}/api/v4`,
      credential: tokenCredential(options.token, (token) => ({ 'private-token': token })),
    });
  }

  get usage(): ForgeUsage {
    return this.#http.usage;
  }

  user(): Promise<ForgeUser> {
    this.#user ??= this.#http.json(User, 'GET', '/user').then(userOf);
    return this.#user;
  }

  async pullRequest(number: number): Promise<PullRequest> {
    return pullRequestOf(await this.#http.json(MergeRequest, 'GET', this.#mergeRequest(number)));
  }

  async pullRequests({ state = 'open', head, base }: PullRequestFilter): Promise<readonly PullRequest[]> {
    const found = await this.#http.list(MergeRequest, `${this.#path}/merge_requests`, {
      ...(state === 'open' && { state: 'opened' }),
      source_branch: head,
      target_branch: base,
      order_by: 'created_at',
      sort: 'desc',
    });
    return found
      .map(pullRequestOf)
      .filter((one) => state === 'all' || (one.state === 'open') === (state === 'open'))
      .filter((one) => head === undefined || !one.head.isFork);
  }

  async pullRequestsOf(commit: string): Promise<readonly PullRequest[]> {
    const path = `${this.#path}/repository/commits/${commit}/merge_requests`;
    return (await this.#http.list(MergeRequest, path)).map(pullRequestOf);
  }

  async createPullRequest({ title, body, head, base }: NewPullRequest): Promise<PullRequest> {
    const fields = { title, description: body, source_branch: head, target_branch: base };
    return pullRequestOf(
      await this.#http.json(MergeRequest, 'POST', `${this.#path}/merge_requests`, { body: fields }),
    );
  }

  async updatePullRequest(number: number, { title, body, state }: PullRequestUpdate): Promise<PullRequest> {
    const fields = {
      ...(title !== undefined && { title }),
      ...(body !== undefined && { description: body }),
      ...(state && { state_event: state === 'open' ? 'reopen' : 'close' }),
    };
    return pullRequestOf(
      await this.#http.json(MergeRequest, 'PUT', this.#mergeRequest(number), { body: fields }),
    );
  }

  /** GitLab does not say which commit was approved, but when, by a note of its own; and since when the newest commit is
   * there. What was approved before that is an approval of something else. */
  async approvals(number: number): Promise<readonly PullRequestApproval[]> {
    const path = this.#mergeRequest(number);
    const { approved_by: approved } = await this.#http.json(Approvals, 'GET', `${path}/approvals`);
    if (approved.length === 0) return [];
    const versions = await this.#http.list(Version, `${path}/versions`);
    const notes = await this.#notes(number);
    return Promise.all(
      approved.map(async ({ user }) => ({
        user: userOf(user),
        ...approvedCommit(user, notes, versions),
        counts: mayWrite(await this.permission(userOf(user))),
      })),
    );
  }

  async permission({ id }: ForgeUser): Promise<Permission> {
    const path = `${this.#path}/members/all/${encodeURIComponent(id)}`;
    const level = (await this.#http.find(Member, path))?.access_level ?? 0;
    if (level >= MAINTAINER) return 'admin';
    if (level >= DEVELOPER) return 'write';
    return level >= GUEST ? 'read' : 'none';
  }

  async isMember(team: string, { id }: ForgeUser): Promise<boolean> {
    const path = `/groups/${encodeURIComponent(team)}/members/all/${encodeURIComponent(id)}`;
    return ((await this.#http.find(Member, path))?.access_level ?? 0) >= GUEST;
  }

  async comments(number: number): Promise<readonly PullRequestComment[]> {
    const notes = await this.#notes(number);
    return notes.filter(({ system }) => !system).map((note) => this.#commentOf(number, note));
  }

  #notes(number: number): Promise<readonly z.infer<typeof Note>[]> {
    const query = { sort: 'asc', order_by: 'created_at' };
    return this.#http.list(Note, `${this.#mergeRequest(number)}/notes`, query);
  }

  /** GitLab lists comments of one merge request at a time; those that had one since have changed since. */
  async commentsSince(since: number): Promise<readonly RecentComment[]> {
    const query = { updated_after: new Date(since).toISOString(), order_by: 'updated_at', sort: 'asc' };
    const changed = await this.#http.list(MergeRequest, `${this.#path}/merge_requests`, query);
    const found: RecentComment[] = [];
    for (const { iid: number } of changed) {
      for (const note of await this.#notes(number)) {
        const createdAt = Date.parse(note.created_at);
        if (note.system || createdAt < since) continue;
        found.push({
          ...this.#commentOf(number, note),
          number,
          createdAt,
          isEdited: note.updated_at !== note.created_at,
          isByBot: isBotLogin(note.author.username),
        });
      }
    }
    return found.sort((a, b) => a.createdAt - b.createdAt);
  }

  async createComment(number: number, body: string): Promise<PullRequestComment> {
    const path = `${this.#mergeRequest(number)}/notes`;
    return this.#commentOf(number, await this.#http.json(Note, 'POST', path, { body: { body } }));
  }

  async updateComment(number: number, id: string, body: string): Promise<PullRequestComment> {
    const path = `${this.#mergeRequest(number)}/notes/${id}`;
    return this.#commentOf(number, await this.#http.json(Note, 'PUT', path, { body: { body } }));
  }

  async react(number: number, commentId: string, reaction: Reaction): Promise<void> {
    const path = `${this.#mergeRequest(number)}/notes/${encodeURIComponent(commentId)}/award_emoji`;
    try {
      await this.#http.json(Award, 'POST', path, { body: { name: EMOJI[reaction] } });
    } catch (error) {
      // It is there already: GitLab says 404 to that, with this text.
      const isSame =
        isForgeError(error, 'FORGE_NOT_FOUND', 'FORGE_INVALID') &&
        error.message.includes('already been taken');
      if (!isSame) throw error;
    }
  }

  #commentOf(number: number, { id, author, body }: z.infer<typeof Note>): PullRequestComment {
    const url = `${this.#web}/-/merge_requests/${number}#note_${id}`;
    return { id: String(id), author: userOf(author), body, url };
  }

  async statuses(commit: string): Promise<readonly CommitStatus[]> {
    const path = `${this.#path}/repository/commits/${commit}/statuses`;
    const found = await this.#http.list(Status, path, { all: true });
    return found.toSorted((a, b) => b.id - a.id).map(statusOf);
  }

  async setStatus(commit: string, { context, state, description, url }: NewCommitStatus): Promise<void> {
    try {
      await this.#http.json(Status, 'POST', `${this.#path}/statuses/${commit}`, {
        body: { name: context, state: ITS_STATES[state], description, ...(url && { target_url: url }) },
      });
    } catch (error) {
      // It has that state already, and GitLab has no transition from a state to itself.
      const isSame =
        isForgeError(error, 'FORGE_INVALID') && error.message.includes('Cannot transition status');
      if (!isSame) throw error;
    }
  }

  async deployments(environment: string, commit: string): Promise<readonly Deployment[]> {
    const query = { environment, order_by: 'id', sort: 'desc' };
    const found = await this.#http.list(DeploymentAnswer, `${this.#path}/deployments`, query);
    return found
      .filter(({ sha }) => sha === commit)
      .map(({ id }) => ({ id: String(id), environment, commit }));
  }

  async createDeployment({ environment, commit, branch, state }: NewDeployment): Promise<Deployment> {
    const ref = branch ?? (await this.#branchOf(commit));
    const { id } = await this.#http.json(DeploymentAnswer, 'POST', `${this.#path}/deployments`, {
      body: { environment, sha: commit, ref, tag: false, status: DEPLOYMENT_STATES[state] },
    });
    return { id: String(id), environment, commit };
  }

  /** A branch that a commit is on; the commit itself where it is on none any more. */
  async #branchOf(commit: string): Promise<string> {
    const path = `${this.#path}/repository/commits/${commit}/refs`;
    const names = (await this.#http.list(Ref, path, { type: 'branch' })).map(({ name }) => name);
    // Commits that were merged are on the main branch and, for a while, on the one that they came from.
    return names.find((name) => name === 'main' || name === 'master') ?? names[0] ?? commit;
  }

  async deploymentStatus({ id }: Deployment): Promise<DeploymentStatus | undefined> {
    const { status } = await this.#http.json(DeploymentAnswer, 'GET', `${this.#path}/deployments/${id}`);
    const ours = (['running', 'success', 'failure'] as const).find(
      (state) => DEPLOYMENT_STATES[state] === status,
    );
    return ours && { state: ours };
  }

  async setDeploymentState({ id }: Deployment, state: DeploymentState, _note: DeploymentNote): Promise<void> {
    await this.#http.json(DeploymentAnswer, 'PUT', `${this.#path}/deployments/${id}`, {
      body: { status: DEPLOYMENT_STATES[state] },
    });
  }

  #mergeRequest(number: number): string {
    return `${this.#path}/merge_requests/${number}`;
  }
}

function userOf({ id, username }: z.infer<typeof User>): ForgeUser {
  return { id: String(id), login: username };
}

/** @param versions newest first */
function approvedCommit(
  user: z.infer<typeof User>,
  notes: readonly z.infer<typeof Note>[],
  versions: readonly z.infer<typeof Version>[],
): { readonly commit: string; readonly at: number } {
  const note = notes.findLast(
    ({ author, system, body }) =>
      system && author.id === user.id && body.startsWith('approved this merge request'),
  );
  if (!note) return { commit: '', at: Number.NaN };
  const at = Date.parse(note.created_at);
  const seen = versions.find((version) => Date.parse(version.created_at) <= at);
  return { commit: seen?.head_commit_sha ?? '', at };
}

function pullRequestOf(request: z.infer<typeof MergeRequest>): PullRequest {
  const merged = request.state === 'merged';
  const mergeCommit = request.merge_commit_sha ?? request.squash_commit_sha ?? request.sha;
  return {
    number: request.iid,
    title: request.title,
    body: request.description ?? '',
    state: merged ? 'merged' : request.state === 'closed' ? 'closed' : 'open',
    draft: request.draft ?? false,
    author: userOf(request.author),
    head: {
      branch: request.source_branch,
      commit: request.sha ?? '',
      isFork: request.source_project_id !== request.target_project_id,
    },
    base: { branch: request.target_branch, commit: request.diff_refs?.start_sha ?? '' },
    url: request.web_url,
    ...(merged && mergeCommit && { mergeCommit }),
  };
}

function statusOf({
  name,
  status,
  description,
  target_url: url,
  author,
  created_at: at,
}: z.infer<typeof Status>): CommitStatus {
  return {
    context: name,
    state: OUR_STATES[status] ?? 'pending',
    description: description ?? '',
    at: Date.parse(at),
    ...(url && { url }),
    ...(author && { author: userOf(author) }),
  };
}
