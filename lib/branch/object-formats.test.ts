/** The whole path of a rendered branch, in repositories of either kind of ids and over every way to a remote. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serveGit } from '../../test/git/http-server.ts';
import { configMap, greeting, renderedObject } from '../../test/git/rendered.ts';
import { ANN, bare, commitAll, git, opened, scratch, workTree } from '../../test/git/scratch.ts';
import { type ObjectFormat, type Oid, type RemoteOptions, Repository } from '../git/index.ts';
import { type CommitOptions, commitRendered } from './commit.ts';
import { diffReleases } from './diff.ts';
import { history } from './history.ts';
import { releaseHold } from './hold.ts';
import { readRendered } from './release.ts';
import { rollback } from './rollback.ts';
import { readSeen } from './seen.ts';
import { verifyRendered } from './verify.ts';

const REF = 'refs/heads/rendered/production';
const MAIN = 'refs/heads/main';
const code = (expected: string) => expect.objectContaining({ code: expected });

const formats: readonly (readonly [ObjectFormat, number])[] = [
  ['sha1', 40],
  ['sha256', 64],
];
const remotes = ['a path', 'smart HTTP'] as const;
const cases = formats.flatMap(([format, digits]) => remotes.map((way) => ({ format, digits, way })));

describe.each(cases)('with ids of $format and a remote at $way', ({ format, digits, way }) => {
  async function setUp() {
    const remote = bare('shop.git', format);
    git(remote, 'config', 'http.receivepack', 'true');
    const url =
      way === 'a path' ? remote : `${await serveGit({ root: dirname(remote) })}/${basename(remote)}`;
    const work = workTree(format);
    commitAll(work, 'one');
    git(work, 'remote', 'add', 'origin', url);
    const repository = await opened(work);
    const render = (text: string, options: Partial<CommitOptions> = {}) =>
      commitRendered(repository, greeting(text), {
        sourceCommit: 'HEAD',
        program: 'main.ts',
        remote: 'origin',
        ...options,
      });
    return { remote, url, work, repository, render };
  }

  test('an environment is rendered, pushed, read, compared, checked and taken back', async () => {
    const { remote, url, work, repository, render } = await setUp();
    const first = await render('hello');
    expect(first.commit).toHaveLength(digits);
    expect(first).toMatchObject({ created: true, pushed: true, noted: true });
    await expect(render('hello')).resolves.toMatchObject({ created: false, commit: first.commit });
    commitAll(work, 'two');
    const second = await render('good day');
    expect(git(remote, 'rev-parse', REF)).toBe(second.commit);
    expect(git(remote, 'fsck', '--strict', '--no-dangling')).toBe('');

    const release = await readRendered(repository, 'production');
    expect([release.commit, release.source.commit]).toEqual([second.commit, git(work, 'rev-parse', 'HEAD')]);
    expect((await verifyRendered(repository, greeting('good day'))).matches).toBe(true);
    expect((await verifyRendered(repository, greeting('other'))).matches).toBe(false);
    const before = await readRendered(repository, 'production', { revision: first.commit });
    expect(diffReleases(before, release).changed).toHaveLength(1);
    expect(await readSeen(repository, release.source.commit)).toMatchObject([{ rendered: second.commit }]);

    const back = await rollback(repository, 'production', first.commit, { by: ANN, remote: 'origin' });
    expect([back.reverts, back.pushed]).toEqual([second.commit, true]);
    commitAll(work, 'three');
    await expect(render('three')).resolves.toMatchObject({ held: true });
    await releaseHold(repository, 'production', { by: ANN, remote: 'origin' });
    await expect(render('three')).resolves.toMatchObject({ created: true });
    expect((await history(repository, 'production')).length).toBe(5);
    expect(git(remote, 'fsck', '--strict', '--no-dangling')).toBe('');

    const mirror = await Repository.cloneOrOpen(url, join(scratch(), 'mirror.git'), { depth: 2 });
    onTestFinished(() => mirror.close());
    expect([mirror.objectFormat, (await readRendered(mirror, 'production')).commit]).toEqual([
      format,
      git(remote, 'rev-parse', REF),
    ]);
  });

  test('hundreds of objects travel, and a push that lost the race is told what is there', async () => {
    const { remote, repository, render } = await setUp();
    const [application, ...others] = greeting('hello').applications;
    const objects = Array.from({ length: 150 }, (_, index) =>
      renderedObject('web', configMap(`settings-${index}`, { index: String(index) })),
    );
    const many = { ...greeting('hello'), applications: [{ ...application!, objects }, ...others] };
    const base = await commitRendered(repository, many, {
      sourceCommit: 'HEAD',
      program: 'main.ts',
      remote: 'origin',
    });
    expect(git(remote, 'fsck', '--strict', '--no-dangling')).toBe('');
    expect((await verifyRendered(repository, many)).matches).toBe(true);

    const theirs = git(
      remote,
      'commit-tree',
      '-p',
      base.commit,
      '-m',
      'theirs',
      `${base.commit}^{tree}`,
    ) as Oid;
    git(remote, 'update-ref', REF, theirs);
    const ours = git(
      repository.root,
      'commit-tree',
      '-p',
      base.commit,
      '-m',
      'ours',
      `${base.commit}^{tree}`,
    ) as Oid;
    const pushed = repository.push('origin', { ref: REF, commit: ours, expected: base.commit });
    await expect(pushed).rejects.toThrow(expect.objectContaining({ code: 'PUSH_RACE', actual: theirs }));
    await expect(render('other')).rejects.toThrow(code('FOREIGN_COMMIT'));
  });

  test('a signed commit is one that Git takes, and names its signer', async () => {
    const { work, repository, render } = await setUp();
    const key = join(scratch(), 'ann');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const allowedSigners = `${key}.allowed`;
    writeFileSync(allowedSigners, `ann@example.org ${readFileSync(`${key}.pub`, 'utf8')}`);
    const { commit } = await render('hello', { sign: { kind: 'ssh', key } });
    expect(await repository.verifyCommit(commit, { allowedSigners })).toBe('ann@example.org');
    expect(git(work, 'fsck', '--strict', '--no-dangling')).not.toContain('error');
    const unsigned = await repository.resolve(commitAll(work, 'unsigned'));
    await expect(repository.verifyCommit(unsigned, { allowedSigners })).rejects.toThrow(
      code('SIGNATURE_REFUSED'),
    );
  });
});

test.each<[ObjectFormat, ObjectFormat, RemoteOptions]>([
  ['sha1', 'sha256', {}],
  ['sha1', 'sha256', { transport: 'system' }],
  ['sha256', 'sha1', {}],
])('a repository of %s does not fetch from one of %s, and says why', async (ours, theirs, options) => {
  const remote = bare('other.git', theirs);
  const work = workTree(theirs);
  commitAll(work, 'one');
  git(work, 'push', '--quiet', remote, `HEAD:${MAIN}`);
  const url = `${await serveGit({ root: dirname(remote) })}/${basename(remote)}`;
  const repository = await opened(bare('ours.git', ours));
  await expect(repository.fetch(url, [`+${MAIN}:${MAIN}`], options)).rejects.toThrow(
    code('UNSUPPORTED_REPOSITORY'),
  );
  expect(await repository.readRef(MAIN)).toBeUndefined();
});
