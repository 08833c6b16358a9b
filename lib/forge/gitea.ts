/** Gitea and Forgejo: `/api/v1`, as its own page /api/swagger describes it. */
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
import {
  Comment,
  commentOf,
  PermissionAnswer,
  Pull,
  permissionOf,
  pullRequestOf,
  REACTIONS,
  ReactionAnswer,
  recentCommentOf,
  User,
  userOf,
} from './github-answers.ts';
import { ForgeHttp, type ForgeUsage } from './http.ts';
import type { ForgeOptions } from './options.ts';

const Status = z.object({
  id: z.number(),
  context: z.string(),
  status: z.enum(['pending', 'success', 'error', 'failure', 'warning', 'skipped']),
  description: z.string(),
  target_url: z.string(),
  creator: User.nullish(),
  created_at: z.string(),
});
const Review = z.object({
  user: User.nullish(),
  state: z.string(),
  commit_id: z.string(),
  submitted_at: z.string(),
  dismissed: z.boolean(),
  official: z.boolean(),
});
const Team = z.object({ id: z.number(), name: z.string() });

/** Gitea's columns take any length; more than that nobody reads, and older databases refuse. */
const LIMITS: ForgeLimits = { comment: 65_536, statusDescription: 255 };

/** It has no deployments: what would be one is a status of the commit, in a context of this name. */
const DEPLOYMENT = 'deployment/';

export class GiteaForge implements Forge {
  readonly kind = 'gitea';
  readonly repository: string;
  readonly limits: ForgeLimits;
  readonly #http: ForgeHttp;
  readonly #path: string;
  #user: Promise<ForgeUser> | undefined;

