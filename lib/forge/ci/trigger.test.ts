import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CiTrigger, ciRun, ciTrigger } from '../index.ts';

const EVENTS = join(import.meta.dirname, '../../../test/ci/testdata/events');

function triggerOf(env: Readonly<Record<string, string>>): CiTrigger | undefined {
  const run = ciRun(env);
  return run && ciTrigger(run, env);
}

const change = (fromFork: boolean | undefined): CiTrigger => ({ kind: 'pull-request', fromFork });
const push = (branch: string, isDefault?: boolean): CiTrigger => ({ kind: 'push', branch, isDefault });
const other = (event: string): CiTrigger => ({ kind: 'other', event });

describe('in Actions of GitHub, Gitea and Forgejo', () => {
  const actions = (name: string, ref: string, file = name) =>
    triggerOf({
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.example.com',
      GITHUB_REPOSITORY: 'ada/shop',
      GITHUB_EVENT_NAME: name,
      GITHUB_REF: ref,
      GITHUB_EVENT_PATH: join(EVENTS, `${file}.json`),
    });
  const merge = 'refs/pull/7/merge';

  it.each([
    ['pull_request', merge, 'pull_request', change(false)],
    ['pull_request', merge, 'pull_request.fork', change(true)],
    ['pull_request', merge, 'pull_request.deleted-fork', change(true)],
    ['pull_request', merge, 'pull_request.closed', other('pull_request, closed')],
    ['pull_request', merge, 'a file that is not there', change(undefined)],
    ['push', 'refs/heads/main', 'push', push('main', true)],
    ['push', 'refs/heads/other', 'push.branch', push('other', false)],
    ['push', 'refs/heads/main', 'push.deleted', other('push of refs/heads/main')],
    ['push', 'refs/tags/v1.0.0', 'push.tag', other('push of refs/tags/v1.0.0')],
    ['push', 'refs/heads/main', 'a file that is not there', push('main')],
    [
      'merge_group',
      'refs/heads/gh-readonly-queue/main/pr-7',
      'merge_group',
      { kind: 'merge-queue', base: 'main' },
    ],
    ['schedule', 'refs/heads/main', 'schedule', other('schedule')],
    ['workflow_dispatch', 'refs/heads/main', 'workflow_dispatch', push('main', true)],
    // It runs with the secrets of the base, on whatever a stranger proposes.
    ['pull_request_target', 'refs/heads/main', 'pull_request.fork', other('pull_request_target')],
  ] as const)('%s of %s by the file %s', (name, ref, file, expected) => {
    expect(actions(name, ref, file)).toEqual(expected);
  });

  it('no event’s file makes it fail, or takes a stranger for a friend', () => {
    for (const file of readdirSync(EVENTS)) {
      const found = actions('pull_request', merge, file.replace('.json', ''));
      const known = file.startsWith('pull_request');
      if (!known) expect(found, file).toEqual(change(undefined));
    }
  });
});

describe('in GitLab CI', () => {
  const gitlab = (env: Readonly<Record<string, string>>) =>
    triggerOf({ GITLAB_CI: 'true', CI_DEFAULT_BRANCH: 'main', ...env });
  const request = {
    CI_PIPELINE_SOURCE: 'merge_request_event',
    CI_MERGE_REQUEST_IID: '7',
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
    CI_MERGE_REQUEST_PROJECT_ID: '3',
  };

  it.each([
    [{ ...request, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '3' }, change(false)],
    [{ ...request, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '4' }, change(true)],
    [request, change(undefined)],
    [
      { ...request, CI_MERGE_REQUEST_EVENT_TYPE: 'merge_train' },
      { kind: 'merge-queue', base: 'main' },
    ],
    [{ CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'main' }, push('main', true)],
    [{ CI_PIPELINE_SOURCE: 'web', CI_COMMIT_BRANCH: 'other' }, push('other', false)],
    [{ CI_PIPELINE_SOURCE: 'push', CI_COMMIT_TAG: 'v1' }, other('tag v1')],
    [{ CI_PIPELINE_SOURCE: 'schedule', CI_COMMIT_BRANCH: 'main' }, other('schedule')],
    [{}, other('an unknown event')],
  ])('%j', (env, expected) => {
    expect(gitlab(env)).toEqual(expected);
  });
});

