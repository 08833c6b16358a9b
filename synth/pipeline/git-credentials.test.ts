import { generateKeyPairSync } from 'node:crypto';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Oid, RemoteOptions } from '../../lib/git/index.ts';
import { serveGit } from '../../test/git/http-server.ts';
import { bare, commitAll, git, opened, scratch, workTree } from '../../test/git/scratch.ts';
import { credentialsFrom } from './git-credentials.ts';

const MAIN = 'refs/heads/main';
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

beforeEach(() => {
  vi.stubEnv('HOME', scratch());
  onTestFinished(() => void vi.unstubAllEnvs());
});

/** A GitHub of its own: the API that sells tokens, and Git, which opens for the newest of them only. */
async function gitHub() {
  const repository = bare('shop.git');
  git(repository, 'config', 'http.receivepack', 'true');
  const behind = await serveGit({ root: dirname(repository) });
  let sold = 0;
  let now = Date.parse('2026-01-01T00:00:00Z');
  const seen: (string | undefined)[] = [];
  const server = createServer((incoming, response) => {
    const { url = '', method, headers } = incoming;
    const json = (body: unknown) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url === '/api/v3/repos/acme/shop/installation') return json({ id: 7 });
    if (url === '/api/v3/app/installations/7/access_tokens') {
      sold++;
      const expires = new Date(now + 3_600_000).toISOString();
      return json({ token: `installation-token-${sold}`, expires_at: expires });
    }
    seen.push(headers.authorization);
    if (headers.authorization !== `Basic ${btoa(`x-access-token:installation-token-${sold}`)}`)
      return response.writeHead(401, { 'www-authenticate': 'Basic realm="GitHub"' }).end();
    const onward = request(`${behind}${url.replace('/acme', '')}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    return incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = {
    TRUEKEEL_FORGE: 'github',
    TRUEKEEL_FORGE_URL: root,
    TRUEKEEL_GITHUB_APP_ID: '12',
    TRUEKEEL_GITHUB_APP_KEY: privateKey,
  };
  const http = { io: { fetch, now: () => now, sleep: async () => undefined } };
  return {
    root,
    repository,
    find: credentialsFrom(env, http),
    sold: () => sold,
    seen,
    pass: (minutes: number) => {
      now += minutes * 60_000;
    },
  };
}

describe.each<[string, RemoteOptions]>([
  ['this process', {}],
  ['the installed Git', { transport: 'system' }],
])('a GitHub App, with transfers by %s,', (_name, options) => {
  test('opens its repository, with a token that is bought again before it ends', async () => {
    const { root, repository: there, find, sold, pass } = await gitHub();
    const work = workTree();
    const [one, two] = [commitAll(work, 'one'), commitAll(work, 'two')] as [Oid, Oid];
    const url = `${root}/acme/shop.git`;
    git(work, 'remote', 'add', 'origin', url);
    const repository = await opened(work);
    repository.findCredentials = find;
    await repository.push(url, { ref: MAIN, commit: one, expected: undefined, ...options });
    pass(30);
    await repository.push('origin', { ref: MAIN, commit: two, expected: one, ...options });
    expect(sold()).toBe(1);
    pass(29.5);
    expect((await repository.lsRemote('origin', [MAIN], options)).refs.get(MAIN)).toBe(two);
    expect([sold(), git(there, 'rev-parse', 'main')]).toEqual([2, two]);
    expect(git(work, 'config', '--list')).not.toContain('installation-token');
  });

  test('shows its token to no other server', async () => {
    const { find, sold } = await gitHub();
    const other = await gitHub();
    const repository = await opened(workTree());
    repository.findCredentials = find;
    const asked = repository.lsRemote(`${other.root}/acme/shop.git`, [], options);
    await expect(asked).rejects.toThrow(expect.objectContaining({ code: 'GIT_AUTH_FAILED' }));
    expect([sold(), new Set(other.seen)]).toEqual([0, new Set([undefined])]);
  });
});
