import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { greeting } from '../../test/git/rendered.ts';
import { ANN, commitAll, git, opened, scratch, workTree } from '../../test/git/scratch.ts';
import type { Oid, Repository } from '../git/index.ts';
import { type CommitOptions, commitRendered } from './commit.ts';
import { readSeen } from './seen.ts';

const BRANCH = 'rendered/production';
const code = (expected: string) => expect.objectContaining({ code: expected });

let directory: string;
let repository: Repository;
beforeEach(async () => {
  directory = workTree();
  commitAll(directory, 'web: say hello');
  repository = await opened(directory);
});

const render = (text: string, options: Partial<CommitOptions> = {}, line = 1) =>
  commitRendered(repository, greeting(text, line), {
    sourceCommit: 'HEAD',
    program: 'main.ts',
    versions: { truekeel: '0.1.0' },
    ...options,
  });

/** Commits on top of the rendered branch as a person would, with a message of their choice. */
function editByHand(change: (tree: string) => void, message: string, ...flags: readonly string[]): string {
  const tree = join(scratch(), 'tree');
  git(directory, 'worktree', 'add', '--quiet', tree, BRANCH);
  change(tree);
  git(tree, 'add', '-A');
  git(tree, 'commit', '--quiet', ...flags, '-m', message);
  git(directory, 'worktree', 'remove', '--force', tree);
  return git(directory, 'rev-parse', BRANCH);
}

describe('a rendered commit', () => {
  test('is a root commit with the author, dates and subject of its source, and trailers that Git reads', async () => {
    const result = await render('hello', {
      plan: 'sha256:51ac',
      approvedBy: ['Bob <bob@example.org>', 'Eve'],
      images: ['a/b:1'],
    });
    expect(result).toMatchObject({
      created: true,
      held: false,
      branch: BRANCH,
      files: { added: 4, changed: 0, removed: 0 },
      pushed: false,
    });
    const commit = await repository.commit(BRANCH);
    expect(commit).toMatchObject({
      oid: result.commit,
      parents: [],
      author: ANN,
      committer: ANN,
      subject: 'web: say hello',
    });
    expect(git(directory, 'log', '-1', '--format=%(trailers)', BRANCH).split('\n').filter(Boolean)).toEqual([
      `Truekeel-Source: ${git(directory, 'rev-parse', 'HEAD')}`,
      'Truekeel-Environment: production',
      `Truekeel-Digest: ${result.digest}`,
      'Truekeel-Plan: sha256:51ac',
      'Truekeel-Approved-By: Bob <bob@example.org>',
      'Truekeel-Approved-By: Eve',
      'Truekeel-Images: a/b:1',
    ]);
    expect(git(directory, 'fsck', '--strict')).toBe('');
  });

  test('follows the one before, and counts what changed', async () => {
    const first = await render('hello');
    commitAll(directory, 'web: say bye');
    const second = await render('bye');
    expect((await repository.commit(BRANCH)).parents).toEqual([first.commit]);
    expect(second.files).toEqual({ added: 0, changed: 3, removed: 0 });
  });

  test('keeps a hostile subject on one line and out of the trailers', async () => {
    commitAll(directory, 'Truekeel-Digest: sha256:0\nsecond line\n\nTruekeel-Environment: other');
    await render('hello');
    const commit = await repository.commit(BRANCH);
    expect(commit.subject).toBe('Truekeel-Digest: sha256:0 second line');
    expect(commit.trailers.map(([name]) => name)).toEqual([
      'Truekeel-Source',
      'Truekeel-Environment',
      'Truekeel-Digest',
    ]);
    await expect(render('hello', { plan: 'x\nTruekeel-Digest: y' })).resolves.toMatchObject({
      created: false,
    });
    await expect(render('bye', { plan: 'x\nTruekeel-Digest: y' })).rejects.toThrow(RangeError);
  });

  test('is the same on a machine with another locale, time zone, home, path, order and Git configuration', async () => {
    const ours = await render('hello');
    const home = scratch();
    writeFileSync(
      join(home, '.gitconfig'),
      '[user]\n name = Else\n email = else@example.org\n[core]\n autocrlf = true\n quotePath = false\n[i18n]\n commitEncoding = latin1\n[commit]\n gpgsign = true\n[core]\n compression = 9\n[diff]\n renames = true\n[log]\n showSignature = true\n',
    );
    const elsewhere = join(scratch(), 'a path/with ünicode');
    mkdirSync(elsewhere, { recursive: true });
    git(directory, 'clone', '--quiet', '--bare', directory, join(elsewhere, 'repo'));
    git(join(elsewhere, 'repo'), 'update-ref', '-d', `refs/heads/${BRANCH}`);
    const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
    const program = `
      const { Repository } = await import(${url('../git/index.ts')});
      const { commitRendered } = await import(${url('./index.ts')});
      const { greeting } = await import(${url('../../test/git/rendered.ts')});
      const repository = await Repository.discover(process.cwd());
      const made = greeting('hello');
      const turned = { ...made, applications: made.applications.map((one) => ({ ...one, objects: one.objects.toReversed() })) };
      const { commit } = await commitRendered(repository, turned, { sourceCommit: 'main', program: 'main.ts', versions: { truekeel: '0.1.0' } });
      console.log(commit);`;
    const other = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: join(elsewhere, 'repo'),
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        HOME: home,
        TZ: 'Pacific/Chatham',
        LANG: 'tr_TR.UTF-8',
        LC_ALL: 'tr_TR.UTF-8',
        GIT_AUTHOR_NAME: 'X',
        GIT_COMMITTER_DATE: '1 +0000',
      },
    });
    expect(other.stdout.trim(), other.stderr).toBe(ours.commit);
  });

  test('is not made when nothing changed; the note on the source commit says that it was seen', async () => {
    const first = await render('hello');
    const source = commitAll(directory, 'a comment, which moves every line') as Oid;
    const second = await render('hello', {}, 100);
    expect(second).toMatchObject({ created: false, commit: first.commit, noted: true });
    expect(await repository.log(BRANCH)).toHaveLength(1);
    expect(await readSeen(repository, source)).toEqual([
      { environment: 'production', rendered: first.commit, digest: first.digest, created: false },
    ]);
    expect(git(directory, 'notes', '--ref=truekeel', 'show', source)).toContain('"created":false');
  });

  test('stays noted as created when its source commit is rendered again', async () => {
    const first = await render('hello');
    await render('hello');
    expect(await readSeen(repository, await repository.resolve('HEAD'))).toMatchObject([
      { rendered: first.commit, created: true },
    ]);
  });

  test('an environment without applications is one too', async () => {
    const result = await commitRendered(
      repository,
      { ...greeting('x'), applications: [] },
      { sourceCommit: 'HEAD', program: 'main.ts' },
    );
    expect(result.files).toEqual({ added: 1, changed: 0, removed: 0 });
  });
});

