/** What set a run of a CI system off. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { CiEnvironment, CiRun } from './run.ts';

export type CiTrigger =
  | {
      readonly kind: 'pull-request';
      /** Whether it comes from another repository: what it holds was not written by somebody who may write to ours.
       * Undefined where the system does not say. */
      readonly fromFork: boolean | undefined;
    }
  /** Several changes on top of each other, before they are merged: a merge queue, a merge train, a batch. */
  | {
      readonly kind: 'merge-queue';
      /** The branch that they want to get into. */
      readonly base: string;
    }
  | {
      readonly kind: 'push';
      readonly branch: string;
      /** Undefined where the system does not say. */
      readonly isDefault: boolean | undefined;
    }
  | { readonly kind: 'other' /** As the system calls it. */; readonly event: string };

/** What there is no rule for: people are told its name. */
function other(event: string | undefined): CiTrigger {
  return { kind: 'other', event: event || 'an unknown event' };
}

/** @param env with the path of the event's file, where the system writes one */
export function ciTrigger({ system, pullRequest, baseBranch }: CiRun, env: CiEnvironment): CiTrigger {
  switch (system) {
    case 'github-actions':
    case 'gitea-actions':
      return actions(env);
    case 'gitlab-ci':
      return gitlab(env);
    case 'woodpecker':
      return woodpecker(env);
    case 'jenkins-x':
      return jenkinsX(env, baseBranch);
    case 'jenkins':
      return pullRequest === undefined ? jenkinsBranch(env) : fromJenkinsFork(env);
  }
}

const Repository = z.object({ full_name: z.string() }).nullish();

/** The members that are used of an event's file (GitHub, "Webhook events and payloads"; Gitea writes the same ones). */
const Event = z.object({
  action: z.string().optional(),
  deleted: z.boolean().optional(),
  repository: z.object({ default_branch: z.string().optional() }).optional(),
  pull_request: z
    .object({ head: z.object({ repo: Repository }), base: z.object({ repo: Repository }) })
    .optional(),
  merge_group: z.object({ base_ref: z.string() }).optional(),
});
type Event = z.infer<typeof Event>;

function actions(env: CiEnvironment): CiTrigger {
  const name = env.GITHUB_EVENT_NAME;
  const event = eventOf(env.GITHUB_EVENT_PATH);
  switch (name) {
    case 'pull_request': {
      if (event?.action === 'closed') return other('pull_request, closed');
      const head = event?.pull_request?.head.repo?.full_name;
      const base = event?.pull_request?.base.repo?.full_name;
      // A fork that was deleted has no name.
      return { kind: 'pull-request', fromFork: event?.pull_request && (!head || head !== base) };
    }
    case 'merge_group': {
      const base = branchOf(event?.merge_group?.base_ref);
      return base === undefined ? other(name) : { kind: 'merge-queue', base };
    }
    case 'push':
    case 'workflow_dispatch': {
      const branch = branchOf(env.GITHUB_REF);
      if (branch === undefined || event?.deleted === true) return other(`${name} of ${env.GITHUB_REF ?? ''}`);
      const main = event?.repository?.default_branch;
      return { kind: 'push', branch, isDefault: main === undefined ? undefined : main === branch };
    }
    default:
      return other(name);
  }
}

function branchOf(ref: string | undefined): string | undefined {
  return /^refs\/heads\/(.+)$/.exec(ref ?? '')?.[1];
}

/** @returns undefined where there is none that can be read: nothing is taken for granted then */
function eventOf(path: string | undefined): Event | undefined {
  if (!path) return undefined;
  try {
    return Event.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

const GITLAB_PUSHES: readonly string[] = ['push', 'web', 'api', 'trigger', 'pipeline', 'parent_pipeline'];

function gitlab(env: CiEnvironment): CiTrigger {
  const { CI_PIPELINE_SOURCE: source, CI_COMMIT_BRANCH: branch, CI_DEFAULT_BRANCH: main } = env;
  if (source === 'merge_request_event') {
    const base = env.CI_MERGE_REQUEST_TARGET_BRANCH_NAME;
    if (env.CI_MERGE_REQUEST_EVENT_TYPE === 'merge_train' && base) return { kind: 'merge-queue', base };
    const { CI_MERGE_REQUEST_SOURCE_PROJECT_ID: from, CI_MERGE_REQUEST_PROJECT_ID: into } = env;
    return { kind: 'pull-request', fromFork: from && into ? from !== into : undefined };
  }
  if (env.CI_COMMIT_TAG) return other(`tag ${env.CI_COMMIT_TAG}`);
  if (!branch || !GITLAB_PUSHES.includes(source ?? '')) return other(source);
  return { kind: 'push', branch, isDefault: main ? main === branch : undefined };
}

/** https://woodpecker-ci.org/docs/usage/environment */
function woodpecker(env: CiEnvironment): CiTrigger {
  const { CI_PIPELINE_EVENT: event, CI_COMMIT_BRANCH: branch, CI_REPO_DEFAULT_BRANCH: main } = env;
  if (event === 'pull_request') return { kind: 'pull-request', fromFork: undefined };
  if (!branch || (event !== 'push' && event !== 'manual')) return other(event);
  return { kind: 'push', branch, isDefault: main ? main === branch : undefined };
}

/** Kinds of jobs as Lighthouse has them from Prow. It runs those of a stranger's pull request only after a member has
 * looked at it (`/ok-to-test`). */
function jenkinsX({ JOB_TYPE: type }: CiEnvironment, base: string | undefined): CiTrigger {
  switch (type) {
    case 'batch':
      return base === undefined ? other(type) : { kind: 'merge-queue', base };
    case 'postsubmit':
      return base === undefined ? other(type) : { kind: 'push', branch: base, isDefault: undefined };
    case 'presubmit':
    case undefined:
      return { kind: 'pull-request', fromFork: undefined };
    default:
      return other(type);
  }
}

function fromJenkinsFork({ CHANGE_FORK: fork }: CiEnvironment): CiTrigger {
  return { kind: 'pull-request', fromFork: fork !== undefined && fork !== '' };
}

function jenkinsBranch(env: CiEnvironment): CiTrigger {
  if (env.TAG_NAME) return other(`tag ${env.TAG_NAME}`);
  // Jobs of one branch know what they checked out, as the plugin "Git" names it.
  const branch = env.BRANCH_NAME || env.GIT_LOCAL_BRANCH || env.GIT_BRANCH?.replace(/^origin\//, '');
  if (!branch) return other('a build of no branch');
  const primary = env.BRANCH_IS_PRIMARY;
  return { kind: 'push', branch, isDefault: primary ? primary === 'true' : undefined };
}
