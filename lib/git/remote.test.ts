import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { serveGit } from '../../test/git/http-server.ts';
import { ANN, bare, commitAll, git, gitInput, opened, scratch, workTree } from '../../test/git/scratch.ts';
import { GitError } from './errors.ts';
import { asOid, type ObjectFormat, type Oid } from './oid.ts';
import { remoteFailure } from './remote-errors.ts';

import { Repository } from './repository.ts';

const MAIN = 'refs/heads/main';
const code = (expected: string) => expect.objectContaining({ code: expected });

interface Served {
  readonly format?: ObjectFormat;
  /** `user:password`; anybody may push when absent. */
  readonly credentials?: string;
}

/** A bare repository that takes pushes over HTTP, and how it is reached. */
async function servedOverHttp({ format, credentials }: Served = {}) {
  const directory = bare('bare.git', format);
  git(directory, 'config', 'http.receivepack', 'true');
  const url = await serveGit({ root: dirname(directory), ...(credentials && { credentials }) });
  return { directory, url: `${url}/${basename(directory)}` };
}

async function local({ format }: Served = {}) {
  const directory = bare('bare.git', format);
  return { directory, url: directory };
}

/** HTTP by the installed Git, chosen by a setting that only Git understands. */
async function servedForGit(served: Served = {}) {
  const remote = await servedOverHttp(served);
  vi.stubEnv('GIT_CONFIG_COUNT', '1');
  vi.stubEnv('GIT_CONFIG_KEY_0', 'http.sslVersion');
  vi.stubEnv('GIT_CONFIG_VALUE_0', 'tlsv1.2');
  onTestFinished(() => void vi.unstubAllEnvs());
  return remote;
}

