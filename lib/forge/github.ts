/** GitHub, also Enterprise Server: the REST API of version 2022-11-28. */
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
import { gitHubApi, repositoryPath } from './github-api.ts';
import { type GitHubApp, GitHubAppCredential } from './github-app.ts';
import { ForgeHttp, type ForgeUsage } from './http.ts';
import type { ForgeOptions } from './options.ts';
import { mayWrite } from './permission.ts';

const Status = z.object({
  context: z.string(),
  state: z.enum(['pending', 'success', 'failure', 'error']),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
  creator: User.nullish(),
  created_at: z.string(),
});
const Review = z.object({
  user: User.nullish(),
  state: z.string(),
  commit_id: z.string().nullish(),
  // Absent while it is pending.
  submitted_at: z.string().nullish(),
});
const Membership = z.object({ state: z.string() });
const DeploymentAnswer = z.object({ id: z.number(), sha: z.string(), environment: z.string() });
const DeploymentStatusAnswer = z.object({
  id: z.number(),
  state: z.string(),
  description: z.string().nullish(),
});

const LIMITS: ForgeLimits = { comment: 65_536, statusDescription: 140 };
const DEPLOYMENT_STATES: Readonly<Record<DeploymentState, string>> = {
  pending: 'queued',
  running: 'in_progress',
  success: 'success',
  failure: 'failure',
};
/** What others may have said of it is not said by us. */
const OUR_STATES = new Map(
  Object.entries(DEPLOYMENT_STATES).map(([ours, its]) => [its, ours as DeploymentState]),
);

export type GitHubCredential = { readonly token: string } | { readonly app: GitHubApp };

export class GitHubForge implements Forge {
  readonly kind = 'github';
  readonly repository: string;
  readonly limits: ForgeLimits;
  readonly #http: ForgeHttp;
  readonly #path: string;
  readonly #app: GitHubAppCredential | undefined;
  #user: Promise<ForgeUser> | undefined;

