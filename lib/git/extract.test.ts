import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ANN, bare, gitInput, opened, scratch } from '../../test/git/scratch.ts';
import { encodeCommit } from './commit.ts';
import { staysInside } from './extract.ts';
import { asOid, type Oid } from './oid.ts';

/** Writes a commit from raw tree entries, also such as Git itself would never write. */
function writeRaw(
  directory: string,
  entries: readonly (readonly [mode: string, name: string, content: string | Oid])[],
): Oid {
  const body = Buffer.concat(
    entries.flatMap(([mode, name, content]) => {
      const oid = /^[0-9a-f]{40}$/.test(content)
        ? content
        : gitInput(directory, content, 'hash-object', '-w', '--stdin');
      return [Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')];
    }),
  );
  return asOid(gitInput(directory, body, 'hash-object', '-w', '-t', 'tree', '--literally', '--stdin'));
}

function commitTree(directory: string, tree: Oid): Oid {
  const body = encodeCommit({ tree, parents: [], author: ANN, committer: ANN, message: 'm' });
  return asOid(gitInput(directory, body, 'hash-object', '-w', '-t', 'commit', '--stdin'));
}

const unsafe = expect.objectContaining({ code: 'UNSAFE_PATH' });

describe('extracting a commit', () => {
  test('writes files, modes, and links that stay inside', async () => {
    const directory = bare();
    const below = writeRaw(directory, [
      ['100755', 'run', '#!/bin/sh\n'],
      ['120000', 'up', '../a'],
      ['120000', 'out', '../../etc'],
    ]);
    const tree = writeRaw(directory, [
      ['100644', 'a', 'A'],
      ['120000', 'absolute', '/etc/passwd'],
      ['40000', 'd', below],
      ['160000', 'module', '1'.repeat(40)],
    ]);
    const target = join(scratch(), 'deep/target');
    const repository = await opened(directory);
    const result = await repository.extract(commitTree(directory, tree), target);
    expect(result.files).toBe(2);
    expect(result.skipped.map(({ path }) => path).sort()).toEqual(['absolute', 'd/out', 'module']);
    expect(readFileSync(join(target, 'd/up'), 'utf8')).toBe('A');
    expect(readlinkSync(join(target, 'd/up'))).toBe('../a');
    expect(statSync(join(target, 'd/run')).mode & 0o111).not.toBe(0);
    expect(readdirSync(target).sort()).toEqual(['a', 'd']);
  });

  test.each([
    ['..', '40000'],
    ['.', '40000'],
    ['.git', '40000'],
    ['.GiT', '40000'],
    ['git~1', '40000'],
    ['.git ', '40000'],
    ['.git...', '40000'],
    ['.g\u200cit', '40000'],
    ['..', '100644'],
    ['a/../../b', '100644'],
    ['/abs', '100644'],
  ])('refuses an entry %j of mode %s and writes nothing', async (name, mode) => {
    const directory = bare();
    const inner = writeRaw(directory, [['100644', 'x', 'evil']]);
    const tree = writeRaw(directory, [
      ['100644', 'first', 'fine'],
      [mode, name, mode === '40000' ? inner : 'evil'],
    ]);
    const target = join(scratch(), 'target');
    await expect((await opened(directory)).extract(commitTree(directory, tree), target)).rejects.toThrow(
      unsafe,
    );
    expect(readdirSync(dirname(target))).toEqual([]);
  });

  test('never writes through a link that stands in the place of a directory', async () => {
    const directory = bare();
    const outside = scratch();
    const inner = writeRaw(directory, [['100644', 'x', 'evil']]);
    for (const link of [outside, 'elsewhere']) {
      const tree = writeRaw(directory, [
        ['120000', 'd', link],
        ['40000', 'd', inner],
      ]);
      await expect((await opened(directory)).extract(commitTree(directory, tree), scratch())).rejects.toThrow(
        unsafe,
      );
    }
    expect(readdirSync(outside)).toEqual([]);
  });

  test('refuses a path that is there twice, and trees that are too large', async () => {
    const directory = bare();
    const repository = await opened(directory);
    const twice = writeRaw(directory, [
      ['100644', 'a', '1'],
      ['100644', 'a', '2'],
    ]);
    await expect(repository.extract(commitTree(directory, twice), scratch())).rejects.toThrow(/there twice/);
    const large = commitTree(directory, writeRaw(directory, [['100644', 'a', 'x'.repeat(1000)]]));
    await expect(repository.extract(large, scratch(), { maxBytes: 999 })).rejects.toThrow(unsafe);
  });

  test.each([
    [['README', 'readme'], 'names of different case'],
    [['caf\u00e9', 'cafe\u0301'], 'accents written in two ways'],
  ])('refuses %j where the file system takes them for one: %s', async (names) => {
    const directory = bare();
    const repository = await opened(directory);
    const tree = writeRaw(
      directory,
      names.toSorted().map((name) => ['100644', name, name]),
    );
    const commit = commitTree(directory, tree);
    await expect(repository.extract(commit, scratch(), { foldsNames: true })).rejects.toThrow(/there twice/);
    expect(await repository.extract(commit, scratch(), { foldsNames: false })).toMatchObject({ files: 2 });
    const link = writeRaw(directory, [
      ['120000', 'D', '..'],
      ['40000', 'd', tree],
    ]);
    await expect(
      repository.extract(commitTree(directory, link), scratch(), { foldsNames: true }),
    ).rejects.toThrow(unsafe);
  });

  test('hundreds of files arrive whole', async () => {
    const repository = await opened(bare());
    const files = new Map(
      [...Array(600).keys()].map((i) => [`d${i % 9}/e/f${i}`, Buffer.from(`content ${i}`)]),
    );
    const { commit } = await repository.writeCommit({
      files,
      parents: [],
      author: ANN,
      committer: ANN,
      message: 'm',
    });
    const target = scratch();
    await repository.extract(commit, target);
    for (const [path, bytes] of files) expect(readFileSync(join(target, path))).toEqual(bytes);
    expect(lstatSync(join(target, 'd0/e')).isDirectory()).toBe(true);
  });
});

describe('a link stays inside', () => {
  test.each([
    ['a', 'b', true],
    ['d/a', '../b', true],
    ['d/a', '..', true],
    ['d/e/a', '../../x/y', true],
    ['a', '..', false],
    ['d/a', '../../b', false],
    ['d/a', 'x/../../../etc', false],
    ['d/a', 'x/../y', false],
    ['a', '/etc', false],
    ['a', '', false],
    ['a', 'C:\\x', false],
    ['a', 'c:x', false],
    ['a', './b', true],
  ])('%s → %j: %s', (path, target, inside) => {
    expect(staysInside(path, target)).toBe(inside);
  });

  test('whatever chain of kept links is followed', () => {
    // Each link sits in a real directory; following any path through kept links never climbs above the root.
    const name = fc.constantFrom('a', 'b', 'c');
    const step = fc.constantFrom('a', 'b', 'c', '..', '.');
    const link = fc.tuple(
      fc.array(name, { minLength: 1, maxLength: 3 }),
      fc.array(step, { minLength: 1, maxLength: 5 }),
    );
    fc.assert(
      fc.property(
        fc.array(link, { maxLength: 6 }),
        fc.array(name, { minLength: 1, maxLength: 6 }),
        (drawn, walk) => {
          const links = new Map<string, readonly string[]>();
          for (const [path, target] of drawn) {
            const real = path.every(
              (_part, index) => index === 0 || !links.has(path.slice(0, index).join('/')),
            );
            const parent = [...links.keys()].some((other) => other.startsWith(`${path.join('/')}/`));
            if (real && !parent && staysInside(path.join('/'), target.join('/')))
              links.set(path.join('/'), target);
          }
          expect(climbs(links, walk)).toBe(false);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

/** Follows a path as a kernel does; true when it leaves the root. */
function climbs(links: ReadonlyMap<string, readonly string[]>, walk: readonly string[]): boolean {
  const at: string[] = [];
  const todo = [...walk];
  for (let followed = 0; todo.length > 0; ) {
    const part = todo.shift()!;
    if (part === '.') continue;
    if (part === '..') {
      if (at.length === 0) return true;
      at.pop();
      continue;
    }
    at.push(part);
    const target = links.get(at.join('/'));
    if (!target) continue;
    if (++followed > 40) return false; // a loop: ELOOP
    at.pop();
    todo.unshift(...target);
  }
  return false;
}
