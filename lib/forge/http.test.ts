import { describe, expect, it } from 'vitest';
import { GiteaForge, isForgeError } from './index.ts';
import { type Exchange, NOW, recordedForge } from './testing/recorded.ts';

const TOKEN = 'tok-5e2f0c';
const USER = { id: 3, login: 'keel-bot', full_name: '', email: 'bot@example.com', is_admin: false };
const COMMENT = {
  id: 7,
  user: USER,
  body: 'hello',
  html_url: 'https://git.example.com/o/r/pulls/1#issuecomment-7',
  created_at: '2026-03-04T10:00:00Z',
  updated_at: '2026-03-04T10:00:00Z',
};

async function forge(exchanges: readonly Exchange[]) {
  const server = await recordedForge(exchanges);
  const http = { io: server.io };
  return { server, forge: new GiteaForge({ url: server.url, repository: 'o/r', token: TOKEN, http }) };
}

async function failure(work: Promise<unknown>) {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isForgeError(error)) throw new Error(`no ForgeError: ${error}`);
  return error;
}

const user = 'GET /api/v1/user';

describe('what a forge answers', () => {
  it.each([
    [401, 'FORGE_TOKEN_REFUSED', 'usage'],
    [403, 'FORGE_FORBIDDEN', 'error'],
    [404, 'FORGE_NOT_FOUND', 'error'],
    [409, 'FORGE_CONFLICT', 'conflict'],
    [422, 'FORGE_INVALID', 'error'],
    [418, 'FORGE_FAILED', 'error'],
  ])('status %i is %s, with what the forge says and what to do', async (status, code, family) => {
    const { forge: gitea } = await forge([{ request: user, status, answer: { message: 'no such luck' } }]);
    const error = await failure(gitea.user());
    expect(error).toMatchObject({ code, family, status });
    expect(error.message).toContain('no such luck');
  });

  it('is told to be a page where a login page or a proxy answers', async () => {
    const html = {
      answerHeaders: { 'content-type': 'text/html; charset=utf-8' },
      answer: '<html>Sign in</html>',
    };
    for (const status of [200, 403]) {
      const { forge: gitea } = await forge([{ request: user, status, ...html }]);
      const error = await failure(gitea.user());
      expect(error.code).toBe('FORGE_NOT_AN_API');
      expect(error.message).toMatch(/with a page/);
      expect(error.message).not.toContain('Sign in');
    }
  });

  it('is refused when it lacks what the API promises, naming the member', async () => {
    const { forge: gitea } = await forge([{ request: user, answer: { id: 'three' } }]);
    const error = await failure(gitea.user());
    expect(error.code).toBe('FORGE_NOT_AN_API');
    expect(error.message).toContain('id');
  });

  it('never brings our token into a message', async () => {
    const answer = { message: `token ${TOKEN} is not known`, errors: [TOKEN] };
    const { forge: gitea } = await forge([{ request: user, status: 422, answer }]);
    const error = await failure(gitea.user());
    expect(JSON.stringify([error, error.message, error.stack])).not.toContain(TOKEN);
    expect(error.message).toContain('***');
  });

  it('is followed to another place of the same forge, with the same method', async () => {
    const moved = '/api/v1/repos/o/renamed/issues/1/comments';
    const { forge: gitea } = await forge([
      {
        request: 'POST /api/v1/repos/o/r/issues/1/comments',
        status: 307,
        answerHeaders: { location: moved },
      },
      {
        request: `POST ${moved}`,
        sends: { body: 'hello' },
        headers: { authorization: `token ${TOKEN}` },
        answer: COMMENT,
      },
    ]);
    await expect(gitea.createComment(1, 'hello')).resolves.toMatchObject({ id: '7' });
  });

  it('does not lead our token to another host', async () => {
    const elsewhere = await recordedForge([]);
    const location = `${elsewhere.url}/api/v1/user`;
    const { forge: gitea } = await forge([{ request: user, status: 301, answerHeaders: { location } }]);
    expect(await failure(gitea.user())).toMatchObject({ code: 'FORGE_FAILED', status: 301 });
    expect(elsewhere.requests).toEqual([]);
  });
});

