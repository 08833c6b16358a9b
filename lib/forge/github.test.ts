/** GitHub, by exchanges with the members that its REST API description (2022-11-28) shows; on Enterprise Server's path. */
import { generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { GitHubForge, keepComment, keepDeployment, keepPullRequest, keepStatus } from './index.ts';
import { type Exchange, NOW, recordedForge } from './testing/recorded.ts';

const octocat = { login: 'octocat', id: 1, node_id: 'MDQ6VXNlcjE=', type: 'User', site_admin: false };
const hubot = { login: 'hubot', id: 2, node_id: 'MDQ6VXNlcjI=', type: 'User', site_admin: true };
const actions = { login: 'github-actions[bot]', id: 41898282, type: 'Bot', site_admin: false };
const repo = {
  id: 1296269,
  name: 'Hello-World',
  full_name: 'octocat/Hello-World',
  owner: octocat,
  private: false,
};
const HEAD = '6dcb09b5b57875f334f61aebed695e2e4193db5e';
const BASE = 'c3d0be41ecbe669545ee3e94d31ed9a4bc91ee3c';
const pull = {
  url: 'https://api.github.com/repos/octocat/Hello-World/pulls/1347',
  id: 1,
  html_url: 'https://github.com/octocat/Hello-World/pull/1347',
  number: 1347,
  state: 'open',
  locked: false,
  title: 'Amazing new feature',
  user: octocat,
  body: 'Please pull these awesome changes in!',
  created_at: '2026-01-26T19:01:12Z',
  updated_at: '2026-01-26T19:01:12Z',
  closed_at: null,
  merged_at: null,
  merge_commit_sha: 'e5bd3914e2e596debea16f433f57875b5b90bcd6',
  draft: false,
  head: { label: 'octocat:new-topic', ref: 'new-topic', sha: HEAD, user: octocat, repo },
  base: { label: 'octocat:main', ref: 'main', sha: BASE, user: octocat, repo },
  author_association: 'OWNER',
  auto_merge: null,
};
const comment = (id: number, body: string, user: object = octocat) => ({
  id,
  node_id: 'MDEyOklzc3VlQ29tbWVudDE=',
  url: `https://api.github.com/repos/octocat/Hello-World/issues/comments/${id}`,
  html_url: `https://github.com/octocat/Hello-World/pull/1347#issuecomment-${id}`,
  body,
  user,
  created_at: '2026-01-14T16:00:49Z',
  updated_at: '2026-01-14T16:00:49Z',
  author_association: 'COLLABORATOR',
});
const status = (state: string, description: string | null) => ({
  url: `https://api.github.com/repos/octocat/Hello-World/statuses/${HEAD}`,
  id: 1,
  state,
  description,
  target_url: null,
  context: 'truekeel/production',
  created_at: '2026-01-20T01:19:13Z',
  updated_at: '2026-01-20T01:19:13Z',
  creator: octocat,
});
const review = (user: object | null, state: string, commit = HEAD) => ({
  id: 80,
  user,
  body: '',
  state,
  commit_id: commit,
  submitted_at: '2026-01-17T17:43:43Z',
  author_association: 'COLLABORATOR',
});
const deployment = {
  url: 'https://api.github.com/repos/octocat/Hello-World/deployments/42',
  id: 42,
  sha: HEAD,
  ref: HEAD,
  task: 'deploy',
  payload: {},
  environment: 'production',
  description: '',
  creator: octocat,
  statuses_url: 'https://api.github.com/repos/octocat/Hello-World/deployments/42/statuses',
};

const API = '/api/v3';
const REPO = `${API}/repos/octocat/Hello-World`;
const TOKEN = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';

async function forge(exchanges: readonly Exchange[]) {
  const { url, io } = await recordedForge(exchanges);
  return new GitHubForge({
    url,
    repository: 'octocat/Hello-World',
    credential: { token: TOKEN },
    http: { io },
  });
}

const us: Exchange = { request: `GET ${API}/user`, answer: octocat };

describe('GitHub', () => {
  it('is asked with its media type, version and our token', async () => {
    const headers = {
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      authorization: `Bearer ${TOKEN}`,
    };
    const github = await forge([{ ...us, headers }]);
    expect(await github.user()).toEqual({ id: '1', login: 'octocat' });
  });

  it('takes the token of Actions, which may not ask who it is', async () => {
    const answer = { message: 'Resource not accessible by integration', status: '403' };
    const github = await forge([
      { request: `GET ${API}/user`, status: 403, answer },
      { request: `GET ${REPO}/issues/1347/comments`, answer: [comment(9, 'x', actions)] },
      { request: `POST ${REPO}/issues/1347/comments`, status: 201, answer: comment(10, 'y', actions) },
    ]);
    expect(await github.user()).toMatchObject({ login: 'github-actions[bot]' });
    expect((await keepComment(github, 1347, { subject: 'review', body: 'y' })).kept).toBe('created');
  });

  it('reads a pull request, and what became of it', async () => {
    const merged = { ...pull, state: 'closed', merged_at: '2026-02-01T00:00:00Z' };
    const orphan = { ...pull, user: null, head: { ...pull.head, repo: null } };
    const github = await forge([
      { request: `GET ${REPO}/pulls/1347`, answer: { ...pull, merged: false, mergeable: true } },
      { request: `GET ${REPO}/pulls/1347`, answer: { ...merged, merged: true } },
      { request: `GET ${REPO}/pulls/1347`, answer: orphan },
    ]);
    const open = await github.pullRequest(1347);
    expect(open).toMatchObject({
      number: 1347,
      state: 'open',
      author: { login: 'octocat' },
      head: { branch: 'new-topic', commit: HEAD, isFork: false },
      base: { branch: 'main', commit: BASE },
    });
    expect(open).not.toHaveProperty('mergeCommit');
    expect(await github.pullRequest(1347)).toMatchObject({
      state: 'merged',
      mergeCommit: pull.merge_commit_sha,
    });
    expect(await github.pullRequest(1347)).toMatchObject({
      author: { login: 'ghost' },
      head: { isFork: true },
    });
  });

  it('opens, changes and closes pull requests', async () => {
    const list = `GET ${REPO}/pulls?state=open&head=octocat:new-topic&base=main`;
    const exists = {
      message: 'Validation Failed',
      errors: [
        {
          resource: 'PullRequest',
          code: 'custom',
          message: 'A pull request already exists for octocat:new-topic.',
        },
      ],
      status: '422',
    };
    const github = await forge([
      { request: list, answer: [] },
      { request: `POST ${REPO}/pulls`, status: 422, answer: exists },
      { request: list, answer: [pull] },
      {
        request: `PATCH ${REPO}/pulls/1347`,
        sends: { title: 'Better' },
        answer: { ...pull, title: 'Better' },
      },
      {
        request: `PATCH ${REPO}/pulls/1347`,
        sends: { state: 'closed' },
        answer: { ...pull, state: 'closed' },
      },
      { request: `GET ${REPO}/commits/${HEAD}/pulls`, answer: [pull] },
    ]);
    const wanted = { title: 'Better', body: pull.body, head: 'new-topic', base: 'main' };
    expect((await keepPullRequest(github, wanted)).kept).toBe('updated');
    expect(await github.updatePullRequest(1347, { state: 'closed' })).toMatchObject({ state: 'closed' });
    expect(await github.pullRequestsOf(HEAD)).toMatchObject([{ number: 1347 }]);
  });

  it('counts approvals that stand, by who may write', async () => {
    const permission = (login: string, value: string): Exchange => ({
      request: `GET ${REPO}/collaborators/${login}/permission`,
      answer: { permission: value, role_name: value, user: octocat },
    });
    const github = await forge([
      {
        request: `GET ${REPO}/pulls/1347/reviews`,
        answer: [
          review(octocat, 'CHANGES_REQUESTED', BASE),
          review(octocat, 'APPROVED'),
          review(octocat, 'COMMENTED'),
          review(hubot, 'APPROVED'),
          review(hubot, 'DISMISSED'),
          review(null, 'APPROVED'),
        ],
      },
      permission('octocat', 'write'),
    ]);
    expect(await github.approvals(1347)).toEqual([
      {
        user: { id: '1', login: 'octocat' },
        commit: HEAD,
        counts: true,
        at: Date.parse('2026-01-17T17:43:43Z'),
      },
    ]);
  });

  it('does not count approvals of who may only read', async () => {
    const github = await forge([
      { request: `GET ${REPO}/pulls/1347/reviews`, answer: [review(hubot, 'APPROVED')] },
      {
        request: `GET ${REPO}/collaborators/hubot/permission`,
        status: 404,
        answer: { message: 'Not Found' },
      },
    ]);
    expect(await github.approvals(1347)).toMatchObject([{ counts: false }]);
  });

  it('tells of new comments on pull requests, who wrote them, and whether they still say what they said', async () => {
    const actions = { ...octocat, login: 'helper[bot]', type: 'Bot' };
    const issue = {
      ...comment(1, 'of an issue'),
      html_url: 'https://github.com/octocat/Hello-World/issues/3#issuecomment-1',
    };
    const github = await forge([
      {
        request: `GET ${REPO}/issues/comments?since=2026-01-14T16%3A00%3A00.000Z&sort=created&direction=asc`,
        answer: [
          issue,
          comment(2, '/preview'),
          { ...comment(3, '/promote production'), updated_at: '2026-01-14T16:05:00Z' },
          comment(4, '/approve', actions),
        ],
      },
    ]);
    const found = await github.commentsSince(Date.parse('2026-01-14T16:00:00Z'));
    expect(found.map(({ id, number, isEdited, isByBot }) => [id, number, isEdited, isByBot])).toEqual([
      ['2', 1347, false, false],
      ['3', 1347, true, false],
      ['4', 1347, false, true],
    ]);
    expect(found[0]).toMatchObject({
      createdAt: Date.parse('2026-01-14T16:00:49Z'),
      author: { login: 'octocat' },
      body: '/preview',
    });
  });

  it('keeps comments, statuses and deployments', async () => {
    const github = await forge([
      { request: `GET ${REPO}/commits/${HEAD}/statuses`, answer: [status('pending', null)] },
      {
        request: `POST ${REPO}/statuses/${HEAD}`,
        status: 201,
        sends: { state: 'success', description: '2 to change' },
        answer: status('success', '2 to change'),
      },
      { request: `GET ${REPO}/deployments?environment=production&sha=${HEAD}`, answer: [] },
      {
        request: `POST ${REPO}/deployments`,
        status: 201,
        sends: { ref: HEAD, auto_merge: false, required_contexts: [] },
        answer: deployment,
      },
      {
        request: `POST ${REPO}/deployments/42/statuses`,
        status: 201,
        sends: { state: 'in_progress' },
        answer: { id: 1, state: 'in_progress' },
      },
      { request: `GET ${REPO}/deployments`, answer: [deployment] },
      {
        request: `GET ${REPO}/deployments/42/statuses`,
        answer: [{ id: 1, state: 'in_progress', description: '' }],
      },
      {
        request: `POST ${REPO}/deployments/42/statuses`,
        status: 201,
        sends: { state: 'success', description: 'ready' },
        answer: { id: 2, state: 'success' },
      },
      { request: `GET ${REPO}/deployments`, answer: [deployment] },
      {
        request: `GET ${REPO}/deployments/42/statuses`,
        answer: [
          { id: 2, state: 'success', description: 'ready' },
          { id: 1, state: 'in_progress', description: '' },
        ],
      },
    ]);
    const wanted = { context: 'truekeel/production', state: 'success', description: '2 to change' } as const;
    expect(await keepStatus(github, HEAD, wanted)).toBe('updated');
    const running = { environment: 'production', commit: HEAD, branch: 'main', state: 'running' } as const;
    expect((await keepDeployment(github, running)).kept).toBe('created');
    const ready = { ...running, state: 'success', description: 'ready' } as const;
    expect((await keepDeployment(github, ready)).kept).toBe('updated');
    expect((await keepDeployment(github, ready)).kept).toBe('unchanged');
  });
});

describe('a GitHub App', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const expires = (ms: number) => new Date(NOW + ms).toISOString().replace('.000', '');
  const token = (value: string, ms: number): Exchange => ({
    request: `POST ${API}/app/installations/7/access_tokens`,
    status: 201,
    answer: {
      token: value,
      expires_at: expires(ms),
      permissions: { issues: 'write' },
      repository_selection: 'selected',
    },
  });
  const installation: Exchange = {
    request: `GET ${REPO}/installation`,
    answer: { id: 7, app_id: 1, app_slug: 'keel' },
  };
  const read = (value: string, rest: Partial<Exchange> = {}): Exchange => ({
    request: `GET ${REPO}/pulls/1347`,
    headers: { authorization: `Bearer ${value}` },
    answer: pull,
    ...rest,
  });

  async function app(exchanges: readonly Exchange[], key = pem) {
    const { url, io } = await recordedForge(exchanges);
    const credential = { app: { appId: '12345', privateKey: key } };
    return {
      io,
      github: new GitHubForge({ url, repository: 'octocat/Hello-World', credential, http: { io } }),
    };
  }

  it('signs what GitHub can verify, good for at most ten minutes', async () => {
    const { appJwt } = await import('./github-app.ts');
    const [header = '', claims = '', signature = ''] = appJwt('12345', privateKey, NOW).split('.');
    const decode = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString());
    expect(decode(header)).toEqual({ alg: 'RS256', typ: 'JWT' });
    expect(decode(claims)).toMatchObject({ iss: '12345' });
    expect(decode(claims).exp - NOW / 1000).toBeLessThanOrEqual(600);
    const signed = Buffer.from(`${header}.${claims}`);
    expect(verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  it('buys one token for many requests, and another before that one ends', async () => {
    const { github, io } = await app([
      installation,
      token('ghs_1', 3_600_000),
      read('ghs_1'),
      read('ghs_1'),
      installation,
      token('ghs_2', 7_200_000),
      read('ghs_2'),
    ]);
    await github.pullRequest(1347);
    await github.pullRequest(1347);
    await io.sleep(3_590_000);
    await github.pullRequest(1347);
  });

  it('buys another one when GitHub refuses the one that it has, once', async () => {
    const refused = { status: 401, answer: { message: 'Bad credentials' } };
    const { github } = await app([
      installation,
      token('ghs_1', 3_600_000),
      read('ghs_1', refused),
      installation,
      token('ghs_2', 3_600_000),
      read('ghs_2', refused),
    ]);
    await expect(github.pullRequest(1347)).rejects.toMatchObject({ code: 'FORGE_TOKEN_REFUSED' });
  });

  it('writes as its bot', async () => {
    const { github } = await app([
      { request: `GET ${API}/app`, answer: { id: 1, slug: 'keel', name: 'Keel' } },
    ]);
    expect(await github.user()).toMatchObject({ login: 'keel[bot]' });
  });

  it('takes a key whose line ends a variable could not hold, and refuses what is none without showing it', async () => {
    await app([], pem.trim().replaceAll('\n', '\\n'));
    const thrown = await app([], '-----BEGIN KEY----- s3cret').catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'FORGE_TOKEN_REFUSED' });
    expect(JSON.stringify(thrown)).not.toContain('s3cret');
  });
});
