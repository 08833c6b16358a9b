import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { serveGit } from '../../test/git/http-server.ts';
import { bare, commitAll, git, opened, scratch, workTree } from '../../test/git/scratch.ts';
import { asOid, type Oid } from './oid.ts';
import { remoteFailure } from './remote-errors.ts';
import { Repository } from './repository.ts';

const MAIN = 'refs/heads/main';
const code = (expected: string) => expect.objectContaining({ code: expected });

/** A bare repository that takes pushes over HTTP, and how it is reached. */
async function servedOverHttp(credentials?: string) {
  const directory = bare();
  git(directory, 'config', 'http.receivepack', 'true');
  const url = await serveGit({ root: dirname(directory), ...(credentials && { credentials }) });
  return { directory, url: `${url}/${basename(directory)}` };
}

async function local() {
  const directory = bare();
  return { directory, url: directory };
}

/** HTTP by the installed Git, chosen by a setting that only Git understands. */
async function servedForGit() {
  const served = await servedOverHttp();
  vi.stubEnv('GIT_CONFIG_COUNT', '1');
  vi.stubEnv('GIT_CONFIG_KEY_0', 'http.sslVersion');
  vi.stubEnv('GIT_CONFIG_VALUE_0', 'tlsv1.2');
  onTestFinished(() => void vi.unstubAllEnvs());
  return served;
}

describe.each([
  ['a path', local],
  ['smart HTTP', servedOverHttp],
  ['smart HTTP by the installed Git', servedForGit],
])('over %s', (_name, remote) => {
  test('a branch is pushed, listed, fetched and mirrored', async () => {
    const { directory, url } = await remote();
    const work = workTree();
    const [one, two] = [commitAll(work, 'one'), commitAll(work, 'two')] as [Oid, Oid];
    const repository = await opened(work);
    expect((await repository.lsRemote(url)).refs.size).toBe(0);
    await repository.push(url, { ref: MAIN, commit: one, expected: undefined });
    await repository.push(url, { ref: MAIN, commit: two, expected: one });
    expect(git(directory, 'rev-parse', 'main')).toBe(two);
    expect(await repository.lsRemote(url, ['refs/heads/*'])).toEqual({
      refs: new Map([[MAIN, two]]),
      head: undefined,
    });
    expect((await repository.lsRemote(url)).head).toBe(MAIN);

    const mirrored = join(scratch(), 'mirror');
    const mirror = await Repository.cloneOrOpen(url, mirrored);
    onTestFinished(() => mirror.close());
    expect((await mirror.log('main')).map(({ subject }) => subject)).toEqual(['two', 'one']);
    const three = commitAll(work, 'three') as Oid;
    await repository.push(url, { ref: 'refs/heads/other', commit: three, expected: undefined });
    const again = await Repository.cloneOrOpen(url, mirrored);
    onTestFinished(() => again.close());
    expect(await again.readRef('refs/heads/other')).toBe(three);

    const shallow = await opened(bare());
    await shallow.fetch(url, [`+${MAIN}:${MAIN}`], { depth: 1 });
    expect([await shallow.isShallow(), (await shallow.log(MAIN)).length]).toEqual([true, 1]);
  });

  test('of two clones that push at once one loses, is told what is there, and the remote keeps the winner', async () => {
    const { directory, url } = await remote();
    const work = workTree();
    const base = commitAll(work, 'base') as Oid;
    const repository = await opened(work);
    await repository.push(url, { ref: MAIN, commit: base, expected: undefined });
    const ours = commitAll(work, 'ours') as Oid;
    git(work, 'reset', '--quiet', '--hard', base);
    const theirs = commitAll(work, 'theirs') as Oid;
    const results = await Promise.allSettled(
      [ours, theirs].map((commit) => repository.push(url, { ref: MAIN, commit, expected: base })),
    );
    const winner = asOid(git(directory, 'rev-parse', 'main'));
    const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect([ours, theirs]).toContain(winner);
    expect(lost).toEqual([
      expect.objectContaining({ code: 'PUSH_RACE', ref: MAIN, expected: base, actual: winner }),
    ]);
  });

  test('a branch that somebody else created, or deleted, is a lost race too', async () => {
    const { directory, url } = await remote();
    const work = workTree();
    const [one, two] = [commitAll(work, 'one'), commitAll(work, 'two')] as [Oid, Oid];
    const repository = await opened(work);
    await repository.push(url, { ref: MAIN, commit: one, expected: undefined });
    await expect(repository.push(url, { ref: MAIN, commit: two, expected: undefined })).rejects.toThrow(
      code('PUSH_RACE'),
    );
    git(directory, 'update-ref', '-d', MAIN);
    await expect(repository.push(url, { ref: MAIN, commit: two, expected: one })).rejects.toThrow(
      expect.objectContaining({ code: 'PUSH_RACE', actual: undefined }),
    );
  });

  test('what a hook refuses is not a race, and its words are passed on', async () => {
    const { directory, url } = await remote();
    const hook = join(directory, 'hooks/pre-receive');
    writeFileSync(hook, '#!/bin/sh\necho "main is protected" >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    const work = workTree();
    const one = commitAll(work, 'one') as Oid;
    const push = (await opened(work)).push(url, { ref: MAIN, commit: one, expected: undefined });
    await expect(push).rejects.toThrow(code('PUSH_REJECTED'));
    await expect(push).rejects.toThrow(/main is protected/);
  });

  test('a push that would lose commits is refused before anything is sent', async () => {
    const { url } = await remote();
    const work = workTree();
    const [one, two] = [commitAll(work, 'one'), commitAll(work, 'two')] as [Oid, Oid];
    const repository = await opened(work);
    await repository.push(url, { ref: MAIN, commit: two, expected: undefined });
    await expect(repository.push(url, { ref: MAIN, commit: one, expected: two })).rejects.toThrow(
      code('PUSH_REJECTED'),
    );
  });
});

describe('credentials', () => {
  test('in the URL open the door, and are stored and shown nowhere', async () => {
    const { url } = await servedOverHttp('ann:s3cret');
    const work = workTree();
    const one = commitAll(work, 'one') as Oid;
    const repository = await opened(work);
    const withPassword = url.replace('http://', 'http://ann:s3cret@');
    await repository.push(withPassword, { ref: MAIN, commit: one, expected: undefined });
    const mirrored = join(scratch(), 'mirror');
    const mirror = await Repository.cloneOrOpen(withPassword, mirrored);
    onTestFinished(() => mirror.close());
    expect(await mirror.readRef(MAIN)).toBe(one);
    expect(git(mirrored, 'config', '--list')).not.toContain('s3cret');
  });

  test('that are missing or wrong are an error without them in it', async () => {
    const { url } = await servedOverHttp('ann:s3cret');
    const repository = await opened(workTree());
    for (const address of [url, url.replace('http://', 'http://ann:wr0ng@')]) {
      const error = await repository.lsRemote(address).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'GIT_AUTH_FAILED' });
      expect(JSON.stringify(error)).not.toContain('wr0ng');
    }
  });
});