  constructor(options: ForgeOptions & { readonly token: string }) {
    this.repository = options.repository;
    this.limits = { ...LIMITS, ...(options.commentLimit && { comment: options.commentLimit }) };
    this.#path = `/repos/${options.repository.split('/').map(encodeURIComponent).join('/')}`;
    this.#http = new ForgeHttp({
      ...options.http,
      baseUrl: `${options.url}/api/v1`,
      pageSizeParameter: 'limit',
      credential: tokenCredential(options.token, (token) => ({ authorization: `token ${token}` })),
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
    return pullRequestOf(await this.#http.json(Pull, 'GET', `${this.#path}/pulls/${number}`));
  }

  async pullRequests({ state = 'open', head, base }: PullRequestFilter): Promise<readonly PullRequest[]> {
    const all = await this.#http.list(Pull, `${this.#path}/pulls`, { state, sort: 'newest' });
    return all
      .map(pullRequestOf)
      .filter((one) => head === undefined || (one.head.branch === head && !one.head.isFork))
      .filter((one) => base === undefined || one.base.branch === base);
  }

  async pullRequestsOf(commit: string): Promise<readonly PullRequest[]> {
    const found = await this.#http.find(Pull, `${this.#path}/commits/${commit}/pull`);
    return found ? [pullRequestOf(found)] : [];
  }

  async createPullRequest(request: NewPullRequest): Promise<PullRequest> {
    return pullRequestOf(
      await this.#http.json(Pull, 'POST', `${this.#path}/pulls`, { body: { ...request } }),
    );
  }

  async updatePullRequest(number: number, update: PullRequestUpdate): Promise<PullRequest> {
    return pullRequestOf(
      await this.#http.json(Pull, 'PATCH', `${this.#path}/pulls/${number}`, { body: { ...update } }),
    );
  }

  async approvals(number: number): Promise<readonly PullRequestApproval[]> {
    const reviews = await this.#http.list(Review, `${this.#path}/pulls/${number}/reviews`);
    const latest = new Map<string, z.infer<typeof Review>>();
    for (const review of reviews) {
      const isVerdict = review.state === 'APPROVED' || review.state === 'REQUEST_CHANGES';
      if (review.user && isVerdict && !review.dismissed) latest.set(review.user.login, review);
    }
    return [...latest.values()]
      .filter(({ state }) => state === 'APPROVED')
      .map(({ user, commit_id: commit, official: counts, submitted_at: at }) => ({
        user: userOf(user!),
        commit,
        counts,
        at: Date.parse(at),
      }));
  }

  async comments(number: number): Promise<readonly PullRequestComment[]> {
    return (await this.#http.list(Comment, `${this.#path}/issues/${number}/comments`)).map(commentOf);
  }

  async commentsSince(since: number): Promise<readonly RecentComment[]> {
    const query = { since: new Date(since).toISOString() };
    const found = await this.#http.list(Comment, `${this.#path}/issues/comments`, query);
    return found.flatMap((comment) => recentCommentOf(comment) ?? []);
  }

  async createComment(number: number, body: string): Promise<PullRequestComment> {
    return commentOf(
      await this.#http.json(Comment, 'POST', `${this.#path}/issues/${number}/comments`, { body: { body } }),
    );
  }

  async updateComment(_number: number, id: string, body: string): Promise<PullRequestComment> {
    return commentOf(
      await this.#http.json(Comment, 'PATCH', `${this.#path}/issues/comments/${id}`, { body: { body } }),
    );
  }

  async react(_number: number, commentId: string, reaction: Reaction): Promise<void> {
    await this.#http.json(
      ReactionAnswer,
      'POST',
      `${this.#path}/issues/comments/${encodeURIComponent(commentId)}/reactions`,
      { body: { content: REACTIONS[reaction] } },
    );
  }

  /** Only administrators of the repository may ask what others may. To others Gitea says at least who may write: those
   * whom issues can be assigned to. */
  async permission({ login }: ForgeUser): Promise<Permission> {
    const path = `${this.#path}/collaborators/${encodeURIComponent(login)}/permission`;
    try {
      return permissionOf((await this.#http.find(PermissionAnswer, path))?.permission);
    } catch (error) {
      if (!isForgeError(error, 'FORGE_FORBIDDEN')) throw error;
      const writers = await this.#http.list(User, `${this.#path}/assignees`);
      return writers.some((user) => user.login === login) ? 'write' : 'none';
    }
  }

  async isMember(team: string, { login }: ForgeUser): Promise<boolean> {
    const [organization = '', name = ''] = team.split('/');
    const id = (await this.#teams(organization)).find(
      (one) => one.name.toLowerCase() === name.toLowerCase(),
    )?.id;
    if (id === undefined) return false;
    return (await this.#http.find(User, `/teams/${id}/members/${encodeURIComponent(login)}`)) !== undefined;
  }

  /** None where there is no such organization. */
  async #teams(organization: string): Promise<readonly z.infer<typeof Team>[]> {
    try {
      return await this.#http.list(Team, `/orgs/${encodeURIComponent(organization)}/teams`);
    } catch (error) {
      if (isForgeError(error, 'FORGE_NOT_FOUND')) return [];
      throw error;
    }
  }

  async statuses(commit: string): Promise<readonly CommitStatus[]> {
    const found = await this.#http.list(Status, `${this.#path}/commits/${commit}/statuses`);
    return found.toSorted((a, b) => b.id - a.id).map(statusOf);
  }

  async setStatus(commit: string, { context, state, description, url = '' }: NewCommitStatus): Promise<void> {
    await this.#http.json(Status, 'POST', `${this.#path}/statuses/${commit}`, {
      body: { context, state, description, target_url: url },
    });
  }

  async deployments(environment: string, commit: string): Promise<readonly Deployment[]> {
    const context = `${DEPLOYMENT}${environment}`;
    const found = (await this.statuses(commit)).some((status) => status.context === context);
    return found ? [{ id: context, environment, commit }] : [];
  }

  async createDeployment({ environment, commit, state, ...note }: NewDeployment): Promise<Deployment> {
    const deployment = { id: `${DEPLOYMENT}${environment}`, environment, commit };
    await this.setDeploymentState(deployment, state, note);
    return deployment;
  }

  async deploymentStatus({ id, commit }: Deployment): Promise<DeploymentStatus | undefined> {
    const newest = (await this.statuses(commit)).find(({ context }) => context === id);
    if (!newest) return undefined;
    const { state, description } = newest;
    // A status of a commit has no "running".
    return { state: state === 'error' ? 'failure' : state === 'pending' ? 'running' : state, description };
  }

  async setDeploymentState(
    { id, commit }: Deployment,
    state: DeploymentState,
    { description = state, url }: DeploymentNote,
  ): Promise<void> {
    const shown = state === 'running' ? 'pending' : state;
    await this.setStatus(commit, { context: id, state: shown, description, ...(url && { url }) });
  }
}

const STATES: Readonly<Record<z.infer<typeof Status>['status'], StatusState>> = {
  pending: 'pending',
  success: 'success',
  skipped: 'success',
  warning: 'failure',
  failure: 'failure',
  error: 'error',
};

function statusOf({
  context,
  status,
  description,
  target_url: url,
  creator,
  created_at: at,
}: z.infer<typeof Status>): CommitStatus {
  return {
    context,
    state: STATES[status],
    description,
    at: Date.parse(at),
    ...(url !== '' && { url }),
    ...(creator && { author: userOf(creator) }),
  };
}