describe.each([
  ['a path', 'sha1', local],
  ['a path', 'sha256', local],
  ['smart HTTP', 'sha1', servedOverHttp],
  // The installed Git's, whatever the settings.
  ['smart HTTP', 'sha256', servedOverHttp],
  ['smart HTTP by the installed Git', 'sha1', servedForGit],
] as const)('over %s, with ids of %s', (_way, format, serve) => {
  const remote = () => serve({ format });
  const project = () => workTree(format);
  const store = () => bare('bare.git', format);
  // Git reads objects of SHA-256, and fetches each that was left out when it comes to it.
  const fetchesAtOnce = format === 'sha1';

  test('a branch is pushed, listed, fetched and mirrored', async () => {
    const { directory, url } = await remote();
    const work = project();
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

    const shallow = await opened(store());
    await shallow.fetch(url, [`+${MAIN}:${MAIN}`], { depth: 1 });
    expect([await shallow.isShallow(), (await shallow.log(MAIN)).length]).toEqual([true, 1]);
  });

  test('of two clones that push at once one loses, is told what is there, and the remote keeps the winner', async () => {
    const { directory, url } = await remote();
    const work = project();
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
    const work = project();
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
    const work = project();
    const one = commitAll(work, 'one') as Oid;
    const push = (await opened(work)).push(url, { ref: MAIN, commit: one, expected: undefined });
    await expect(push).rejects.toThrow(code('PUSH_REJECTED'));
    await expect(push).rejects.toThrow(/main is protected/);
  });

  test('several refs are pushed at once or not at all, and may be deleted', async () => {
    const { directory, url } = await remote();
    git(directory, 'config', 'receive.advertisePushOptions', 'true');
    const hook = join(directory, 'hooks/pre-receive');
    writeFileSync(
      hook,
      '#!/bin/sh\ntest "$GIT_PUSH_OPTION_0" != stop || { echo "told to stop" >&2; exit 1; }\n',
    );
    chmodSync(hook, 0o755);
    const work = project();
    const [one, two, three] = ['one', 'two', 'three'].map((message) => commitAll(work, message)) as [
      Oid,
      Oid,
      Oid,
    ];
    const repository = await opened(work);
    const other = 'refs/heads/other';
    await repository.pushRefs(url, [
      { ref: MAIN, commit: one, expected: undefined },
      { ref: other, commit: two, expected: undefined },
    ]);
    const lost = repository.pushRefs(url, [
      { ref: MAIN, commit: two, expected: one },
      { ref: other, commit: three, expected: one },
    ]);
    await expect(lost).rejects.toThrow(
      expect.objectContaining({ code: 'PUSH_RACE', ref: other, actual: two }),
    );
    expect(git(directory, 'rev-parse', 'main')).toBe(one);
    // What is there already was not lost, whoever brought it there.
    await repository.push(url, { ref: other, commit: two, expected: one });
    const stopped = repository.push(url, { ref: MAIN, commit: two, expected: one, pushOptions: ['stop'] });
    await expect(stopped).rejects.toThrow(/told to stop/);
    await repository.pushRefs(
      url,
      [
        { ref: MAIN, commit: two, expected: one },
        { ref: other, commit: undefined, expected: two },
      ],
      { pushOptions: ['go'] },
    );
    expect(git(directory, 'for-each-ref', '--format=%(refname) %(objectname)')).toBe(`${MAIN} ${two}`);
    expect(git(directory, 'fsck', '--strict', '--no-dangling')).toBe('');
  });

  test('a branch that was rewritten does not take commits from ours, unless that is asked for', async () => {
    const { directory, url } = await remote();
    const work = project();
    const base = commitAll(work, 'base');
    const before = commitAll(work, 'before') as Oid;
    const repository = await opened(store());
    git(work, 'push', '--quiet', directory, `HEAD:${MAIN}`);
    await repository.fetch(url, [`${MAIN}:${MAIN}`]);
    git(work, 'reset', '--quiet', '--hard', base);
    const after = commitAll(work, 'after');
    git(work, 'push', '--quiet', '--force', directory, `HEAD:${MAIN}`);
    await expect(repository.fetch(url, [`${MAIN}:${MAIN}`])).rejects.toThrow(code('NOT_FAST_FORWARD'));
    expect(await repository.readRef(MAIN)).toBe(before);
    await repository.fetch(url, [`+${MAIN}:${MAIN}`]);
    expect(await repository.readRef(MAIN)).toBe(after);
  });

  test('branches that have the names of options are listed, fetched and pruned', async () => {
    const { directory, url } = await remote();
    const work = project();
    const one = commitAll(work, 'one') as Oid;
    git(work, 'push', '--quiet', directory, `HEAD:${MAIN}`);
    const named = ['refs/heads/--exec=false', 'refs/heads/--upload-pack=touch\u{a0}ran', 'refs/heads/-x'];
    for (const name of named) git(directory, 'update-ref', name, one);
    const target = store();
    const repository = await opened(target);
    const all = ['+refs/heads/*:refs/heads/*'];
    expect([...(await repository.lsRemote(url, ['refs/heads/*'])).refs.keys()].sort()).toEqual(
      [...named, MAIN].sort(),
    );
    await repository.fetch(url, all);
    expect([...(await repository.listRefs('refs/heads/')).keys()].sort()).toEqual([...named, MAIN].sort());
    git(directory, 'update-ref', '-d', named[1]!);
    await repository.fetch(url, all, { prune: true });
    expect([...(await repository.listRefs('refs/heads/')).keys()].sort()).toEqual(
      [named[0], named[2], MAIN].sort(),
    );
    expect(git(target, 'fsck', '--strict', '--no-dangling')).toBe('');
  });

  test('a clone without depth is deepened, and branches that are gone are pruned', async () => {
    const { directory, url } = await remote();
    const work = project();
    for (let round = 0; round < 6; round++) commitAll(work, `round ${round}`);
    git(work, 'push', '--quiet', directory, `HEAD:${MAIN}`, 'HEAD:refs/heads/a');
    const target = store();
    const repository = await opened(target);
    const all = ['+refs/heads/*:refs/heads/*'];
    const depths: (readonly [boolean, number])[] = [];
    for (const depth of [1, 3, 100]) {
      await repository.fetch(url, all, { depth });
      depths.push([await repository.isShallow(), (await repository.log(MAIN)).length]);
    }
    expect(depths).toEqual([
      [true, 1],
      [true, 3],
      [false, 6],
    ]);
    git(directory, 'update-ref', '-d', 'refs/heads/a');
    git(directory, 'update-ref', 'refs/heads/a/b', MAIN);
    await repository.fetch(url, all, { prune: true });
    expect([...(await repository.listRefs('refs/heads/')).keys()]).toEqual(['refs/heads/a/b', MAIN]);
    expect(git(target, 'fsck', '--strict', '--no-dangling')).toBe('');
  });

  test('a shallow clone pushes what it made', async () => {
    const { directory, url } = await remote();
    const work = project();
    for (let round = 0; round < 3; round++) commitAll(work, `round ${round}`);
    git(work, 'push', '--quiet', directory, `HEAD:${MAIN}`);
    const shallow = project();
    const repository = await opened(shallow);
    await repository.fetch(url, [`+${MAIN}:refs/remotes/origin/main`], { depth: 1 });
    const tip = asOid(git(shallow, 'rev-parse', 'refs/remotes/origin/main'));
    git(shallow, 'reset', '--quiet', '--hard', tip);
    const next = commitAll(shallow, 'next') as Oid;
    await repository.push(url, { ref: MAIN, commit: next, expected: tip });
    expect(git(directory, 'rev-list', '--count', 'main')).toBe('4');
  });

  test('blobs may be left out, and come when they are read', async () => {
    const { directory, url } = await remote();
    git(directory, 'config', 'uploadpack.allowFilter', 'true');
    const work = project();
    writeFileSync(join(work, 'file'), 'content');
    const tip = commitAll(work, 'one') as Oid;
    git(work, 'push', '--quiet', directory, `HEAD:${MAIN}`);
    const target = store();
    git(target, 'remote', 'add', 'origin', url.startsWith('/') ? `file://${url}` : url);
    const repository = await opened(target);
    await repository.fetch('origin', [`${MAIN}:${MAIN}`], { filter: 'blob:none' });
    const missing = git(target, 'rev-list', '--objects', '--missing=print', '--all');
    expect(missing).toContain(`?${git(work, 'rev-parse', 'HEAD:file')}`);
    const [body] = await repository.readFiles(tip, ['file']);
    expect(body?.toString()).toBe('content');
    await expect(repository.fetch(url, [`${MAIN}:${MAIN}`], { filter: 'blob:none' })).rejects.toThrow(
      code('INVALID_REMOTE'),
    );
  });

  test('blobs that were left out come together, also in a shallow clone, and of a remote that is away it is said so', async () => {
    const { directory, url } = await remote();
    git(directory, 'config', 'uploadpack.allowFilter', 'true');
    git(directory, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
    const work = project();
    const names = [...Array(60).keys()].map((index) => `dir-${index % 7}/file-${index}`);
    for (const name of names) {
      mkdirSync(join(work, dirname(name)), { recursive: true });
      writeFileSync(join(work, name), `content of ${name}\n`.repeat(20));
    }
    commitAll(work, 'one');
    writeFileSync(join(work, names[0]!), 'changed');
    const tip = commitAll(work, 'two') as Oid;
    git(work, 'push', '--quiet', directory, `HEAD:${MAIN}`);
    const target = store();
    git(target, 'remote', 'add', 'origin', url.startsWith('/') ? `file://${url}` : url);
    const repository = await opened(target);
    await repository.fetch('origin', [`${MAIN}:${MAIN}`], { filter: 'blob:none', depth: 1 });
    const packs = () => readdirSync(join(target, 'objects/pack')).filter((name) => name.endsWith('.pack'));
    expect(packs()).toHaveLength(1);
    const bodies = await repository.readFiles(tip, [...names, 'gone', 'dir-1']);
    expect(bodies.map((body) => body?.toString())).toEqual([
      ...names.map((name, index) => (index === 0 ? 'changed' : `content of ${name}\n`.repeat(20))),
      undefined,
      undefined,
    ]);
    if (fetchesAtOnce) expect(packs()).toHaveLength(2);
    expect(git(target, 'rev-list', '--objects', '--missing=print', '--all')).not.toContain('?');
    expect(git(target, 'fsck', '--no-dangling')).toBe('');

    writeFileSync(join(work, 'later'), 'later');
    const later = commitAll(work, 'later') as Oid;
    git(work, 'push', '--quiet', directory, `HEAD:${MAIN}`);
    await repository.fetch('origin', [`${MAIN}:${MAIN}`]);
    expect(git(target, 'rev-list', '--objects', '--missing=print', '--all')).toContain('?');
    git(
      target,
      'config',
      'remote.origin.url',
      url.startsWith('/') ? 'file:///gone' : 'http://127.0.0.1:1/gone',
    );
    await expect(repository.readFiles(later, ['later'])).rejects.toThrow(GitError);
  });

  test('what a whole tree lacks comes at once when it is written to the disk', async () => {
    const { directory, url } = await remote();
    git(directory, 'config', 'uploadpack.allowFilter', 'true');
    git(directory, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
    const work = project();
    for (const name of ['a', 'b', 'c']) writeFileSync(join(work, name), name);
    const tip = commitAll(work, 'one') as Oid;
    git(work, 'push', '--quiet', directory, `HEAD:${MAIN}`);
    const target = store();
    git(target, 'remote', 'add', 'origin', url.startsWith('/') ? `file://${url}` : url);
    const repository = await opened(target);
    await repository.fetch('origin', [`${MAIN}:${MAIN}`], { filter: 'blob:none' });
    const out = join(scratch(), 'out');
    expect((await repository.extract(tip, out)).files).toBe(3);
    expect(readFileSync(join(out, 'c'), 'utf8')).toBe('c');
    const packs = readdirSync(join(target, 'objects/pack')).filter((name) => name.endsWith('.pack'));
    if (fetchesAtOnce) expect(packs).toHaveLength(2);
  });

  test.each(['blob:none', 'tree:0'])(
    'what %s left out is not missed when the branch goes on',
    async (filter) => {
      const { directory, url } = await remote();
      git(directory, 'config', 'uploadpack.allowFilter', 'true');
      git(directory, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
      const work = project();
      mkdirSync(join(work, 'deep'));
      for (const name of ['a', 'b', 'deep/c']) writeFileSync(join(work, name), name);
      commitAll(work, 'one');
      git(work, 'push', '--quiet', directory, `HEAD:${MAIN}`);
      const target = join(scratch(), 'partial.git');
      const from = url.startsWith('/') ? `file://${url}` : url;
      // Over a path: the server of these tests would wait for this process.
      git(work, 'clone', '--quiet', '--bare', `--filter=${filter}`, `file://${directory}`, target);
      git(target, 'config', 'remote.origin.url', from);
      const repository = await opened(target);
      writeFileSync(join(work, 'a'), 'changed');
      const two = commitAll(work, 'two') as Oid;
      git(work, 'push', '--quiet', directory, `HEAD:${MAIN}`);
      await repository.fetch('origin', [`${MAIN}:${MAIN}`]);
      writeFileSync(join(work, 'a'), 'changed again');
      const three = commitAll(work, 'three') as Oid;
      git(work, 'push', '--quiet', directory, `HEAD:${MAIN}`);
      // By its address Git itself fetches whole trees, and misses those that they stand on.
      await repository.fetch(filter === 'tree:0' ? 'origin' : from, [`${MAIN}:${MAIN}`]);
      expect(await repository.readRef(MAIN)).toBe(three);
      const read = async (commit: Oid) =>
        (await repository.readFiles(commit, ['a', 'b', 'deep/c'])).map((body) => body?.toString());
      expect([await read(two), await read(three)]).toEqual([
        ['changed', 'b', 'deep/c'],
        ['changed again', 'b', 'deep/c'],
      ]);
    },
  );

  test('a server that leaves nothing out is no reason to make the clone a partial one', async () => {
    const { directory, url } = await remote();
    git(directory, 'config', 'uploadpack.allowFilter', 'false');
    const work = project();
    writeFileSync(join(work, 'file'), 'content');
    const tip = commitAll(work, 'one') as Oid;
    git(work, 'push', '--quiet', directory, `HEAD:${MAIN}`);
    const target = store();
    git(target, 'remote', 'add', 'origin', url.startsWith('/') ? `file://${url}` : url);
    const repository = await opened(target);
    const fetched = repository.fetch('origin', [`${MAIN}:${MAIN}`], { filter: 'blob:none' });
    // Git itself goes on, and fetches everything.
    const error: unknown = await fetched.catch((refused: unknown) => refused);
    if (error !== undefined) {
      expect(error).toEqual(code('REMOTE_PROTOCOL'));
      expect(git(target, 'config', '--list', '--local')).not.toMatch(/partialclone|promisor/i);
      await repository.fetch('origin', [`${MAIN}:${MAIN}`]);
    }
    expect((await repository.readFiles(tip, ['file']))[0]?.toString()).toBe('content');
  });

  test('a push that would lose commits is refused before anything is sent', async () => {
    const { url } = await remote();
    const work = project();
    const [one, two] = [commitAll(work, 'one'), commitAll(work, 'two')] as [Oid, Oid];
    const repository = await opened(work);
    await repository.push(url, { ref: MAIN, commit: two, expected: undefined });
    await expect(repository.push(url, { ref: MAIN, commit: one, expected: two })).rejects.toThrow(
      code('PUSH_REJECTED'),
    );
  });

  test('a branch that may lose commits loses them, by compare-and-swap all the same', async () => {
    const { url } = await remote();
    const work = project();
    const [one, two, three] = ['one', 'two', 'three'].map((message) => commitAll(work, message) as Oid) as [
      Oid,
      Oid,
      Oid,
    ];
    const repository = await opened(work);
    await repository.push(url, { ref: MAIN, commit: two, expected: undefined });
    await repository.push(url, { ref: MAIN, commit: one, expected: two, rewrite: true });
    expect((await repository.lsRemote(url, [MAIN])).refs.get(MAIN)).toBe(one);
    await expect(
      repository.push(url, { ref: MAIN, commit: three, expected: two, rewrite: true }),
    ).rejects.toThrow(code('PUSH_RACE'));
  });
});

describe('credentials', () => {
  test('in the URL open the door, and are stored and shown nowhere', async () => {
    const { url } = await servedOverHttp({ credentials: 'ann:s3cret' });
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
    const { url } = await servedOverHttp({ credentials: 'ann:s3cret' });
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

test('a remote that the configuration makes a command to run is refused by Git, and nothing runs', async () => {
  const work = workTree();
  const ran = join(scratch(), 'ran');
  git(work, 'config', 'remote.evil.url', `ext::sh -c "touch ${ran}"`);
  git(work, 'config', 'url.ext::sh -c "touch .insteadOf', 'harmless:');
  git(work, 'config', 'protocol.ext.allow', 'always');
  const repository = await opened(work);
  for (const remote of ['evil', `harmless:${ran}"`])
    await expect(repository.lsRemote(remote)).rejects.toThrow(GitError);
  expect(existsSync(ran)).toBe(false);
});

test('names with line breaks, quotes and dashes go over the wire and back as they are', async () => {
  const { directory, url } = await servedOverHttp();
  const names = ['a\nb', '"quoted"', '--option', '-x', 'a\tb', 'ünï\u2028', ' '];
  const repository = await opened(bare());
  const files = new Map(names.map((name) => [`d\n/${name}`, Buffer.from(name)]));
  const { commit } = await repository.writeCommit({
    files,
    parents: [],
    author: ANN,
    committer: ANN,
    message: 'names',
  });
  await repository.push(url, { ref: MAIN, commit, expected: undefined });
  expect(git(directory, 'fsck', '--strict', '--no-dangling')).toBe('');
  const other = await opened(bare());
  await other.fetch(url, [`${MAIN}:${MAIN}`]);
  expect([...(await other.readTree(commit)).keys()].sort()).toEqual([...files.keys()].sort());
  const read = await other.readFiles(commit, [...files.keys()]);
  expect(read.map((body) => body?.toString())).toEqual(names);
});

describe('a repository that means harm', () => {
  test.each([
    ['.git', '40000'],
    ['.GIT', '40000'],
    ['.g\u200cit', '40000'],
    ['git~1', '100644'],
    ['.git ', '40000'],
    ['.git::$INDEX_ALLOCATION', '40000'],
    ['.git\\hooks', '100644'],
    ['..', '40000'],
    ['.', '40000'],
    ['a/b', '100644'],
  ])('with %j in a tree is refused, and leaves nothing behind', async (name, mode) => {
    const { directory, url } = await servedOverHttp();
    const blob = gitInput(directory, 'x', 'hash-object', '-w', '--stdin');
    const below = gitInput(directory, `100644 blob ${blob}\tx\n`, 'mktree');
    const entry = Buffer.concat([
      Buffer.from(`${mode} ${name}\0`),
      Buffer.from(mode === '40000' ? below : blob, 'hex'),
    ]);
    const tree = gitInput(directory, entry, 'hash-object', '-t', 'tree', '-w', '--literally', '--stdin');
    const commit = git(directory, 'commit-tree', '-m', 'harm', tree);
    git(directory, 'update-ref', MAIN, commit);
    const target = bare();
    const repository = await opened(target);
    await expect(repository.fetch(url, [`${MAIN}:${MAIN}`])).rejects.toThrow(code('UNSAFE_PATH'));
    expect(await repository.readRef(MAIN)).toBeUndefined();
    expect(git(target, 'count-objects')).toBe('0 objects, 0 kilobytes');
  });

  test('or is broken, so that objects are missing, is refused', async () => {
    const { directory, url } = await servedOverHttp();
    const gone = '1'.repeat(40);
    const tree = gitInput(directory, `100644 blob ${gone}\tx\n`, 'mktree', '--missing');
    git(directory, 'update-ref', MAIN, git(directory, 'commit-tree', '-m', 'broken', tree));
    const repository = await opened(bare());
    await expect(repository.fetch(url, [`${MAIN}:${MAIN}`])).rejects.toThrow(GitError);
    expect(await repository.readRef(MAIN)).toBeUndefined();
  });
});

test('a large pack is unpacked by Git, with the same checks', async () => {
  const { directory, url } = await servedOverHttp();
  const work = workTree();
  writeFileSync(join(work, 'large'), randomBytes(34 * 2 ** 20));
  const tip = commitAll(work, 'large');
  git(work, 'push', '--quiet', directory, `HEAD:${MAIN}`);
  const target = bare();
  const repository = await opened(target);
  await repository.fetch(url, [`${MAIN}:${MAIN}`]);
  expect(await repository.readRef(MAIN)).toBe(tip);
  expect(git(target, 'fsck', '--strict', '--no-dangling')).toBe('');
});