  constructor(options: ForgeOptions & { readonly credential: GitHubCredential }) {
    const { url, credential } = options;
    this.repository = options.repository;
    this.limits = { ...LIMITS, ...(options.commentLimit && { comment: options.commentLimit }) };
    this.#path = repositoryPath(options.repository);
    const http = { ...options.http, ...gitHubApi(url) };
    this.#app = 'app' in credential ? new GitHubAppCredential(credential.app, this.#path, http) : undefined;
    this.#http = new ForgeHttp({
      ...http,
      credential:
        'app' in credential
          ? this.#app!
          : tokenCredential(credential.token, (token) => ({ authorization: `Bearer ${token}` })),
    });
  }

  get usage(): ForgeUsage {
    return this.#http.usage;
  }

  user(): Promise<ForgeUser> {
    this.#user ??= this.#findUser();
    return this.#user;
  }

  /** Tokens of installations may not ask who they are. The one that GitHub Actions hands out is such a token, too. */
  async #findUser(): Promise<ForgeUser> {
    if (this.#app) return { id: '', login: await this.#app.login() };
    try {
      return userOf(await this.#http.json(User, 'GET', '/user'));
    } catch (error) {
      if (isForgeError(error, 'FORGE_FORBIDDEN')) return { id: '', login: 'github-actions[bot]' };
      throw error;
    }
  }

  async pullRequest(number: number): Promise<PullRequest> {
    return pullRequestOf(await this.#http.json(Pull, 'GET', `${this.#path}/pulls/${number}`));
  }

  async pullRequests({ state = 'open', head, base }: PullRequestFilter): Promise<readonly PullRequest[]> {
    const [owner] = this.repository.split('/');
    const found = await this.#http.list(Pull, `${this.#path}/pulls`, {
      state,
      base,
      head: head && `${owner}:${head}`,
    });
    return found.map(pullRequestOf);
  }

  async pullRequestsOf(commit: string): Promise<readonly PullRequest[]> {
    return (await this.#http.list(Pull, `${this.#path}/commits/${commit}/pulls`)).map(pullRequestOf);
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
    const latest = new Map<string, z.infer<typeof Review>>();
    for (const review of await this.#http.list(Review, `${this.#path}/pulls/${number}/reviews`)) {
      // A comment afterwards takes nothing back.
      const isVerdict = review.state !== 'COMMENTED' && review.state !== 'PENDING';
      if (review.user && isVerdict) latest.set(review.user.login, review);
    }
    const approved = [...latest.values()].filter(({ state }) => state === 'APPROVED');
    return Promise.all(
      approved.map(async ({ user, commit_id: commit, submitted_at: at }) => ({
        user: userOf(user!),
        commit: commit ?? '',
        counts: mayWrite(await this.permission(userOf(user))),
        at: Date.parse(at ?? ''),
      })),
    );
  }

  async permission({ login }: ForgeUser): Promise<Permission> {
    const path = `${this.#path}/collaborators/${encodeURIComponent(login)}/permission`;
    return permissionOf((await this.#http.find(PermissionAnswer, path))?.permission);
  }

  async isMember(team: string, { login }: ForgeUser): Promise<boolean> {
    const [organization = '', name = ''] = team.split('/').map(encodeURIComponent);
    const path = `/orgs/${organization}/teams/${name}/memberships/${encodeURIComponent(login)}`;
    return (await this.#http.find(Membership, path))?.state === 'active';
  }

  async comments(number: number): Promise<readonly PullRequestComment[]> {
    return (await this.#http.list(Comment, `${this.#path}/issues/${number}/comments`)).map(commentOf);
  }

  async commentsSince(since: number): Promise<readonly RecentComment[]> {
    const query = { since: new Date(since).toISOString(), sort: 'created', direction: 'asc' };
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

  async statuses(commit: string): Promise<readonly CommitStatus[]> {
    return (await this.#http.list(Status, `${this.#path}/commits/${commit}/statuses`)).map(statusOf);
  }

  async setStatus(commit: string, { context, state, description, url }: NewCommitStatus): Promise<void> {
    await this.#http.json(Status, 'POST', `${this.#path}/statuses/${commit}`, {
      body: { context, state, description, ...(url && { target_url: url }) },
    });
  }

  async deployments(environment: string, commit: string): Promise<readonly Deployment[]> {
    const query = { environment, sha: commit };
    const found = await this.#http.list(DeploymentAnswer, `${this.#path}/deployments`, query);
    return found.map(deploymentOf);
  }

  async createDeployment({ environment, commit, state, ...note }: NewDeployment): Promise<Deployment> {
    const answer = await this.#http.json(DeploymentAnswer, 'POST', `${this.#path}/deployments`, {
      body: {
        ref: commit,
        environment,
        description: note.description ?? '',
        // It is told of what happened: nothing shall be merged or waited for because of that.
        auto_merge: false,
        required_contexts: [],
      },
    });
    const deployment = deploymentOf(answer);
    await this.setDeploymentState(deployment, state, note);
    return deployment;
  }

  async deploymentStatus({ id }: Deployment): Promise<DeploymentStatus | undefined> {
    const path = `${this.#path}/deployments/${id}/statuses`;
    const newest = (await this.#http.list(DeploymentStatusAnswer, path)).toSorted((a, b) => b.id - a.id)[0];
    const state = newest && OUR_STATES.get(newest.state);
    return state && { state, description: newest.description ?? '' };
  }

  async setDeploymentState(
    { id, environment }: Deployment,
    state: DeploymentState,
    { description = '', url }: DeploymentNote,
  ): Promise<void> {
    await this.#http.json(DeploymentStatusAnswer, 'POST', `${this.#path}/deployments/${id}/statuses`, {
      body: {
        state: DEPLOYMENT_STATES[state],
        environment,
        description: description.slice(0, LIMITS.statusDescription),
        ...(url && { log_url: url }),
      },
    });
  }
}

function statusOf({
  context,
  state,
  description,
  target_url: url,
  creator,
  created_at: at,
}: z.infer<typeof Status>): CommitStatus {
  return {
    context,
    state,
    description: description ?? '',
    at: Date.parse(at),
    ...(url && { url }),
    ...(creator && { author: userOf(creator) }),
  };
}

function deploymentOf({ id, sha, environment }: z.infer<typeof DeploymentAnswer>): Deployment {
  return { id: String(id), environment, commit: sha };
}
