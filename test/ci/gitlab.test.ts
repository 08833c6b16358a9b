/** The component for GitLab: its inputs filled in, its script run by the shell of the image, its API recorded. */

import { expect, it } from 'vitest';
import { Machine } from './machine.ts';
import { type Origin, type OriginOptions, origin } from './origin.ts';
import { templates } from './templates.ts';

const TOKEN = 'glpat-0123456789';
const JOB_TOKEN = 'glcbt-64_abcdef';
const PROJECT = '/api/v4/projects/my-group%2Fshop';
const ada = { id: 1, username: 'ada' };
const bot = { id: 9, username: 'project_3_bot' };

const OPTIONS: OriginOptions = {
  repository: 'my-group/shop',
  fetch: `gitlab-ci-token:${JOB_TOKEN}`,
  push: `oauth2:${TOKEN}`,
  refs: { 'refs/merge-requests/7/head': 'head' },
};

const REVIEWED: OriginOptions = {
  ...OPTIONS,
  exchanges: (head) => [
    {
      request: `GET ${PROJECT}/merge_requests/7`,
      headers: { 'private-token': TOKEN },
      answer: {
        iid: 7,
        title: 'A change',
        description: null,
        state: 'opened',
        draft: false,
        author: ada,
        source_branch: 'change',
        target_branch: 'main',
        source_project_id: 3,
        target_project_id: 3,
        sha: head,
        web_url: 'https://gitlab.example.com/my-group/shop/-/merge_requests/7',
      },
    },
    { request: 'GET /api/v4/user', answer: bot },
    { request: `GET ${PROJECT}/merge_requests/7/notes`, answer: [] },
    {
      request: `POST ${PROJECT}/merge_requests/7/notes`,
      status: 201,
      answer: {
        ...{ id: 302, body: '', author: bot, system: false },
        ...{ created_at: '2026-05-02T10:00:00Z', updated_at: '2026-05-02T10:00:00Z' },
      },
    },
    { request: `GET ${PROJECT}/repository/commits/${head}/statuses`, answer: [] },
    {
      request: `POST ${PROJECT}/statuses/${head}`,
      sends: { state: 'success', name: 'truekeel/staging' },
      status: 201,
      answer: { id: 93, name: 'truekeel/staging', status: 'success', created_at: '2026-01-19T09:05:50Z' },
    },
  ],
};

/** The job of the component, with its inputs put in. What is nothing but an input keeps that one's type (GitLab, "CI/CD
 * inputs"), which variables, say, do not take. */
function job(inputs: Readonly<Record<string, string | boolean>> = {}) {
  const [{ spec }, body] = templates('truekeel/template.yml');
  const used = new Set<string>();
  const inputOf = (name: string) => {
    used.add(name);
    return inputs[name] ?? spec.inputs[name].default;
  };
  const filled = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(filled);
    if (typeof node === 'object' && node !== null)
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, filled(value)]));
    if (typeof node !== 'string') return node;
    const alone = /^\$\[\[ inputs\.([\w-]+) \]\]$/.exec(node);
    if (alone) return inputOf(alone[1]!);
    return node.replace(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name: string) => String(inputOf(name)));
  };
  const { truekeel } = filled(body) as { truekeel: Job };
  expect([...used].sort()).toEqual(Object.keys(spec.inputs).sort());
  for (const value of Object.values(truekeel.variables)) expect(value).toBeTypeOf('string');
  return truekeel;
}

interface Job {
  readonly script: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

async function run(
  machine: Machine,
  { url }: Origin,
  ref: string,
  more: Readonly<Record<string, string>>,
  inputs = {},
) {
  const { script, variables } = job(inputs);
  const { host } = new URL(url);
  const cwd = await machine.clone(`http://gitlab-ci-token:${JOB_TOKEN}@${host}/my-group/shop.git`, ref);
  return machine.run({
    // The runner joins the lines of a script into one, for the shell that the image has.
    shell: ['sh', '-e', '-c'],
    script: script.join('\n'),
    cwd,
    env: {
      CI: 'true',
      GITLAB_CI: 'true',
      CI_SERVER_URL: url,
      CI_PROJECT_PATH: 'my-group/shop',
      CI_PROJECT_URL: `${url}/my-group/shop`,
      CI_PROJECT_DIR: cwd,
      CI_DEFAULT_BRANCH: 'main',
      CI_JOB_URL: `${url}/my-group/shop/-/jobs/1`,
      CI_JOB_TOKEN: JOB_TOKEN,
      TRUEKEEL_FORGE_TOKEN: TOKEN,
      ...variables,
      ...more,
    },
  });
}

const MERGE_REQUEST = {
  CI_PIPELINE_SOURCE: 'merge_request_event',
  CI_MERGE_REQUEST_IID: '7',
  CI_MERGE_REQUEST_REF_PATH: 'refs/merge-requests/7/head',
  CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
  CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '3',
  CI_MERGE_REQUEST_PROJECT_ID: '3',
};
const PUSH = { CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'main' };

it('reviews a merge request, and leaves its reports where the job says they are', async () => {
  const machine = new Machine();
  const at = await origin(machine, REVIEWED);
  const ran = await run(machine, at, 'refs/merge-requests/7/head', MERGE_REQUEST);
  expect(ran.exit, ran.stderr).toBe(0);
  const variables = machine.read('workspace', 'truekeel.env');
  expect(variables).toContain('TRUEKEEL_ACTION=review\nTRUEKEEL_CHANGED=true\n');
  expect(JSON.parse(machine.read('workspace', 'truekeel-code-quality.json'))).toEqual([]);
  expect(machine.read('workspace', 'truekeel-review.html')).toContain('<html');
  expect(ran.stdout + ran.stderr + variables).not.toContain(TOKEN);
});

it('renders a push, and pushes with the token that may, which stays out of the configuration', async () => {
  const machine = new Machine();
  const at = await origin(machine, OPTIONS);
  at.merge();
  const ran = await run(machine, at, 'refs/heads/main', PUSH);
  expect(ran.exit, ran.stderr).toBe(0);
  const tip = at.git('rev-parse', 'refs/heads/rendered/staging');
  expect(machine.read('workspace', 'truekeel.env')).toContain(`TRUEKEEL_COMMITS={"staging":"${tip}"}`);
  expect(machine.read('workspace', '.git', 'config')).not.toContain(TOKEN);
  expect(ran.stdout + ran.stderr).not.toContain(TOKEN);
});

it('moves nothing without an approval when that is asked for', async () => {
  const machine = new Machine();
  const at = await origin(machine, {
    ...OPTIONS,
    exchanges: (_, merged) => [
      { request: `GET ${PROJECT}/repository/commits/${merged}/merge_requests`, answer: [] },
    ],
  });
  at.merge();
  const ran = await run(machine, at, 'refs/heads/main', PUSH, { 'require-approval': true });
  expect(ran.exit, ran.stderr).toBe(8);
  expect(ran.stderr).toContain('APPROVAL_MISSING');
  expect(at.git('for-each-ref', 'refs/heads/rendered')).toBe('');
  const [issue] = JSON.parse(machine.read('workspace', 'truekeel-code-quality.json'));
  expect(issue).toMatchObject({ check_name: 'APPROVAL_MISSING', severity: 'blocker' });
});
