/** Forges: in goes what shall be known or said there (pull requests, comments, statuses, deployments), out come plain data
 * in one set of words; and, the other way, calls of webhooks come in and events go out, after they proved where they come
 * from. GitHub, GitLab, Gitea and Forgejo by their REST APIs; and what a CI system says of the run that we are part of. No
 * output holds a credential. */
export { type CiEnvironment, type CiRun, type CiSystem, ciRun } from './ci/run.ts';
export { type CiTrigger, ciTrigger } from './ci/trigger.ts';
export { ForgeError, type ForgeErrorCode, isForgeError } from './error.ts';
export type * from './forge.ts';
export { gitHubAppToken } from './git-token.ts';
export { GiteaForge } from './gitea.ts';
export { type GitHubCredential, GitHubForge } from './github.ts';
export type { GitHubApp } from './github-app.ts';
export { GitLabForge } from './gitlab.ts';
export type { ForgeIo, ForgeUsage } from './http.ts';
export {
  commentMarker,
  type Kept,
  keepComment,
  keepDeployment,
  keepPullRequest,
  keepStatus,
} from './keep.ts';
export { hasForgeToken, locateForge, type OpenForgeRequest, openForge } from './open.ts';
export type { ForgeOptions } from './options.ts';
export { isAtLeastPermission } from './permission.ts';
export { pullRequestRef } from './pull-request-ref.ts';
export type { RateLimitState } from './rate-limit.ts';
export { type ForgeRepository, forgeRepository } from './remote.ts';
export { pullRequestUrl } from './web.ts';
export { WebhookError } from './webhook/error.ts';
export type { ForgeEvent } from './webhook/event.ts';
export { receiveWebhook, type WebhookCall, type WebhookTrust } from './webhook/receive.ts';
export { type Delivery, ReplayGuard, type ReplayOptions } from './webhook/replay.ts';
export { isGenuine, type WebhookHeaders } from './webhook/signature.ts';
