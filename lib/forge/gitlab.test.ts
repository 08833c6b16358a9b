/** GitLab, by exchanges with the members that its REST API documentation (v4) shows. */
import { describe, expect, it } from 'vitest';
import { GitLabForge, keepComment, keepDeployment, keepPullRequest, keepStatus } from './index.ts';
import { type Exchange, recordedForge } from './testing/recorded.ts';

const HEAD = '8888888888888888888888888888888888888888';
const OLD = '7777777777777777777777777777777777777777';
const admin = {
  id: 1,
  username: 'admin',
  name: 'Administrator',
  state: 'active',
  web_url: 'https://gitlab.example.com/admin',
};
const eve = {
  id: 2,
  username: 'eve',
  name: 'Eve',
  state: 'active',
  web_url: 'https://gitlab.example.com/eve',
};
const request = {
  id: 1,
  iid: 3,
  project_id: 3,
  title: 'test1',
  description: 'fixed login page css paddings',
  state: 'opened',
  created_at: '2026-04-29T08:46:00Z',
  updated_at: '2026-04-29T08:46:00Z',
  target_branch: 'main',
  source_branch: 'test1',
  author: admin,
  source_project_id: 3,
  target_project_id: 3,
  draft: false,
  detailed_merge_status: 'mergeable',
  sha: HEAD,
  merge_commit_sha: null,
  squash_commit_sha: null,
  diff_refs: { base_sha: OLD, head_sha: HEAD, start_sha: OLD },
  web_url: 'https://gitlab.example.com/my-group/my-project/-/merge_requests/3',
};
const note = (id: number, body: string, more: object = {}) => ({
  id,
  body,
  author: admin,
  created_at: '2026-05-02T10:00:00Z',
  updated_at: '2026-05-02T10:00:00Z',
  system: false,
  noteable_id: 1,
  noteable_type: 'MergeRequest',
  resolvable: false,
  ...more,
});
const status = (state: string, description: string | null, id = 93) => ({
  id,
  sha: HEAD,
  ref: 'test1',
  status: state,
  name: 'truekeel/production',
  target_url: null,
  description,
  created_at: '2026-01-19T09:05:50Z',
  allow_failure: false,
  author: admin,
});
const deployment = {
  id: 42,
  iid: 2,
  ref: 'main',
  sha: HEAD,
  status: 'running',
  user: admin,
  environment: { id: 9, name: 'production', external_url: 'https://about.gitlab.com' },
  deployable: null,
};

const PROJECT = '/api/v4/projects/my-group%2Fmy-project';
const MR = `${PROJECT}/merge_requests/3`;
const TOKEN = 'glpat-0123456789';
const us: Exchange = { request: 'GET /api/v4/user', answer: admin };

async function forge(exchanges: readonly Exchange[]) {
  const { url, io } = await recordedForge(exchanges);
  return new GitLabForge({ url, repository: 'my-group/my-project', token: TOKEN, http: { io } });
}

