import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bare, commitAll, git, gitInput, opened, workTree } from '../../test/git/scratch.ts';
import { repositoryArgs } from './context.ts';
import { GitError } from './errors.ts';
import { ObjectDatabase } from './object-database.ts';
import { ObjectReader } from './object-reader.ts';
import { asOid, hashObject, type Oid } from './oid.ts';
import { encodePack } from './pack.ts';

/** Ours, and Git's own answers to compare with. */
function database(directory: string) {
  const gitDirectory = git(directory, 'rev-parse', '--absolute-git-dir');
  const reader = new ObjectReader(repositoryArgs(gitDirectory), gitDirectory);
  const objects = new ObjectDatabase(join(gitDirectory, 'objects'), reader);
  onTestFinished(() => objects.close());
  return { objects, reader, directory: join(gitDirectory, 'objects') };
}

function allObjects(directory: string): Oid[] {
  return git(directory, 'cat-file', '--batch-all-objects', '--batch-check=%(objectname)', '--unordered')
    .split('\n')
    .map(asOid);
}

/** Some commits with files that resemble each other, so that packs have chains of deltas. */
function history(): string {
  const directory = workTree();
  mkdirSync(join(directory, 'deep/er'), { recursive: true });
  for (let round = 0; round < 12; round++) {
    for (const name of ['a', 'deep/b', 'deep/er/c']) {
      const lines = [...Array(200).keys()].map(
        (line) => `${name} ${line} ${line % 12 <= round ? round : ''}`,
      );
      writeFileSync(join(directory, name), lines.join('\n'));
    }
    writeFileSync(join(directory, `binary${round}`), Buffer.alloc(round * 7_000, round));
    commitAll(directory, `round ${round}`);
  }
  git(directory, 'tag', '-a', '-m', 'a tag', 'v1');
  return directory;
}

describe('every object is read as Git reads it', () => {
  test.each([
    ['loose', []],
    ['from a pack with long chains', [['repack', '-adfq', '--depth=50', '--window=50']]],
    [
      'from a pack whose deltas name their base by id',
      [
        ['config', 'repack.useDeltaBaseOffset', 'false'],
        ['repack', '-adfq', '--depth=50'],
      ],
    ],
    [
      'from what "git gc" left',
      [
        ['repack', '-adfq', '--depth=50'],
        ['gc', '--quiet', '--prune=now'],
      ],
    ],
  ])('%s', async (_what, commands) => {
    const directory = history();
    for (const command of commands) git(directory, ...command);
    const { objects, reader } = database(directory);
    const oids = allObjects(directory);
    const [ours, theirs] = await Promise.all([objects.read(oids), reader.read(oids)]);
    expect(ours).toEqual(theirs);
    expect(new Set(ours.map((object) => object?.type))).toEqual(new Set(['commit', 'tree', 'blob', 'tag']));
  });

  test('from many packs, loose files and a repository that it borrows from', async () => {
    const lender = history();
    git(lender, 'repack', '-adfq');
    const directory = workTree();
    writeFileSync(join(directory, '.git/objects/info/alternates'), `# borrowed\n${lender}/.git/objects\n`);
    const { objects, reader } = database(directory);
    for (let round = 0; round < 3; round++) {
      writeFileSync(join(directory, 'own'), `own ${round}\n`);
      commitAll(directory, `own ${round}`);
      if (round < 2) git(directory, 'repack', '-dq');
      // Opened before: what came since is found.
      const oids = allObjects(directory);
      expect(await objects.read(oids)).toEqual(await reader.read(oids));
    }
  });

  test('while "git gc" puts other packs in their place', async () => {
    const directory = history();
    git(directory, 'repack', '-adfq');
    const { objects } = database(directory);
    const oids = allObjects(directory);
    await objects.read(oids.slice(0, 3));
    git(directory, 'repack', '-adFq', '--depth=10');
    writeFileSync(join(directory, 'later'), 'later');
    const later = commitAll(directory, 'later') as Oid;
    const read = await objects.read([...oids, later]);
    expect(read.map((object) => object?.oid)).toEqual([...oids, later]);
  });

  test('of a partial clone, where Git has to fetch them first', async () => {
    const origin = history();
    git(origin, 'config', 'uploadpack.allowFilter', 'true');
    const directory = join(bare(), 'partial.git');
    git(origin, 'clone', '--quiet', '--bare', '--filter=blob:none', `file://${origin}`, directory);
    const { objects } = database(directory);
    const blob = asOid(git(origin, 'rev-parse', 'HEAD:a'));
    expect(objects.readNow(blob)).toBeUndefined();
    expect((await objects.read([blob]))[0]?.body.toString()).toContain('a 0');
    const head = asOid(git(origin, 'rev-parse', 'HEAD'));
    expect((await objects.readAt(head, ['deep/b']))[0]?.body.toString()).toContain('deep/b 0');
  });

  test('by path, also below a commit; what is not there is undefined', async () => {
    const directory = history();
    const { objects } = database(directory);
    const head = asOid(git(directory, 'rev-parse', 'HEAD'));
    const found = await objects.readAt(head, ['deep/er/c', 'deep', 'gone', 'a/b', 'x\ny']);
    expect(found.map((object) => object?.type)).toEqual(['blob', 'tree', undefined, undefined, undefined]);
  });
});