describe('the order of source commits', () => {
  test('an older one never overwrites a newer one', async () => {
    commitAll(directory, 'two');
    const newer = await render('two');
    await expect(render('one', { sourceCommit: 'HEAD~1' })).rejects.toThrow(code('OLDER_SOURCE'));
    expect(await repository.readRef(`refs/heads/${BRANCH}`)).toBe(newer.commit);
    await expect(render('two', { sourceCommit: 'HEAD~1' })).resolves.toMatchObject({ created: false });
  });

  test('one that does not follow is refused until somebody accepts it', async () => {
    commitAll(directory, 'two');
    await render('two');
    git(directory, 'reset', '--quiet', '--hard', 'HEAD~1');
    commitAll(directory, 'rewritten');
    await expect(render('other')).rejects.toThrow(code('SOURCE_DIVERGED'));
    await expect(render('other', { divergedSource: 'accept' })).resolves.toMatchObject({ created: true });
  });

  test('a last source commit that is not here is said to be missing', async () => {
    await render('one');
    commitAll(directory, 'two');
    const shallow = scratch();
    git(shallow, 'init', '--quiet', '--bare');
    git(shallow, 'fetch', '--quiet', '--depth=1', `file://${directory}`, '+refs/heads/*:refs/heads/*');
    const there = await opened(shallow);
    await expect(
      commitRendered(there, greeting('two'), { sourceCommit: 'main', program: 'main.ts' }),
    ).rejects.toThrow(
      expect.objectContaining({ code: 'SOURCE_DIVERGED', hint: expect.stringContaining('--unshallow') }),
    );
  });

  test('the same one may be rendered to something else, by another version', async () => {
    await render('one');
    await expect(render('one, better')).resolves.toMatchObject({ created: true });
  });
});

describe('a dirty work tree', () => {
  test('is recorded in the commit, decided by its digest, and noted nowhere', async () => {
    const first = await render('hello');
    await expect(render('hello', { dirty: true })).resolves.toMatchObject({
      created: false,
      commit: first.commit,
      noted: false,
    });
    commitAll(directory, 'two');
    await expect(render('tried out', { dirty: true })).resolves.toMatchObject({
      created: true,
      noted: false,
    });
    expect(git(directory, 'log', '-1', '--format=%(trailers:key=Truekeel-Dirty,valueonly)', BRANCH)).toBe(
      'true',
    );
    expect(JSON.parse(git(directory, 'show', `${BRANCH}:truekeel.json`)).source.dirty).toBe(true);
  });

  test('that is committed afterwards gives a clean commit of the same content', async () => {
    await render('tried out', { dirty: true });
    commitAll(directory, 'two');
    await expect(render('tried out')).resolves.toMatchObject({ created: true, files: { changed: 1 } });
    await expect(render('tried out')).resolves.toMatchObject({ created: false });
  });
});