describe('what may be done again', () => {
  it('is, when the forge fails or the connection breaks', async () => {
    const { server, forge: gitea } = await forge([
      { request: user, status: 502, answer: {} },
      { request: user, cut: true },
      { request: user, answer: USER },
    ]);
    await expect(gitea.user()).resolves.toEqual({ id: '3', login: 'keel-bot' });
    expect(server.sleeps).toEqual([500, 1000]);
    expect(gitea.usage).toMatchObject({ requests: 3, retries: 2 });
  });

  it('ends after some tries, with words', async () => {
    const down = { request: user, status: 503, answer: {} };
    const { forge: gitea } = await forge([down, down, down, down]);
    expect(await failure(gitea.user())).toMatchObject({ code: 'FORGE_UNREACHABLE', status: 503 });
  });

  it('is not sending a comment: nobody knows whether it arrived', async () => {
    const { forge: gitea, server } = await forge([
      { request: 'POST /api/v1/repos/o/r/issues/1/comments', cut: true },
    ]);
    expect(await failure(gitea.createComment(1, 'hello'))).toMatchObject({ code: 'FORGE_UNREACHABLE' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('rate limits', () => {
  const reset = NOW / 1000 + 20;
  const used = {
    'x-ratelimit-limit': '60',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(reset),
  };

  it('are waited for, and counted', async () => {
    const { server, forge: gitea } = await forge([
      { request: user, status: 403, answerHeaders: used, answer: { message: 'API rate limit exceeded' } },
      { request: user, answer: USER },
    ]);
    await gitea.user();
    expect(server.sleeps).toEqual([20_000]);
    expect(gitea.usage).toMatchObject({
      waitedMs: 20_000,
      rateLimit: { limit: 60, remaining: 0, resetAt: reset * 1000 },
    });
  });

  it.each([
    ['7', 7_000],
    [new Date(NOW + 9_000).toUTCString(), 9_000],
  ])('say by retry-after (%s) how long', async (retryAfter, ms) => {
    const answerHeaders = { 'retry-after': retryAfter };
    const { server, forge: gitea } = await forge([
      { request: user, status: 429, answerHeaders, answer: {} },
      { request: user, answer: USER },
    ]);
    await gitea.user();
    expect(server.sleeps).toEqual([ms]);
  });

  it('that last too long are an error that says until when, and the next request is not even sent', async () => {
    const answerHeaders = { 'retry-after': '3600' };
    const { server, forge: gitea } = await forge([{ request: user, status: 429, answerHeaders, answer: {} }]);
    const error = await failure(gitea.user());
    expect(error).toMatchObject({ code: 'FORGE_RATE_LIMITED', family: 'not-ready' });
    expect(error.hint).toContain('2026-03-04T11:00:00.000Z');
    expect(await failure(gitea.comments(1))).toMatchObject({ code: 'FORGE_RATE_LIMITED' });
    expect(server.requests).toHaveLength(1);
  });

  it('are no 403 that means what it says', async () => {
    const answerHeaders = { ...used, 'x-ratelimit-remaining': '59' };
    const { forge: gitea } = await forge([{ request: user, status: 403, answerHeaders, answer: {} }]);
    expect(await failure(gitea.user())).toMatchObject({ code: 'FORGE_FORBIDDEN' });
  });
});

describe('lists', () => {
  it('are read page by page, on the host that we know and not on the one that the forge names', async () => {
    const path = '/api/v1/repos/o/r/issues/1/comments';
    const next = `<https://behind.example.com${path}?page=2&limit=50>; rel="next", <https://x/?page=3>; rel="last"`;
    const { forge: gitea } = await forge([
      { request: `GET ${path}?limit=50`, answerHeaders: { link: next }, answer: [COMMENT] },
      { request: `GET ${path}?page=2&limit=50`, answer: [{ ...COMMENT, id: 8 }] },
    ]);
    expect((await gitea.comments(1)).map(({ id }) => id)).toEqual(['7', '8']);
  });
});