describe('a remote that cannot be reached', () => {
  test('is told apart from one that is not there', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    await new Promise((resolve) => server.close(resolve));
    const port = typeof address === 'object' ? address?.port : undefined;
    const repository = await opened(workTree());
    await expect(repository.lsRemote(`http://127.0.0.1:${port}/x.git`)).rejects.toThrow(
      code('REMOTE_UNREACHABLE'),
    );
    await expect(repository.lsRemote(join(scratch(), 'gone.git'))).rejects.toThrow(code('REMOTE_NOT_FOUND'));
    await expect(repository.lsRemote('nowhere')).rejects.toThrow(code('REMOTE_NOT_FOUND'));
    const { url } = await servedOverHttp();
    await expect(repository.fetch(`${url}x`, [`${MAIN}:${MAIN}`])).rejects.toThrow(code('REMOTE_NOT_FOUND'));
  });

  test('and hangs is given up when the time is over or the caller says so', async () => {
    const sockets = new Set<{ destroy(): void }>();
    const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/x.git`;
    const repository = await opened(workTree());
    await expect(repository.lsRemote(url, [], { timeoutMs: 200 })).rejects.toThrow(code('GIT_CANCELLED'));
    const controller = new AbortController();
    const asked = repository.lsRemote(url, [], { signal: controller.signal });
    server.once('connection', () => controller.abort());
    await expect(asked).rejects.toThrow(code('GIT_CANCELLED'));
  });

  test.each([
    ['git@github.com: Permission denied (publickey).', 'GIT_AUTH_FAILED'],
    ['Host key verification failed.\nfatal: Could not read from remote repository.', 'GIT_AUTH_FAILED'],
    ["remote: HTTP Basic: Access denied\nfatal: Authentication failed for 'https://x/'", 'GIT_AUTH_FAILED'],
    ["fatal: unable to access 'https://x/': The requested URL returned error: 403", 'GIT_AUTH_FAILED'],
    ["fatal: unable to access 'https://x/': Could not resolve host: x", 'REMOTE_UNREACHABLE'],
    ["fatal: unable to access 'https://x/': server certificate verification failed", 'REMOTE_UNREACHABLE'],
    ["fatal: unable to access 'https://x/': The requested URL returned error: 502", 'REMOTE_UNREACHABLE'],
    ["fatal: repository 'https://x/' not found", 'REMOTE_NOT_FOUND'],
    ['something new', 'GIT_FAILED'],
  ])('%j is %s', (stderr, expected) => {
    expect(remoteFailure('asking', 'https://x:y@z/', stderr)).toMatchObject({
      code: expected,
      message: expect.not.stringContaining('x:y'),
    });
  });
});

test('a remote or refspec that Git would take as an option or a command is refused', async () => {
  const repository = await opened(workTree());
  await expect(repository.fetch('--upload-pack=touch x', [])).rejects.toThrow(code('INVALID_REMOTE'));
  await expect(repository.fetch('ext::sh -c "touch x"', [])).rejects.toThrow(code('INVALID_REMOTE'));
  await expect(repository.fetch('origin', ['--upload-pack=touch x'])).rejects.toThrow(
    code('INVALID_REF_NAME'),
  );
  await expect(
    repository.push('origin', { ref: '--exec=x', commit: asOid('1'.repeat(40)), expected: undefined }),
  ).rejects.toThrow(code('INVALID_REF_NAME'));
});