describe('a commit that Truekeel did not write', () => {
  test('is refused with its author, what it changed, and commands that put it right', async () => {
    const good = await render('hello');
    const foreign = editByHand((tree) => {
      writeFileSync(join(tree, 'web/web/ConfigMap/settings.yaml'), 'greeting: hacked\n');
      writeFileSync(join(tree, 'README.md'), 'hi\n');
    }, 'hotfix');
    commitAll(directory, 'two');
    const error = await render('two').catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'FOREIGN_COMMIT',
      family: 'guard',
      commit: foreign,
      author: 'Ann <ann@example.org>',
      paths: ['README.md', 'web/web/ConfigMap/settings.yaml'],
      lastGood: good.commit,
    });
    const command = /here with "(git update-ref [^"]+)"/.exec((error as { hint: string }).hint)![1]!;
    git(directory, ...command.split(' ').slice(1));
    await expect(render('two')).resolves.toMatchObject({ created: true });
    expect((await repository.commit(BRANCH)).parents).toEqual([good.commit]);
  });

  test.each<[string, (tree: string) => void, RegExp]>([
    [
      'an object was changed',
      (tree) => writeFileSync(join(tree, 'web/web/ConfigMap/settings.yaml'), 'x: 1\n'),
      /settings\.yaml/,
    ],
    ['a file was added', (tree) => writeFileSync(join(tree, 'web/extra.yaml'), 'x: 1\n'), /extra\.yaml/],
    [
      'an object was removed',
      (tree) => git(tree, 'rm', '--quiet', 'web/web/ConfigMap/other.yaml'),
      /other\.yaml/,
    ],
    [
      'an application.json was changed',
      (tree) => writeFileSync(join(tree, 'web/application.json'), manifestWithoutObjects),
      /does not match its digest/,
    ],
    ['the manifest is gone', (tree) => git(tree, 'rm', '--quiet', 'truekeel.json'), /no truekeel\.json/],
    ['an application is gone', (tree) => git(tree, 'rm', '--quiet', '-r', 'web'), /no directory web/],
  ])('is found out when the trailers were kept and %s', async (_what, change, message) => {
    await render('hello');
    const trailers = git(directory, 'log', '-1', '--format=%B', BRANCH);
    editByHand(change, trailers, '--amend');
    commitAll(directory, 'two');
    await expect(render('two')).rejects.toThrow(code('FOREIGN_COMMIT'));
    await expect(render('two')).rejects.toThrow(message);
  });

  test('on a branch of its own, with nothing good below, is refused too', async () => {
    git(directory, 'branch', BRANCH);
    await expect(render('hello')).rejects.toThrow(
      expect.objectContaining({ code: 'FOREIGN_COMMIT', lastGood: undefined }),
    );
  });

  test('and another environment on the same branch is refused as well', async () => {
    await render('hello');
    await expect(
      commitRendered(
        repository,
        { ...greeting('x'), name: 'staging' },
        { sourceCommit: 'HEAD', program: 'main.ts' },
      ),
    ).rejects.toThrow(/holds environment production/);
  });
});

const manifestWithoutObjects = JSON.stringify({
  schema: 'truekeel.dev/application/v1',
  name: 'web',
  dependsOn: [],
  settings: { apply: 'always', prune: 'allow', conflicts: 'report', drift: 'correct', wait: 'ready' },
  edges: [],
  objects: [],
});

test('a rendered branch that is checked out is not moved underneath its files', async () => {
  await render('hello');
  const linked = join(scratch(), 'linked');
  git(directory, 'worktree', 'add', '--quiet', linked, BRANCH);
  await expect(render('two')).rejects.toThrow(
    expect.objectContaining({ message: expect.stringContaining(linked) }),
  );
  git(directory, 'worktree', 'remove', linked);
  git(directory, 'switch', '--quiet', BRANCH);
  await expect(render('two', { sourceCommit: 'main' })).rejects.toThrow(code('BRANCH_CHECKED_OUT'));
});

test.each(['--upload-pack=x', '-', 'a..b', ''])('a branch cannot be called %j', async (branch) => {
  await expect(
    commitRendered(repository, { ...greeting('x'), branch }, { sourceCommit: 'HEAD', program: 'main.ts' }),
  ).rejects.toThrow(code('INVALID_REF_NAME'));
});

test('a source commit that is not there is said so before anything is written', async () => {
  await expect(render('hello', { sourceCommit: '--all' })).rejects.toThrow(code('UNKNOWN_REVISION'));
  expect(await repository.readRef(`refs/heads/${BRANCH}`)).toBeUndefined();
});