describe('in Jenkins', () => {
  const jenkins = (env: Readonly<Record<string, string>>) =>
    triggerOf({ JENKINS_URL: 'https://jenkins.example.com/', ...env });

  it.each([
    [{ CHANGE_ID: '7', CHANGE_TARGET: 'main', BRANCH_NAME: 'PR-7' }, change(false)],
    [{ CHANGE_ID: '7', CHANGE_TARGET: 'main', CHANGE_FORK: 'mallory' }, change(true)],
    [{ BRANCH_NAME: 'main', BRANCH_IS_PRIMARY: 'true' }, push('main', true)],
    [{ BRANCH_NAME: 'other' }, push('other')],
    [{ BRANCH_NAME: 'v1', TAG_NAME: 'v1' }, other('tag v1')],
    [{ GIT_BRANCH: 'origin/main' }, push('main')],
    [{}, other('a build of no branch')],
  ])('%j', (env, expected) => {
    expect(jenkins(env)).toEqual(expected);
  });
});

describe('in Jenkins X', () => {
  const lighthouse = (env: Readonly<Record<string, string>>) =>
    triggerOf({ REPO_OWNER: 'ada', REPO_NAME: 'shop', PULL_BASE_REF: 'main', ...env });

  it.each([
    [{ JOB_TYPE: 'presubmit', PULL_NUMBER: '7' }, change(undefined)],
    [{ PULL_NUMBER: '7' }, change(undefined)],
    [{ JOB_TYPE: 'postsubmit', PULL_NUMBER: '' }, push('main')],
    [{ JOB_TYPE: 'batch' }, { kind: 'merge-queue', base: 'main' }],
    [{ JOB_TYPE: 'periodic' }, other('periodic')],
  ])('%j', (env, expected) => {
    expect(lighthouse(env)).toEqual(expected);
  });
});

describe('in Woodpecker', () => {
  const woodpecker = (env: Readonly<Record<string, string>>) =>
    triggerOf({ CI: 'woodpecker', CI_REPO_DEFAULT_BRANCH: 'main', ...env });

  it.each([
    [{ CI_PIPELINE_EVENT: 'pull_request', CI_COMMIT_PULL_REQUEST: '7' }, change(undefined)],
    [{ CI_PIPELINE_EVENT: 'push', CI_COMMIT_BRANCH: 'main' }, push('main', true)],
    [{ CI_PIPELINE_EVENT: 'manual', CI_COMMIT_BRANCH: 'other' }, push('other', false)],
    [{ CI_PIPELINE_EVENT: 'tag', CI_COMMIT_BRANCH: 'main' }, other('tag')],
    [{ CI_PIPELINE_EVENT: 'cron', CI_COMMIT_BRANCH: 'main' }, other('cron')],
  ])('%j', (env, expected) => {
    expect(woodpecker(env)).toEqual(expected);
  });

  it('the forge is the one that it runs for', () => {
    const env = { CI: 'woodpecker', CI_FORGE_URL: 'https://git.example.com/', CI_REPO: 'ada/shop' };
    expect(ciRun({ ...env, CI_FORGE_TYPE: 'forgejo' })?.forge).toEqual({
      kind: 'gitea',
      url: 'https://git.example.com',
      repository: 'ada/shop',
    });
    expect(ciRun({ ...env, CI_FORGE_TYPE: 'bitbucket' })?.forge).not.toHaveProperty('kind');
  });
});

it('is undefined where no CI system runs us, and never fails, whatever is set', () => {
  expect(triggerOf({})).toBeUndefined();
  const names = [
    'GITHUB_ACTIONS',
    'GITLAB_CI',
    'CI',
    'JENKINS_URL',
    'REPO_OWNER',
    'JOB_TYPE',
    'GITHUB_REF',
    'GITHUB_EVENT_NAME',
    'CI_PIPELINE_SOURCE',
    'CHANGE_ID',
    'BRANCH_NAME',
  ];
  const values = fc.constantFrom(
    '',
    'true',
    'woodpecker',
    'push',
    'refs/heads/',
    'refs/pull/0/head',
    '7',
    '\n',
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), values), (env) => {
      const found = triggerOf(env);
      if (found?.kind === 'push') expect(found.branch).not.toBe('');
    }),
  );
});
