/** What a CI system says about the run that we are part of. */
import type { ForgeKind } from '../forge.ts';
import type { ForgeRepository } from '../remote.ts';

export type CiSystem =
  | 'gitea-actions'
  | 'github-actions'
  | 'gitlab-ci'
  | 'jenkins'
  | 'jenkins-x'
  | 'woodpecker';

export interface CiRun {
  readonly system: CiSystem;
  readonly forge?: ForgeRepository;
  /** Number of the pull request that it runs for. */
  readonly pullRequest?: number;
  /** The branch that the pull request wants to get into. */
  readonly baseBranch?: string;
  /** Where people find the run. */
  readonly url?: string;
}

export type CiEnvironment = Readonly<Record<string, string | undefined>>;

/** @returns undefined where no CI system that we know has set its variables */
export function ciRun(env: CiEnvironment): CiRun | undefined {
  if (env.GITHUB_ACTIONS === 'true') return actions(env);
  if (env.GITLAB_CI === 'true') return gitlab(env);
  if (env.CI === 'woodpecker') return woodpecker(env);
  if (env.REPO_OWNER !== undefined && (env.JOB_TYPE !== undefined || env.PULL_NUMBER !== undefined))
    return jenkinsX(env);
  if (env.JENKINS_URL !== undefined) return jenkins(env);
  return undefined;
}

/** GitHub Actions, and those of Gitea and Forgejo, which set the same variables and one of their own. */
function actions(env: CiEnvironment): CiRun {
  const isGitea = env.GITEA_ACTIONS === 'true' || env.FORGEJO_ACTIONS === 'true';
  const kind: ForgeKind = isGitea ? 'gitea' : 'github';
  const { GITHUB_SERVER_URL: url, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  const forge = url && repository ? { kind, url: root(url), repository } : undefined;
  return {
    system: isGitea ? 'gitea-actions' : 'github-actions',
    ...(forge && { forge }),
    ...numbered(/^refs\/pull\/(\d+)\//.exec(env.GITHUB_REF ?? '')?.[1]),
    ...(env.GITHUB_BASE_REF && { baseBranch: env.GITHUB_BASE_REF }),
    ...(forge && run && { url: `${forge.url}/${forge.repository}/actions/runs/${run}` }),
  };
}

function gitlab(env: CiEnvironment): CiRun {
  const { CI_SERVER_URL: url } = env;
  // A pipeline for a merge request of a fork may run in the fork.
  const repository = env.CI_MERGE_REQUEST_PROJECT_PATH || env.CI_PROJECT_PATH;
  return {
    system: 'gitlab-ci',
    ...(url && repository && { forge: { kind: 'gitlab' as const, url: root(url), repository } }),
    ...numbered(env.CI_MERGE_REQUEST_IID),
    ...(env.CI_MERGE_REQUEST_TARGET_BRANCH_NAME && { baseBranch: env.CI_MERGE_REQUEST_TARGET_BRANCH_NAME }),
    ...(env.CI_JOB_URL && { url: env.CI_JOB_URL }),
  };
}

const WOODPECKER_FORGES: Readonly<Record<string, ForgeKind>> = {
  forgejo: 'gitea',
  gitea: 'gitea',
  github: 'github',
  gitlab: 'gitlab',
};

function woodpecker(env: CiEnvironment): CiRun {
  const { CI_FORGE_URL: url, CI_REPO: repository } = env;
  const kind = WOODPECKER_FORGES[env.CI_FORGE_TYPE ?? ''];
  return {
    system: 'woodpecker',
    ...(url && repository && { forge: { url: root(url), repository, ...(kind && { kind }) } }),
    ...numbered(env.CI_COMMIT_PULL_REQUEST),
    ...(env.CI_COMMIT_TARGET_BRANCH && { baseBranch: env.CI_COMMIT_TARGET_BRANCH }),
    ...(env.CI_PIPELINE_URL && { url: env.CI_PIPELINE_URL }),
  };
}

/** Its pipelines of several branches (plugin "Branch API"). */
function jenkins(env: CiEnvironment): CiRun {
  return {
    system: 'jenkins',
    ...numbered(env.CHANGE_ID),
    ...(env.CHANGE_TARGET && { baseBranch: env.CHANGE_TARGET }),
    ...(env.BUILD_URL && { url: env.BUILD_URL }),
  };
}

function jenkinsX(env: CiEnvironment): CiRun {
  return {
    system: 'jenkins-x',
    ...numbered(env.PULL_NUMBER),
    ...(env.PULL_BASE_REF && { baseBranch: env.PULL_BASE_REF }),
    ...(env.BUILD_URL && { url: env.BUILD_URL }),
  };
}

function numbered(text: string | undefined): { readonly pullRequest?: number } {
  return text !== undefined && /^[1-9]\d{0,9}$/.test(text) ? { pullRequest: Number(text) } : {};
}

function root(url: string): string {
  return url.replace(/\/+$/, '');
}
