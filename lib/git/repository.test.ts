import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import * as repositories from '../../test/git/scratch.ts';
import { ANN, commitAll, git, opened, scratch } from '../../test/git/scratch.ts';
import { asOid, hashObject, ID_BYTES, type ObjectFormat, type Oid } from './oid.ts';
import { Repository } from './repository.ts';

const code = (expected: string) => expect.objectContaining({ code: expected });

describe.each<ObjectFormat>(['sha1', 'sha256'])('with ids of %s:', (format) => {
  const bare = () => repositories.bare('bare.git', format);
  const workTree = () => repositories.workTree(format);
  const nowhere = asOid('1'.repeat(ID_BYTES[format] * 2));

  describe('opening', () => {
    test('finds the root from any directory below, through links and in linked work trees', async () => {
      const directory = workTree();
      commitAll(directory, 'one');
      mkdirSync(join(directory, 'a/b'), { recursive: true });
      const link = join(scratch(), 'link');
      symlinkSync(directory, link);
      const linked = join(scratch(), 'linked');
      git(directory, 'worktree', 'add', '--quiet', linked, '-b', 'other');
      expect((await opened(join(directory, 'a/b'))).root).toBe(directory);
      expect((await opened(link)).root).toBe(directory);
      expect((await opened(linked)).root).toBe(linked);
      writeFileSync(join(linked, 'new'), 'x');
      expect(await (await opened(linked)).status()).toEqual([{ path: 'new', state: 'untracked' }]);
      expect(await (await opened(linked)).checkedOutIn('refs/heads/main')).toBe(directory);
      expect(await (await opened(linked)).checkedOutIn('refs/heads/gone')).toBeUndefined();
      expect((await opened(join(directory, '.git'))).root).toBe(directory);
    });

    test('takes a bare repository, which has no work tree', async () => {
      const directory = bare();
      const repository = await opened(directory);
      expect([repository.root, repository.workTree, await repository.status()]).toEqual([
        directory,
        undefined,
        [],
      ]);
    });

    test('says so when there is no repository, or no directory', async () => {
      const empty = scratch();
      await expect(Repository.discover(empty)).rejects.toThrow(code('NOT_A_REPOSITORY'));
      await expect(Repository.discover(join(empty, 'gone'))).rejects.toThrow(code('NOT_A_REPOSITORY'));
    });

    test('by name does not take the repository further up', async () => {
      const directory = workTree();
      mkdirSync(join(directory, 'below'));
      await expect(Repository.open(join(directory, 'below'))).rejects.toThrow(code('NOT_A_REPOSITORY'));
      expect((await Repository.open(directory)).root).toBe(directory);
    });

    test('is not led astray by what Git sets for a hook', async () => {
      const [directory, other] = [workTree(), workTree()];
      const head = commitAll(directory, 'one');
      commitAll(other, 'two');
      vi.stubEnv('GIT_DIR', join(other, '.git'));
      vi.stubEnv('GIT_WORK_TREE', other);
      vi.stubEnv('GIT_INDEX_FILE', join(other, '.git/index'));
      onTestFinished(() => void vi.unstubAllEnvs());
      const repository = await opened(directory);
      expect([repository.root, (await repository.head()).oid]).toEqual([directory, head]);
      expect(await repository.status()).toEqual([]);
    });
  });

  describe('reading', () => {
    test('the head commit with author, dates, message and trailers', async () => {
      const directory = workTree();
      const oid = commitAll(directory, 'web: three\n\nbody\n\nSigned-off-by: Ann <ann@example.org>');
      expect(await (await opened(directory)).head()).toMatchObject({
        oid,
        author: ANN,
        committer: ANN,
        subject: 'web: three',
        trailers: [['Signed-off-by', 'Ann <ann@example.org>']],
        parents: [],
      });
    });

    test('revisions, and none that looks like an option or a range', async () => {
      const directory = workTree();
      const first = commitAll(directory, 'one');
      const second = commitAll(directory, 'two');
      git(directory, 'tag', '-a', 'v1', '-m', 'v1', first);
      const repository = await opened(directory);
      expect(await repository.resolve('HEAD~1')).toBe(first);
      expect(await repository.resolve('v1')).toBe(first);
      expect(await repository.resolve(second.slice(0, 10))).toBe(second);
      for (const bad of [
        '',
        'gone',
        '--upload-pack=x',
        '--all',
        'HEAD..v1',
        'HEAD:',
        'a\nb',
        'HEAD^{tree}',
        '-',
      ]) {
        await expect(repository.resolve(bad), bad).rejects.toThrow(code('UNKNOWN_REVISION'));
      }
    });

    test('refs are what Git says they are, whether they are files, packed, other refs, or gone', async () => {
      const directory = workTree();
      const [one, two] = [commitAll(directory, 'one'), commitAll(directory, 'two')] as [Oid, Oid];
      git(directory, 'branch', 'packed', one);
      git(directory, 'branch', 'gone', one);
      git(directory, 'tag', '-a', 'v1', '-m', 'v1', one);
      git(directory, 'pack-refs', '--all');
      git(directory, 'branch', '-D', 'gone');
      git(directory, 'branch', '--force', 'moved', two);
      git(directory, 'symbolic-ref', 'refs/heads/other', 'refs/heads/moved');
      git(directory, 'update-ref', 'refs/tags/tree', git(directory, 'rev-parse', 'HEAD^{tree}'));
      const linked = join(scratch(), 'linked');
      git(directory, 'worktree', 'add', '--quiet', '--detach', linked);
      git(linked, 'update-ref', 'refs/worktree/own', one);
      const tag = git(directory, 'rev-parse', 'refs/tags/v1');
      for (const place of [directory, linked]) {
        const repository = await opened(place);
        const read = (name: string) => repository.readRef(name);
        expect(await read('refs/heads/packed')).toBe(one);
        expect(await read('refs/heads/gone')).toBeUndefined();
        expect(await read('refs/heads/moved')).toBe(two);
        expect(await read('refs/heads/other')).toBe(two);
        expect(await read('refs/tags/v1')).toBe(tag);
        expect(await repository.resolve('refs/tags/v1')).toBe(one);
        expect(await repository.resolve('refs/heads/other')).toBe(two);
        expect(await repository.resolve(two)).toBe(two);
        await expect(repository.resolve('refs/tags/tree')).rejects.toThrow(code('UNKNOWN_REVISION'));
        await expect(repository.resolve(nowhere)).rejects.toThrow(code('UNKNOWN_REVISION'));
        expect(await read('refs/worktree/own')).toBe(place === linked ? one : undefined);
      }
    });

    test('an empty repository has no head', async () => {
      await expect((await opened(workTree())).head()).rejects.toThrow(code('UNKNOWN_REVISION'));
    });

    test('history newest first, and who comes before whom', async () => {
      const directory = workTree();
      const oids = ['one', 'two', 'three'].map((subject) => commitAll(directory, subject)) as Oid[];
      const repository = await opened(directory);
      expect((await repository.log('main', { limit: 2 })).map(({ subject }) => subject)).toEqual([
        'three',
        'two',
      ]);
      expect((await repository.log('main', { skip: 2 })).map(({ subject }) => subject)).toEqual(['one']);
      expect(await repository.isAncestor(oids[0]!, oids[2]!)).toBe(true);
      expect(await repository.isAncestor(oids[2]!, oids[0]!)).toBe(false);
      await expect(repository.isAncestor(nowhere, oids[0]!)).rejects.toThrow(code('OBJECT_MISSING'));
    });

    test('the state of the work tree, whatever the names', async () => {
      const directory = workTree();
      for (const name of ['changed', 'deleted', 'renamed from', 'kept'])
        writeFileSync(join(directory, name), name.repeat(9));
      commitAll(directory, 'one');
      expect(await (await opened(directory)).status()).toEqual([]);
      writeFileSync(join(directory, 'changed'), 'x');
      rmSync(join(directory, 'deleted'));
      git(directory, 'mv', 'renamed from', 'renamed to\nhere');
      writeFileSync(join(directory, 'added'), 'x');
      git(directory, 'add', 'added');
      writeFileSync(join(directory, 'ü "new"'), 'x');
      const status = await (await opened(directory)).status();
      expect(new Set(status.map(({ path, state }) => `${state}: ${path}`))).toEqual(
        new Set([
          'changed: changed',
          'deleted: deleted',
          'renamed: renamed to\nhere',
          'added: added',
          'untracked: ü "new"',
        ]),
      );
    });

    test('many objects at once, in the order asked for, from several callers', async () => {
      const repository = await opened(bare());
      const content = [...Array(500).keys()].map((i) => Buffer.alloc(i * 300, `${i}`));
      await repository.writeCommit({
        files: new Map(content.map((body, i) => [`f${i}`, body])),
        parents: [],
        author: ANN,
        committer: ANN,
        message: 'm',
      });
      const oids = content.map((body) => hashObject('blob', body, format));
      const [all, reversed] = await Promise.all([
        repository.readBlobs(oids),
        repository.readBlobs(oids.toReversed()),
      ]);
      expect(all.every((body, i) => body.equals(content[i]!))).toBe(true);
      expect(reversed.every((body, i) => body.equals(content[499 - i]!))).toBe(true);
      await expect(repository.readBlobs([oids[0]!, nowhere])).rejects.toThrow(code('OBJECT_MISSING'));
    });

    test('a few files of a tree by their paths, whatever they are called', async () => {
      const repository = await opened(bare());
      const names = ['a', 'deep/er/b', 'with a blob 12', 'ü "x" missing', '-c'];
      const { commit, tree } = await repository.writeCommit({
        files: new Map(names.map((name) => [name, Buffer.from(name)])),
        parents: [],
        author: ANN,
        committer: ANN,
        message: 'm',
      });
      const wanted = [...names.toReversed(), 'deep', 'nowhere', 'no where'];
      for (const root of [commit, tree]) {
        const bodies = await repository.readFiles(root, wanted);
        expect(bodies.map((body) => body?.toString())).toEqual([
          ...names.toReversed(),
          undefined,
          undefined,
          undefined,
        ]);
      }
      expect(await repository.readFiles(commit, ['a\nb'])).toEqual([undefined]);
    });

    test('goes on after the repository was closed', async () => {
      const directory = workTree();
      commitAll(directory, 'one');
      const repository = await opened(directory);
      for (let round = 0; round < 2; round++) {
        expect((await repository.head()).subject).toBe('one');
        repository.close();
      }
    });

    test('an open repository does not keep a process from ending', async () => {
      const directory = workTree();
      commitAll(directory, 'one');
      const door = new URL('./index.ts', import.meta.url).href;
      const program = `const { Repository } = await import(${JSON.stringify(door)}); console.log((await (await Repository.discover(${JSON.stringify(directory)})).head()).subject)`;
      expect(
        execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }),
      ).toBe('one\n');
    });

    test('objects that refs/replace stands in for are read as they are', async () => {
      const directory = workTree();
      const first = commitAll(directory, 'one');
      const second = commitAll(directory, 'two');
      git(directory, 'replace', second, first);
      expect((await (await opened(directory)).head()).subject).toBe('two');
    });
  });

  describe('moving a ref', () => {
    test('is a compare-and-swap', async () => {
      const directory = workTree();
      const [one, two] = [commitAll(directory, 'one'), commitAll(directory, 'two')] as [Oid, Oid];
      const repository = await opened(directory);
      const ref = 'refs/heads/rendered/x';
      await repository.updateRef({ ref, to: one, expected: undefined });
      await expect(repository.updateRef({ ref, to: two, expected: undefined })).rejects.toThrow(
        expect.objectContaining({ code: 'REF_CHANGED', actual: one }),
      );
      await expect(repository.updateRef({ ref, to: two, expected: two })).rejects.toThrow(
        code('REF_CHANGED'),
      );
      await repository.updateRef({ ref, to: two, expected: one });
      expect(await repository.listRefs('refs/heads/rendered/')).toEqual(new Map([[ref, two]]));
      await repository.updateRef({ ref, to: undefined, expected: two });
      expect(await repository.readRef(ref)).toBeUndefined();
    });

    test('to an object that is not there fails, and not as a race', async () => {
      const repository = await opened(bare());
      await expect(
        repository.updateRef({ ref: 'refs/heads/x', to: nowhere, expected: undefined }),
      ).rejects.toThrow(code('GIT_FAILED'));
    });

    test('of two writers one wins', async () => {
      const directory = workTree();
      const oids = ['one', 'two', 'three', 'four'].map((subject) => commitAll(directory, subject)) as Oid[];
      const repository = await opened(directory);
      const tries = oids.map((to) => repository.updateRef({ ref: 'refs/heads/x', to, expected: undefined }));
      const won = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled');
      expect(won).toHaveLength(1);
    });
  });

  describe('notes', () => {
    test('are read by git, and git notes are read here, whatever the fan-out', async () => {
      const directory = workTree();
      const commits = ['one', 'two'].map((subject) => commitAll(directory, subject)) as Oid[];
      const repository = await opened(directory);
      const note = { ref: 'refs/notes/truekeel', author: ANN };
      git(directory, 'notes', '--ref=truekeel', 'add', '-m', 'by git', commits[0]!);
      expect(await repository.readNote(note.ref, commits[0]!)).toBe('by git\n');
      expect(await repository.appendNote({ ...note, commit: commits[0]!, line: 'by us' })).toBe(true);
      expect(await repository.appendNote({ ...note, commit: commits[0]!, line: 'by us' })).toBe(false);
      expect(await repository.appendNote({ ...note, commit: commits[1]!, line: 'first' })).toBe(true);
      expect(git(directory, 'notes', '--ref=truekeel', 'show', commits[0]!)).toBe('by git\nby us');
      expect(git(directory, 'notes', '--ref=truekeel', 'show', commits[1]!)).toBe('first');
      expect(await repository.readNote(note.ref, nowhere)).toBeUndefined();
      expect(git(directory, 'fsck', '--strict')).toBe('');
    });

    test('that several writers add at once are all kept', async () => {
      const directory = workTree();
      const commit = commitAll(directory, 'one') as Oid;
      const repositories = await Promise.all([1, 2, 3].map(() => opened(directory)));
      await Promise.all(
        repositories.flatMap((repository, who) =>
          [1, 2].map((line) =>
            repository.appendNote({
              ref: 'refs/notes/truekeel',
              author: ANN,
              commit,
              line: `${who}-${line}`,
            }),
          ),
        ),
      );
      const note = await repositories[0]!.readNote('refs/notes/truekeel', commit);
      expect(note?.trim().split('\n').sort()).toEqual(['0-1', '0-2', '1-1', '1-2', '2-1', '2-2']);
    });
  });
});
