/** The workflow for GitHub: its API recorded, its Git over HTTP with the header that `actions/checkout` leaves. */
import { expect, it } from 'vitest';
import { eventFile, runWorkflow } from './actions.ts';
import { Machine } from './machine.ts';
import { type Origin, type OriginOptions, origin } from './origin.ts';

const TOKEN = 'ghs_16C7e42F292c6912E7710c838347Ae178B4a';
const API = '/api/v3';
const REPO = `${API}/repos/ada/shop`;
const bot = { login: 'github-actions[bot]', id: 41898282, type: 'Bot' };
const ada = { login: 'ada', id: 1, type: 'User' };
const repo = { id: 1296269, full_name: 'ada/shop', owner: ada };

function pull(head: string) {
  return {
    html_url: 'https://github.example.com/ada/shop/pull/7',
    number: 7,
    state: 'open',
    title: 'A change',
    user: ada,
    body: null,
    created_at: '2026-01-26T19:01:12Z',
    merged_at: null,
    merge_commit_sha: null,
    draft: false,
    head: { ref: 'change', sha: head, user: ada, repo },
    base: { ref: 'main', sha: '2'.repeat(40), user: ada, repo },
  };
}

const COMMENT = 'https://github.example.com/ada/shop/pull/7#issuecomment-12';

const OPTIONS: OriginOptions = {
  repository: 'ada/shop',
  fetch: `x-access-token:${TOKEN}`,
  push: `x-access-token:${TOKEN}`,
  refs: { 'refs/pull/7/head': 'head', 'refs/pull/7/merge': 'merge' },
};

const REVIEWED: OriginOptions = {
  ...OPTIONS,
  exchanges: (head) => [
    { request: `GET ${REPO}/pulls/7`, answer: pull(head), headers: { authorization: `Bearer ${TOKEN}` } },
    {
      request: `GET ${API}/user`,
      status: 403,
      answer: { message: 'Resource not accessible by integration' },
    },
    { request: `GET ${REPO}/issues/7/comments`, answer: [] },
    {
      request: `POST ${REPO}/issues/7/comments`,
      status: 201,
      answer: {
        ...{ id: 12, html_url: COMMENT, body: '', user: bot },
        ...{ created_at: '2026-01-14T16:00:49Z', updated_at: '2026-01-14T16:00:49Z' },
      },
    },
    { request: `GET ${REPO}/commits/${head}/statuses`, answer: [] },
    {
      request: `POST ${REPO}/statuses/${head}`,
      sends: { state: 'success', context: 'truekeel/staging', target_url: COMMENT },
      status: 201,
      answer: {
        state: 'success',
        context: 'truekeel/staging',
        description: '',
        target_url: COMMENT,
        created_at: '2026-01-20T01:19:13Z',
        creator: bot,
      },
    },
  ],
};

async function run(
  machine: Machine,
  { url }: Origin,
  ref: string,
  event: string,
  onArtifact: (name: string, content: string) => void = () => {},
) {
  const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`;
  const workspace = await machine.clone(`${url}/ada/shop.git`, ref, { [`http.${url}/.extraheader`]: header });
  const [name] = event.split('.');
  return runWorkflow('github/workflow.yml', {
    machine,
    workspace,
    token: TOKEN,
    event: eventFile(event),
    onArtifact,
    env: {
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: url,
      GITHUB_API_URL: `${url}${API}`,
      GITHUB_REPOSITORY: 'ada/shop',
      GITHUB_EVENT_NAME: name!,
      GITHUB_REF: ref,
      GITHUB_RUN_ID: '1658821493',
      RUNNER_OS: 'Linux',
      ...(name === 'pull_request' && { GITHUB_BASE_REF: 'main', GITHUB_HEAD_REF: 'change' }),
    },
  });
}

it('reviews what merging a pull request gives, which is what GitHub checks out', async () => {
  const machine = new Machine();
  const at = await origin(machine, REVIEWED);
  const kept: string[] = [];
  const keep = (name: string, content: string) => void kept.push(name, content);
  const [step, ...more] = await run(machine, at, 'refs/pull/7/merge', 'pull_request', keep);
  expect(step!.exit, step!.stderr).toBe(0);
  expect(more).toEqual([]);
  expect(kept).toEqual(['truekeel-review', expect.stringContaining('<html')]);
  expect(step!.outputs).toMatchObject({ action: 'review', changed: 'true', comment: COMMENT });
  expect(step!.summary).toContain('a 1 → 2');
});

it('reviews the pull request of a fork for the page of the run only: its token may only read', async () => {
  const machine = new Machine();
  const at = await origin(machine, OPTIONS);
  const [step] = await run(machine, at, 'refs/pull/7/merge', 'pull_request.fork');
  expect(step!.exit, step!.stderr).toBe(0);
  expect(step!.outputs).toMatchObject({ action: 'review', changed: 'true' });
  expect(step!.outputs.comment).toBeUndefined();
  expect(step!.summary).toContain('a 1 → 2');
});

it('reviews what a merge queue has put together, and posts nothing', async () => {
  const machine = new Machine();
  const queue = `refs/heads/gh-readonly-queue/main/pr-7-${'2'.repeat(40)}`;
  const at = await origin(machine, { ...OPTIONS, refs: { [queue]: 'merge' } });
  const [step] = await run(machine, at, queue, 'merge_group');
  expect(step!.exit, step!.stderr).toBe(0);
  expect(step!.stderr).toContain('changes are queued for main');
  expect(step!.outputs).toMatchObject({ action: 'review', changed: 'true' });
});

it('renders a push to the default branch, pushes, and hands the commits on to later steps', async () => {
  const machine = new Machine();
  const at = await origin(machine, OPTIONS);
  at.merge();
  const [step, after] = await run(machine, at, 'refs/heads/main', 'push');
  expect(step!.exit, step!.stderr).toBe(0);
  const tip = at.git('rev-parse', 'refs/heads/rendered/staging');
  expect(step!.outputs).toMatchObject({ action: 'render', changed: 'true' });
  expect(JSON.parse(after!.stdout)).toEqual({ staging: tip });
});
