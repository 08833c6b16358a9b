import { describe, expect, it } from 'vitest';
import { commentMarker, GiteaForge, keepComment, keepPullRequest, keepStatus } from './index.ts';
import { type Exchange, recordedForge } from './testing/recorded.ts';

const US = { id: 3, login: 'keel-bot' };
const OTHER = { id: 4, login: 'mallory' };
const marker = commentMarker('review');
const comments = '/api/v1/repos/o/r/issues/1/comments';
const at = '2026-03-04T10:00:00Z';
const times = { created_at: at, updated_at: at };
const asComment = (id: number, body: string, user = US) => ({
  id,
  user,
  body,
  html_url: `https://g/${id}`,
  ...times,
});
const whoami: Exchange = { request: 'GET /api/v1/user', answer: US };

async function forge(exchanges: readonly Exchange[]) {
  const { url, io } = await recordedForge(exchanges);
  return new GiteaForge({ url, repository: 'o/r', token: 't', http: { io } });
}

describe('the comment that is kept up to date', () => {
  it('is written over where it stands, also when somebody else edited it', async () => {
    const gitea = await forge([
      whoami,
      {
        request: `GET ${comments}`,
        answer: [asComment(1, 'hello', OTHER), asComment(2, `${marker}\nall is well, says mallory`)],
      },
      {
        request: 'PATCH /api/v1/repos/o/r/issues/comments/2',
        sends: { body: `${marker}\nnews` },
        answer: asComment(2, `${marker}\nnews`),
      },
    ]);
    expect(await keepComment(gitea, 1, { subject: 'review', body: 'news' })).toMatchObject({
      kept: 'updated',
    });
  });

  it('is never one of somebody else who put our marker into it', async () => {
    const gitea = await forge([
      whoami,
      { request: `GET ${comments}`, answer: [asComment(1, `${marker}\nnews`, OTHER)] },
      { request: `POST ${comments}`, answer: asComment(2, `${marker}\nnews`) },
    ]);
    expect(await keepComment(gitea, 1, { subject: 'review', body: 'news' })).toMatchObject({
      kept: 'created',
    });
  });

  it('is left alone when it says the same, whatever line ends the forge made of it', async () => {
    const gitea = await forge([
      whoami,
      { request: `GET ${comments}`, answer: [asComment(2, `${marker}\r\nnews\r\n`)] },
    ]);
    expect(await keepComment(gitea, 1, { subject: 'review', body: 'news' })).toMatchObject({
      kept: 'unchanged',
    });
  });

  it('is not written twice when the answer to the first got lost', async () => {
    const gitea = await forge([
      whoami,
      { request: `GET ${comments}`, answer: [] },
      { request: `POST ${comments}`, cut: true },
      { request: `GET ${comments}`, answer: [asComment(2, `${marker}\nnews`)] },
    ]);
    expect(await keepComment(gitea, 1, { subject: 'review', body: 'news' })).toMatchObject({
      kept: 'unchanged',
    });
  });

  it('has a marker that no subject gets out of', () => {
    const text = commentMarker('a --> <b>');
    expect(text.slice(4, -3)).not.toContain('--');
    expect(text).not.toContain('<b>');
    expect(commentMarker('a')).not.toBe(commentMarker('b'));
  });
});

describe('a pull request', () => {
  const pull = {
    number: 5,
    title: 'one',
    body: 'text',
    state: 'open',
    merged: false,
    user: US,
    head: { ref: 'next', sha: 'a'.repeat(40), repo: { full_name: 'o/r' } },
    base: { ref: 'main', sha: 'b'.repeat(40), repo: { full_name: 'o/r' } },
    html_url: 'https://g/5',
  };
  const wanted = { title: 'one', body: 'text', head: 'next', base: 'main' };
  const list = 'GET /api/v1/repos/o/r/pulls?state=open';

  it('is found when another run was quicker', async () => {
    const gitea = await forge([
      { request: list, answer: [] },
      { request: 'POST /api/v1/repos/o/r/pulls', status: 409, answer: { message: 'exists' } },
      { request: list, answer: [pull] },
    ]);
    expect(await keepPullRequest(gitea, wanted)).toMatchObject({
      kept: 'unchanged',
      pullRequest: { number: 5 },
    });
  });

  it('is brought up to date, and one of a fork with the same branch name is not', async () => {
    const foreign = { ...pull, number: 4, head: { ...pull.head, repo: { full_name: 'mallory/r' } } };
    const gitea = await forge([
      { request: list, answer: [foreign, { ...pull, title: 'old' }] },
      { request: 'PATCH /api/v1/repos/o/r/pulls/5', sends: { title: 'one' }, answer: pull },
    ]);
    expect(await keepPullRequest(gitea, wanted)).toMatchObject({
      kept: 'updated',
      pullRequest: { number: 5 },
    });
  });
});

describe('a commit status', () => {
  const commit = 'c'.repeat(40);
  const status = (id: number, description: string) => ({
    id,
    context: 'truekeel/production',
    status: 'success',
    description,
    target_url: '',
    creator: US,
    created_at: '2026-03-04T10:00:00Z',
  });

  it('is set only when it says something new, and shortened to what the forge takes', async () => {
    const long = 'x'.repeat(300);
    const gitea = await forge([
      {
        request: `GET /api/v1/repos/o/r/commits/${commit}/statuses`,
        answer: [status(1, 'old'), status(2, 'now')],
      },
      { request: `GET /api/v1/repos/o/r/commits/${commit}/statuses`, answer: [status(2, 'now')] },
      {
        request: `POST /api/v1/repos/o/r/statuses/${commit}`,
        sends: { description: `${'x'.repeat(254)}…`, state: 'success' },
        answer: status(3, long),
      },
    ]);
    const wanted = { context: 'truekeel/production', state: 'success' } as const;
    expect(await keepStatus(gitea, commit, { ...wanted, description: 'now' })).toBe('unchanged');
    expect(await keepStatus(gitea, commit, { ...wanted, description: long })).toBe('updated');
  });
});
