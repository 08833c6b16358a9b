/** What every forge can do, in one set of words: GitHub's, where forges differ. */
import type { ForgeUsage } from './http.ts';

export type ForgeKind = 'gitea' | 'github' | 'gitlab';

/** A repository of a forge, as far as Truekeel works with it. Each function throws ForgeError. */
export interface Forge {
  readonly kind: ForgeKind;
  /** `owner/name`; on GitLab with all groups. */
  readonly repository: string;
  readonly limits: ForgeLimits;
  readonly usage: ForgeUsage;

  /** Whose token it is. */
  user(): Promise<ForgeUser>;

  pullRequest(number: number): Promise<PullRequest>;
  /** Newest first. */
  pullRequests(filter: PullRequestFilter): Promise<readonly PullRequest[]>;
  /** Those that brought a commit into its branch, or want to. */
  pullRequestsOf(commit: string): Promise<readonly PullRequest[]>;
  createPullRequest(request: NewPullRequest): Promise<PullRequest>;
  updatePullRequest(number: number, update: PullRequestUpdate): Promise<PullRequest>;
  /** Approvals that stand: taken back or dismissed ones are left out. */
  approvals(number: number): Promise<readonly PullRequestApproval[]>;

  /** Oldest first. */
  comments(number: number): Promise<readonly PullRequestComment[]>;
  /** Comments on pull requests that were written or changed since then, oldest first.
   * @param since milliseconds since 1970, by the forge's clock; what is as old may be among them */
  commentsSince(since: number): Promise<readonly RecentComment[]>;
  createComment(number: number, body: string): Promise<PullRequestComment>;
  updateComment(number: number, id: string, body: string): Promise<PullRequestComment>;
  /** Puts a sign of ours on a comment; the same one twice is one. */
  react(number: number, commentId: string, reaction: Reaction): Promise<void>;

  /** What somebody may do with the repository. */
  permission(user: ForgeUser): Promise<Permission>;
  /** Whether somebody belongs to a team.
   * @param team `organization/team`; on GitLab the path of a group */
  isMember(team: string, user: ForgeUser): Promise<boolean>;

  /** Newest first; of each context maybe more than one. */
  statuses(commit: string): Promise<readonly CommitStatus[]>;
  setStatus(commit: string, status: NewCommitStatus): Promise<void>;

  /** Deployments of a commit to an environment, newest first. */
  deployments(environment: string, commit: string): Promise<readonly Deployment[]>;
  createDeployment(deployment: NewDeployment): Promise<Deployment>;
  /** What it says now; undefined before anybody said anything, and where the forge keeps less than that. */
  deploymentStatus(deployment: Deployment): Promise<DeploymentStatus | undefined>;
  setDeploymentState(deployment: Deployment, state: DeploymentState, note: DeploymentNote): Promise<void>;
}

export interface ForgeLimits {
  /** Characters of a comment. */
  readonly comment: number;
  /** Characters of the description of a commit status. */
  readonly statusDescription: number;
}

export interface ForgeUser {
  readonly id: string;
  readonly login: string;
}

export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'closed' | 'merged';
  readonly draft: boolean;
  readonly author: ForgeUser;
  readonly head: PullRequestEnd & {
    /** From another repository: what it holds was not written by somebody who may write to ours. */
    readonly isFork: boolean;
  };
  readonly base: PullRequestEnd;
  readonly url: string;
  /** The commit that brought it into the base, where it was merged. */
  readonly mergeCommit?: string;
}

export interface PullRequestEnd {
  readonly branch: string;
  /** The newest commit. */
  readonly commit: string;
}

export interface PullRequestFilter {
  readonly state?: 'open' | 'closed' | 'all';
  /** Branches of the repository itself. */
  readonly head?: string;
  readonly base?: string;
}

export interface NewPullRequest {
  readonly title: string;
  readonly body: string;
  readonly head: string;
  readonly base: string;
}

export interface PullRequestUpdate {
  readonly title?: string;
  readonly body?: string;
  readonly state?: 'open' | 'closed';
}

export interface PullRequestApproval {
  readonly user: ForgeUser;
  /** The head that was approved; what came later was not. */
  readonly commit: string;
  /** Whether the forge counts it: who gave it may write to the repository. */
  readonly counts: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface PullRequestComment {
  readonly id: string;
  readonly author: ForgeUser;
  readonly body: string;
  readonly url: string;
}

export interface RecentComment extends PullRequestComment {
  /** The pull request. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** What it says now may be somebody else's. */
  readonly isEdited: boolean;
  /** Whether a program wrote it, as far as the forge says so. */
  readonly isByBot: boolean;
}

/** `seen`: somebody works on it. */
export type Reaction = 'seen' | 'done' | 'refused';

/** Each may what the ones before it may. `write`: push to branches that are not protected. */
export type Permission = 'none' | 'read' | 'write' | 'admin';

export type StatusState = 'pending' | 'success' | 'failure' | 'error';

export interface NewCommitStatus {
  /** What it is about: `truekeel/production`. The newest of a context counts. */
  readonly context: string;
  readonly state: StatusState;
  readonly description: string;
  readonly url?: string;
}

export interface CommitStatus extends NewCommitStatus {
  /** Absent where the forge no longer knows. */
  readonly author?: ForgeUser;
  /** Milliseconds since 1970 when it was set. */
  readonly at: number;
}

export type DeploymentState = 'pending' | 'running' | 'success' | 'failure';

export interface DeploymentNote {
  readonly description?: string;
  readonly url?: string;
}

export interface DeploymentStatus {
  readonly state: DeploymentState;
  /** Absent on forges that keep none. */
  readonly description?: string;
}

export interface NewDeployment extends DeploymentNote {
  readonly environment: string;
  readonly commit: string;
  /** The branch that the commit is on; where it matters and is absent, the forge is asked. */
  readonly branch?: string;
  readonly state: DeploymentState;
}

export interface Deployment {
  readonly id: string;
  readonly environment: string;
  readonly commit: string;
}
