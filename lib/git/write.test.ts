import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ANN, bare, commitAll, git, gitInput, opened, scratch, workTree } from '../../test/git/scratch.ts';
import { asOid, EMPTY_TREE, type Oid } from './oid.ts';
import { buildTree, decodeTree, findInTree, isDotGit, type TreeFile } from './tree.ts';
import type { NewFile } from './write.ts';

const blob: TreeFile = { mode: '100644', oid: asOid('1'.repeat(40)) };
const files = (...paths: readonly string[]) => paths.map((path) => [path, blob] as const);
const commitOf = (of: ReadonlyMap<string, NewFile>) => ({
  files: of,
  parents: [],
  author: ANN,
  committer: ANN,
  message: 'm\n',
});

/** Paths that stress the order of entries: a file `a.b` between `a` and what is in a directory `a`. */
const segment = fc
  .string({ unit: fc.constantFrom('a', 'b', '.', '-', '0', 'A', 'ü', '~'), minLength: 1, maxLength: 4 })
  .filter((name) => !/^\.{1,2}$/.test(name));
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'));
const paths = fc
  .uniqueArray(path, { minLength: 1, maxLength: 30 })
  .map((all) => all.filter((one) => !all.some((other) => other.startsWith(`${one}/`))));

describe('trees', () => {
  test('have the ids that git write-tree gives', () => {
    const repository = bare();
    fc.assert(
      fc.property(paths, (all) => {
        const index = all.map((name) => `100644 ${blob.oid}\t${name}\0`).join('');
        git(repository, 'read-tree', '--empty');
        gitInput(repository, index, 'update-index', '-z', '--index-info');
        expect(buildTree(files(...all)).oid).toBe(git(repository, 'write-tree', '--missing-ok'));
      }),
      { numRuns: 25 },
    );
  });

  test('are read as they are written', () => {
    fc.assert(
      fc.property(paths, (all) => {
        const names = decodeTree(buildTree(files(...all)).body).map(({ name }) => name);
        expect(new Set(names)).toEqual(new Set(all.map((one) => one.split('/')[0])));
      }),
    );
  });

  test('have of one name what they have of it among all', () => {
    fc.assert(
      fc.property(paths, segment, (all, other) => {
        const { body } = buildTree(files(...all));
        const entries = decodeTree(body);
        for (const name of [other, ...entries.map((entry) => entry.name)])
          expect(findInTree(body, Buffer.from(name))).toEqual(entries.find((entry) => entry.name === name));
        if (entries.length > 0)
          expect(() => findInTree(body.subarray(0, -1), Buffer.from('\n'))).toThrow(
            expect.objectContaining({ code: 'BAD_PACK' }),
          );
      }),
    );
  });

  test('do not depend on the order of the files', () => {
    const one = files('a/b', 'a.b', 'a-b', 'c/d/e');
    expect(buildTree(one.toReversed()).oid).toBe(buildTree(one).oid);
    expect(buildTree([]).oid).toBe(EMPTY_TREE);
  });

  test.each([
    '',
    '/a',
    'a//b',
    'a/',
    '.',
    '..',
    'a/../b',
    '.git/hooks/x',
    'a/.GIT',
    'a/.git. ',
    'git~1/x',
    '.g\u200cit/x',
    '.git::$INDEX_ALLOCATION/x',
    'a\0b',
  ])('%j is no path of a tree', (bad) => {
    expect(() => buildTree(files(bad))).toThrow(expect.objectContaining({ code: 'UNSAFE_PATH' }));
  });

  test('a path cannot be a file and a directory', () => {
    expect(() => buildTree(files('a', 'a/b'))).toThrow(/a file and a directory/);
    expect(() => buildTree(files('a/b', 'a'))).toThrow(/a file and a directory/);
  });

  test('names that only resemble .git are fine', () => {
    expect(['.gitignore', '.gitattributes', 'git', 'x.git', '.github', 'git~x'].filter(isDotGit)).toEqual([]);
  });
});