describe('GitLab', () => {
  it('is asked with our token', async () => {
    const gitlab = await forge([{ ...us, headers: { 'private-token': TOKEN } }]);
    expect(await gitlab.user()).toEqual({ id: '1', login: 'admin' });
  });

  it('reads merge requests, and what became of them', async () => {
    const merged = { ...request, state: 'merged', merge_commit_sha: 'a'.repeat(40) };
    const fast = { ...request, state: 'merged' };
    const gitlab = await forge([
      { request: `GET ${MR}`, answer: request },
      { request: `GET ${MR}`, answer: merged },
      { request: `GET ${MR}`, answer: fast },
      { request: `GET ${MR}`, answer: { ...request, source_project_id: 4 } },
      { request: `GET ${PROJECT}/repository/commits/${HEAD}/merge_requests`, answer: [merged] },
    ]);
    expect(await gitlab.pullRequest(3)).toMatchObject({
      number: 3,
      state: 'open',
      body: request.description,
      head: { branch: 'test1', commit: HEAD, isFork: false },
      base: { branch: 'main', commit: OLD },
    });
    expect(await gitlab.pullRequest(3)).toMatchObject({ state: 'merged', mergeCommit: 'a'.repeat(40) });
    // Where history stays straight there is no merge commit.
    expect(await gitlab.pullRequest(3)).toMatchObject({ mergeCommit: HEAD });
    expect(await gitlab.pullRequest(3)).toMatchObject({ head: { isFork: true } });
    expect(await gitlab.pullRequestsOf(HEAD)).toMatchObject([{ number: 3, state: 'merged' }]);
  });

  it('tells of new comments, of each merge request that changed since', async () => {
    const bot = { ...eve, username: 'project_3_bot_8f' };
    const gitlab = await forge([
      {
        request: `GET ${PROJECT}/merge_requests?updated_after=2026-05-02T09%3A00%3A00.000Z`,
        answer: [request, { ...request, iid: 4 }],
      },
      {
        request: `GET ${MR}/notes`,
        answer: [
          note(300, '/preview', { created_at: '2026-05-02T08:00:00Z' }),
          note(301, 'added 1 commit', { system: true }),
          note(302, '/preview', {
            author: eve,
            created_at: '2026-05-02T11:00:00Z',
            updated_at: '2026-05-02T11:00:00Z',
          }),
          note(303, '/promote production', { updated_at: '2026-05-02T10:30:00Z' }),
        ],
      },
      { request: `GET ${PROJECT}/merge_requests/4/notes`, answer: [note(304, 'done', { author: bot })] },
    ]);
    const found = await gitlab.commentsSince(Date.parse('2026-05-02T09:00:00Z'));
    expect(found.map(({ id, number, isEdited, isByBot }) => [id, number, isEdited, isByBot])).toEqual([
      ['303', 3, true, false],
      ['304', 4, false, true],
      ['302', 3, false, false],
    ]);
    expect(found[2]).toMatchObject({
      author: { login: 'eve' },
      createdAt: Date.parse('2026-05-02T11:00:00Z'),
    });
  });

  it('opens, changes and closes merge requests', async () => {
    const list = `GET ${PROJECT}/merge_requests?state=opened&source_branch=test1&target_branch=main`;
    const exists = { message: ['Another open merge request already exists for this source branch: !3'] };
    const gitlab = await forge([
      { request: list, answer: [] },
      { request: `POST ${PROJECT}/merge_requests`, status: 409, answer: exists },
      { request: list, answer: [request] },
      { request: `PUT ${MR}`, sends: { description: 'more' }, answer: { ...request, description: 'more' } },
      { request: `PUT ${MR}`, sends: { state_event: 'close' }, answer: { ...request, state: 'closed' } },
    ]);
    const wanted = { title: 'test1', body: request.description, head: 'test1', base: 'main' };
    expect((await keepPullRequest(gitlab, wanted)).kept).toBe('unchanged');
    expect(await gitlab.updatePullRequest(3, { body: 'more' })).toMatchObject({ body: 'more' });
    expect(await gitlab.updatePullRequest(3, { state: 'closed' })).toMatchObject({ state: 'closed' });
  });

  it('binds an approval to the commit that was the newest then', async () => {
    const gitlab = await forge([
      {
        request: `GET ${MR}/approvals`,
        answer: { approvals_required: 1, approved_by: [{ user: admin }, { user: eve }] },
      },
      {
        request: `GET ${MR}/versions`,
        answer: [
          {
            id: 110,
            head_commit_sha: HEAD,
            base_commit_sha: OLD,
            created_at: '2026-05-02T12:00:00Z',
            state: 'collected',
          },
          {
            id: 108,
            head_commit_sha: OLD,
            base_commit_sha: OLD,
            created_at: '2026-05-01T12:00:00Z',
            state: 'collected',
          },
        ],
      },
      {
        request: `GET ${MR}/notes`,
        answer: [
          note(1, 'approved this merge request', { system: true, created_at: '2026-05-02T13:00:00Z' }),
          note(2, 'approved this merge request', {
            system: true,
            author: eve,
            created_at: '2026-05-02T10:00:00Z',
          }),
          // Written by hand; no note of the system.
          note(3, 'approved this merge request', { author: eve, created_at: '2026-05-02T14:00:00Z' }),
        ],
      },
      { request: `GET ${PROJECT}/members/all/1`, answer: { ...admin, access_level: 40 } },
      { request: `GET ${PROJECT}/members/all/2`, answer: { ...eve, access_level: 20 } },
    ]);
    expect(await gitlab.approvals(3)).toEqual([
      {
        user: { id: '1', login: 'admin' },
        commit: HEAD,
        counts: true,
        at: Date.parse('2026-05-02T13:00:00Z'),
      },
      { user: { id: '2', login: 'eve' }, commit: OLD, counts: false, at: Date.parse('2026-05-02T10:00:00Z') },
    ]);
  });

  it('keeps its comment, and takes no note of the system for one', async () => {
    const gitlab = await forge([
      us,
      { request: `GET ${MR}/notes`, answer: [note(1, 'added 1 commit', { system: true })] },
      { request: `POST ${MR}/notes`, status: 201, answer: note(302, 'news') },
    ]);
    const { comment, kept } = await keepComment(gitlab, 3, { subject: 'review', body: 'news' });
    expect(kept).toBe('created');
    expect(comment.url).toMatch(/\/my-group\/my-project\/-\/merge_requests\/3#note_302$/);
  });

  it('sets statuses, also one that it has already', async () => {
    const again = {
      message:
        "Cannot transition status via :enqueue from :pending (Reason(s): Status cannot transition via 'enqueue')",
    };
    const gitlab = await forge([
      { request: `GET ${PROJECT}/repository/commits/${HEAD}/statuses`, answer: [status('running', null)] },
      {
        request: `POST ${PROJECT}/statuses/${HEAD}`,
        status: 201,
        sends: { state: 'failed', name: 'truekeel/production' },
        answer: status('failed', 'no', 94),
      },
      { request: `GET ${PROJECT}/repository/commits/${HEAD}/statuses`, answer: [status('pending', 'a')] },
      { request: `POST ${PROJECT}/statuses/${HEAD}`, status: 400, answer: again },
    ]);
    const wanted = { context: 'truekeel/production', description: 'no' } as const;
    expect(await keepStatus(gitlab, HEAD, { ...wanted, state: 'failure' })).toBe('updated');
    expect(await keepStatus(gitlab, HEAD, { ...wanted, state: 'pending' })).toBe('updated');
  });

  it('tells of deployments', async () => {
    const gitlab = await forge([
      {
        request: `GET ${PROJECT}/deployments?environment=production`,
        answer: [{ ...deployment, id: 41, sha: OLD }],
      },
      {
        request: `GET ${PROJECT}/repository/commits/${HEAD}/refs?type=branch`,
        answer: [
          { type: 'branch', name: 'change' },
          { type: 'branch', name: 'main' },
        ],
      },
      {
        request: `POST ${PROJECT}/deployments`,
        status: 201,
        sends: { sha: HEAD, ref: 'main', status: 'running' },
        answer: deployment,
      },
      { request: `GET ${PROJECT}/deployments`, answer: [deployment] },
      { request: `GET ${PROJECT}/deployments/42`, answer: deployment },
      {
        request: `PUT ${PROJECT}/deployments/42`,
        sends: { status: 'failed' },
        answer: { ...deployment, status: 'failed' },
      },
      { request: `GET ${PROJECT}/deployments`, answer: [deployment] },
      { request: `GET ${PROJECT}/deployments/42`, answer: { ...deployment, status: 'failed' } },
    ]);
    const wanted = { environment: 'production', commit: HEAD, state: 'running' } as const;
    expect((await keepDeployment(gitlab, wanted)).kept).toBe('created');
    const failed = { ...wanted, state: 'failure', description: 'NOT_READY' } as const;
    expect((await keepDeployment(gitlab, failed)).kept).toBe('updated');
    expect((await keepDeployment(gitlab, failed)).kept).toBe('unchanged');
  });

  it('says when its limit is reached, in its own headers', async () => {
    const limited = {
      'ratelimit-limit': '600',
      'ratelimit-remaining': '0',
      'ratelimit-reset': '9999999999',
      'retry-after': '5',
    };
    const gitlab = await forge([
      {
        request: 'GET /api/v4/user',
        status: 429,
        answerHeaders: { ...limited, 'content-type': 'text/plain' },
        answer: 'Retry later\n',
      },
      us,
    ]);
    await gitlab.user();
    expect(gitlab.usage).toMatchObject({ waitedMs: 5000, rateLimit: { limit: 600 } });
  });
});