describe('a damaged object store', () => {
  const BAD = expect.objectContaining({ code: 'BAD_PACK' });

  /** A bare repository with one pack of these entries, whose index says where each is. */
  async function packed(bodies: readonly string[]) {
    const directory = bare();
    const store = database(directory);
    const objects = bodies.map((text) => ({
      oid: hashObject('blob', Buffer.from(text)),
      type: 'blob' as const,
      body: Buffer.from(text),
    }));
    const { pack: chunks, index } = await encodePack(objects);
    const pack = Buffer.concat(chunks);
    const write = (changedPack: Buffer, changedIndex: Buffer) => {
      writeFileSync(join(store.directory, 'pack/pack-x.pack'), changedPack);
      writeFileSync(join(store.directory, 'pack/pack-x.idx'), changedIndex);
    };
    return { ...store, oids: objects.map(({ oid }) => oid), pack, index, write };
  }

  test('is an error with a code, whichever byte is wrong, and never ends the process', async () => {
    const { oids, pack, index, write, objects } = await packed(['one', 'two '.repeat(50), 'three']);
    const change = (bytes: Buffer, at: number, value: number) => {
      const changed = Buffer.from(bytes);
      changed[at % bytes.length]! ^= value;
      return changed;
    };
    const any = fc.nat(10_000);
    await fc.assert(
      fc.asyncProperty(fc.boolean(), any, fc.integer({ min: 1, max: 255 }), async (inPack, at, value) => {
        write(inPack ? change(pack, at, value) : pack, inPack ? index : change(index, at, value));
        objects.close();
        for (const oid of oids) {
          try {
            const [object] = await objects.read([oid]);
            expect(object === undefined || object.oid === oid).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(GitError);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  test('with a truncated pack is refused', async () => {
    const { oids, pack, index, write, objects } = await packed(['one', 'two '.repeat(500), 'three']);
    write(pack.subarray(0, 20), index);
    await expect(objects.read(oids)).rejects.toThrow(BAD);
  });

  test('with a loose file that holds another object is refused', async () => {
    const directory = bare();
    const { objects, directory: store } = database(directory);
    const oid = hashObject('blob', Buffer.from('good'));
    mkdirSync(join(store, oid.slice(0, 2)), { recursive: true });
    const path = join(store, oid.slice(0, 2), oid.slice(2));
    for (const bytes of [
      deflateSync(Buffer.from('blob 4\0evil')),
      deflateSync(Buffer.from('blob 5\0good')),
      deflateSync(Buffer.from('good')),
      Buffer.from('no zlib'),
      deflateSync(Buffer.from('blob 4\0good')).subarray(0, 9),
    ]) {
      writeFileSync(path, bytes);
      await expect(objects.read([oid])).rejects.toThrow(BAD);
    }
    writeFileSync(path, deflateSync(Buffer.from('blob 4\0good')));
    expect((await objects.read([oid]))[0]?.body.toString()).toBe('good');
  });
});

test('trees that multiply without end are refused', async () => {
  const directory = bare();
  const blob = gitInput(directory, 'x', 'hash-object', '-w', '--stdin');
  let entry = `100644 blob ${blob}`;
  for (let level = 0; level < 8; level++) {
    const lines = [...Array(10).keys()].map((name) => `${entry}\t${name}\n`).join('');
    entry = `040000 tree ${gitInput(directory, lines, 'mktree')}`;
  }
  const repository = await opened(directory);
  const tree = asOid(entry.split(' ')[2]!);
  await expect(repository.readTree(tree)).rejects.toThrow(expect.objectContaining({ code: 'UNSAFE_PATH' }));
  await expect(repository.extract(tree, join(bare(), 'out'))).rejects.toThrow(
    expect.objectContaining({ code: 'UNSAFE_PATH' }),
  );
});