describe('commits', () => {
  test.each([3, 99, 300])('of %i files are what Git reads back, and fsck finds nothing', async (count) => {
    const directory = bare();
    const repository = await opened(directory);
    const content = new Map(
      [...Array(count).keys()].map((i) => [`d${i % 7}/f${i}`, Buffer.from(`${i}\0ü`.repeat(i % 50))]),
    );
    const { commit } = await repository.writeCommit(commitOf(content));
    await repository.updateRef({ ref: 'refs/heads/main', to: commit, expected: undefined });
    expect(git(directory, 'fsck', '--strict', '--full')).toBe('');
    expect(git(directory, 'ls-tree', '-r', '--name-only', 'main').split('\n').sort()).toEqual(
      [...content.keys()].sort(),
    );
    expect(git(directory, 'cat-file', 'commit', 'main')).toContain(
      'author Ann <ann@example.org> 1700000000 +0100',
    );
    const tree = await repository.readTree(commit);
    const bodies = await repository.readBlobs([...content.keys()].map((name) => tree.get(name)!.oid));
    expect(bodies.every((body, index) => body.equals([...content.values()][index]!))).toBe(true);
  });

  test('many objects make one pack that git verify-pack accepts; sizes of all lengths', async () => {
    const directory = bare();
    const repository = await opened(directory);
    const sizes = [0, 1, 15, 16, 17, 2047, 2048, 2049, 262_143, 262_144, 262_145];
    const content = new Map<string, Buffer>(sizes.map((size) => [`s${size}`, Buffer.alloc(size, `${size}`)]));
    for (let i = 0; i < 120; i++) content.set(`n${i}`, Buffer.from(`${i}`));
    await repository.writeCommit(commitOf(content));
    const pack = join(directory, 'objects/pack');
    const [index] = readdirSync(pack).filter((name) => name.endsWith('.idx'));
    expect(readdirSync(pack)).toHaveLength(2);
    expect(git(directory, 'verify-pack', '-v', join(pack, index!))).toContain('.pack: ok');
    git(
      directory,
      'index-pack',
      join(pack, index!.replace('.idx', '.pack')),
      '-o',
      join(scratch(), 'again.idx'),
    );
  });

  test('do not write again what the parent has', async () => {
    const repository = await opened(bare());
    const content = new Map<string, Buffer>(
      [...Array(200).keys()].map((i) => [`d${i % 10}/f${i}`, Buffer.from(`${i}`)]),
    );
    const first = await repository.writeCommit(commitOf(content));
    content.set('d1/f1', Buffer.from('new'));
    const second = await repository.writeCommit({ ...commitOf(content), parents: [first.commit] });
    expect(second.objectsWritten).toBe(4); // the blob, its directory, the root, the commit
    expect(await repository.diffTrees(first.commit, second.commit)).toMatchObject([{ path: 'd1/f1' }]);
  });

  test('hold everything also where a file takes the place of a directory, or a directory that of a file', async () => {
    const directory = bare();
    const repository = await opened(directory);
    const shapes = [['a', 'b/c'], ['a/x', 'b'], ['a', 'b/c', 'b/d/e'], ['b/d/e'], []] as const;
    let parents: readonly Oid[] = [];
    for (const [round, shape] of shapes.entries()) {
      const content = new Map(shape.map((path) => [path, Buffer.from(`${path} ${round % 2}`)]));
      const { commit } = await repository.writeCommit({ ...commitOf(content), parents });
      parents = [commit];
      git(directory, 'update-ref', 'refs/heads/main', commit);
      expect(git(directory, 'fsck', '--strict', '--no-dangling')).toBe('');
      expect([...(await repository.readTree(commit)).keys()].sort()).toEqual(shape.toSorted());
    }
  });

  test('have the id that git commit-tree gives', async () => {
    const directory = bare();
    const repository = await opened(directory);
    const { commit, tree } = await repository.writeCommit({
      ...commitOf(new Map([['a', Buffer.from('x')]])),
      message: 'über\n\nbody\n',
    });
    expect(gitInput(directory, 'über\n\nbody\n', 'commit-tree', tree)).toBe(commit);
  });

  test('reuse objects by id, with their mode', async () => {
    const directory = workTree();
    writeFileSync(join(directory, 'run'), '#!/bin/sh\n');
    chmodSync(join(directory, 'run'), 0o755);
    mkdirSync(dirname(join(directory, 'x/link')), { recursive: true });
    symlinkSync('../run', join(directory, 'x/link'));
    const source = asOid(commitAll(directory, 'one'));
    const repository = await opened(directory);
    const { tree } = await repository.writeCommit(commitOf(new Map(await repository.readTree(source))));
    expect(tree).toBe(git(directory, 'rev-parse', 'HEAD^{tree}'));
  });
});
