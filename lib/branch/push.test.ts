import { chmodSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { serveGit } from '../../test/git/http-server.ts';
import { greeting } from '../../test/git/rendered.ts';
import { ANN, bare, commitAll, git, gitInput, opened, scratch, workTree } from '../../test/git/scratch.ts';
import { GitError, type Oid, RefRaceError, type Repository } from '../git/index.ts';
import { type CommitOptions, commitRendered } from './commit.ts';
import { fetchOlder } from './older.ts';
import { withRetry } from './retry.ts';
import { rollback } from './rollback.ts';
import { readSeen } from './seen.ts';

const BRANCH = 'rendered/production';
const REF = `refs/heads/${BRANCH}`;
const code = (expected: string) => expect.objectContaining({ code: expected });
const noPause = { pause: async () => undefined };

/** A remote over HTTP, and clones of it with one source commit on `main`. */
async function shared(clones: number) {
  const remote = bare();
  git(remote, 'config', 'http.receivepack', 'true');
  let before: (path: string) => Promise<void> = async () => undefined;
  const url = await serveGit({ root: dirname(remote), before: ({ url: path }) => before(path ?? '') });
  const first = workTree();
  commitAll(first, 'one');
  git(first, 'push', '--quiet', remote, 'main');
  const repositories: Repository[] = [];
  for (let count = 0; count < clones; count++) {
    const directory = join(scratch(), 'clone');
    git(remote, 'clone', '--quiet', remote, directory);
    git(directory, 'config', 'remote.origin.url', `${url}/${basename(remote)}`);
    repositories.push(await opened(directory));
  }
  return {
    remote,
    repositories,
    /** Runs once, when the next push arrives. */
    whenPushed: (action: () => Promise<unknown>) => {
      before = async (path) => {
        if (!path.endsWith('/git-receive-pack')) return;
        before = async () => undefined;
        await action();
      };
    },
  };
}

const render = (repository: Repository, text: string, options: Partial<CommitOptions> = {}) =>
  commitRendered(repository, greeting(text), {
    sourceCommit: 'main',
    program: 'main.ts',
    remote: 'origin',
    ...options,
  });

/** Adds a source commit in one clone and brings it into the others. Past the server, which lives in this
 * process and could not answer while it waits. */
function sourceCommit(from: Repository, to: readonly Repository[], message: string): Oid {
  const oid = commitAll(from.root, message) as Oid;
  for (const repository of to) git(repository.root, 'pull', '--quiet', from.root, 'main');
  return oid;
}

describe('rendering and pushing', () => {
  test('makes the branch and the note on the remote, and moves the local branch along', async () => {
    const { remote, repositories } = await shared(1);
    const [ours] = repositories as [Repository];
    const result = await render(ours, 'hello');
    expect(result).toMatchObject({ created: true, pushed: true, noted: true });
    expect(git(remote, 'rev-parse', BRANCH)).toBe(result.commit);
    expect(await ours.readRef(REF)).toBe(result.commit);
    expect(await readSeen(await opened(remote), await ours.resolve('main'))).toMatchObject([
      { rendered: result.commit },
    ]);
  });

  test('the same source commit in two clones gives one commit', async () => {
    const { repositories } = await shared(2);
    const [ours, theirs] = repositories as [Repository, Repository];
    const first = await render(ours, 'hello');
    const second = await render(theirs, 'hello');
    expect(second).toMatchObject({ commit: first.commit, created: false, pushed: true });
    expect(await theirs.readRef(REF)).toBe(first.commit);
  });

  test('what was rendered here without a push goes along with the next one', async () => {
    const { remote, repositories } = await shared(1);
    const [ours] = repositories as [Repository];
    const first = await commitRendered(ours, greeting('one'), {
      sourceCommit: 'main',
      program: 'main.ts',
    });
    await expect(render(ours, 'one')).resolves.toMatchObject({
      created: false,
      commit: first.commit,
      pushed: true,
    });
    expect(git(remote, 'rev-parse', BRANCH)).toBe(first.commit);
  });

  test('starts from what the remote has, also when the local branch is behind', async () => {
    const { repositories } = await shared(2);
    const [ours, theirs] = repositories as [Repository, Repository];
    await render(ours, 'one');
    sourceCommit(theirs, [ours], 'two');
    const second = await render(theirs, 'two');
    sourceCommit(theirs, [ours], 'three');
    const third = await render(ours, 'three');
    expect((await ours.commit(third.commit)).parents).toEqual([second.commit]);
  });

  test('branches that went different ways are not guessed about', async () => {
    const { repositories } = await shared(2);
    const [ours, theirs] = repositories as [Repository, Repository];
    await render(ours, 'one');
    await commitRendered(theirs, greeting('other'), { sourceCommit: 'main', program: 'main.ts' });
    await expect(render(theirs, 'other')).rejects.toThrow(code('BRANCH_DIVERGED'));
  });
});

describe('a lost race', () => {
  test('leaves the local branch alone, fetches the winner and says so', async () => {
    const { remote, repositories, whenPushed } = await shared(2);
    const [ours, theirs] = repositories as [Repository, Repository];
    await render(ours, 'base');
    const before = await ours.readRef(REF);
    sourceCommit(theirs, [ours], 'two');
    let winner: Oid | undefined;
    whenPushed(async () => {
      winner = (await render(theirs, 'theirs')).commit;
    });
    const error = await render(ours, 'ours').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RefRaceError);
    expect(error).toMatchObject({ code: 'PUSH_RACE', actual: winner, family: 'conflict' });
    expect(git(remote, 'rev-parse', BRANCH)).toBe(winner);
    expect(await ours.readRef(REF)).toBe(before);
    expect(await ours.has(winner!)).toBe(true);
  });

  test('is won by rendering again: both commits stand, one after the other', async () => {
    const { remote, repositories, whenPushed } = await shared(2);
    const [ours, theirs] = repositories as [Repository, Repository];
    await render(ours, 'base');
    const two = sourceCommit(theirs, [ours], 'two');
    sourceCommit(theirs, [ours], 'three');
    whenPushed(() => render(theirs, 'two', { sourceCommit: two }));
    let tries = 0;
    const result = await withRetry(() => {
      tries++;
      return render(ours, 'three');
    }, noPause);
    expect([tries, result.created]).toEqual([2, true]);
    expect(git(remote, 'log', '--format=%s', BRANCH).split('\n')).toEqual(['three', 'two', 'one']);
    expect(git(remote, 'fsck', '--strict', '--no-dangling')).toBe('');
  });

  test('against a newer source commit ends with the newer one', async () => {
    const { remote, repositories, whenPushed } = await shared(2);
    const [ours, theirs] = repositories as [Repository, Repository];
    await render(ours, 'base');
    const two = sourceCommit(theirs, [ours], 'two');
    sourceCommit(theirs, [ours], 'three');
    whenPushed(() => render(theirs, 'three'));
    await expect(withRetry(() => render(ours, 'two', { sourceCommit: two }), noPause)).rejects.toThrow(
      code('OLDER_SOURCE'),
    );
    expect(git(remote, 'log', '-1', '--format=%s', BRANCH)).toBe('three');
  });

  test('of a rollback is reported like any other', async () => {
    const { repositories, whenPushed } = await shared(2);
    const [ours, theirs] = repositories as [Repository, Repository];
    const first = await render(ours, 'one');
    sourceCommit(theirs, [ours], 'two');
    await render(ours, 'two');
    sourceCommit(theirs, [ours], 'three');
    whenPushed(() => render(theirs, 'three'));
    await expect(rollback(ours, 'production', first.commit, { by: ANN, remote: 'origin' })).rejects.toThrow(
      code('PUSH_RACE'),
    );
  });

  test('between notes loses none of them', async () => {
    const { remote, repositories } = await shared(3);
    const environments = ['a', 'b', 'c'];
    await Promise.all(
      repositories.map((repository, index) => {
        const name = environments[index]!;
        const of = { ...greeting('hello'), name, branch: `rendered/${name}` };
        return commitRendered(repository, of, { sourceCommit: 'main', program: 'main.ts', remote: 'origin' });
      }),
    );
    const there = await opened(remote);
    const seen = await readSeen(there, await there.resolve('main'));
    expect(seen.map(({ environment }) => environment)).toEqual(environments);
  });
});

describe('two writers of one clone', () => {
  /** The clone opened once more, as another part of the process would. */
  async function twice() {
    const { repositories } = await shared(1);
    const [ours] = repositories as [Repository];
    const two = sourceCommit(ours, [], 'two');
    const tree = join(scratch(), 'linked');
    git(ours.root, 'worktree', 'add', '--quiet', '--detach', tree);
    const linked = await opened(tree);
    const local = (repository: Repository, text: string, sourceCommitOf: string) =>
      commitRendered(repository, greeting(text), { sourceCommit: sourceCommitOf, program: 'main.ts' });
    return { ours, linked, two, local };
  }

  test('take turns: neither loses a race', async () => {
    const { ours, linked, two, local } = await twice();
    const [first, second, back] = await Promise.all([
      local(ours, 'one', 'main~1'),
      local(linked, 'two', two),
      rollback(ours, 'production', `${BRANCH}~1`, { by: ANN }),
    ]);
    expect((await ours.commit(second.commit)).parents).toEqual([first.commit]);
    expect([back.reverts, back.to]).toEqual([second.commit, first.commit]);
    expect(await ours.readRef(REF)).toBe(back.commit);
  });

  test('of whom one fails do not hold up the other', async () => {
    const { ours, linked, two, local } = await twice();
    const newer = local(ours, 'two', two);
    const older = local(linked, 'one', 'main~1');
    const again = local(ours, 'two', two);
    await expect(older).rejects.toThrow(code('OLDER_SOURCE'));
    expect((await again).commit).toBe((await newer).commit);
  });
});

describe('a clone of one commit, as CI systems make them,', () => {
  async function shallowClone() {
    const { remote, repositories } = await shared(1);
    const [ours] = repositories as [Repository];
    const publishSource = (message: string) => {
      const oid = sourceCommit(ours, [], message);
      git(ours.root, 'push', '--quiet', remote, 'main');
      return oid;
    };
    const clone = async () => {
      const directory = join(scratch(), 'shallow');
      git(remote, 'clone', '--quiet', '--depth=1', '--branch=main', `file://${remote}`, directory);
      git(directory, 'config', 'remote.origin.url', git(ours.root, 'config', 'remote.origin.url'));
      return opened(directory);
    };
    return { remote, ours, publishSource, clone };
  }

  test('fetches as much of the history as it takes to tell that its commit is newer', async () => {
    const { remote, ours, clone } = await shallowClone();
    await render(ours, 'one');
    const changes = Array.from({ length: 70 }, (_, count) => [
      `commit refs/heads/main\ncommitter Ann <ann@example.org> 1700000001 +0000\n`,
      `data <<.\nchange ${count}\n.\n${count === 0 ? `from ${git(ours.root, 'rev-parse', 'main')}\n` : ''}\n`,
    ]);
    gitInput(remote, changes.flat().join(''), 'fast-import', '--quiet');
    const shallow = await clone();
    expect((await shallow.log('main')).length).toBe(1);
    await expect(render(shallow, 'two')).resolves.toMatchObject({ created: true, pushed: true });
    expect(git(remote, 'log', '-1', '--format=%s', BRANCH)).toBe('change 69');
  });

  test('does not take an older commit for one of another history', async () => {
    const { ours, publishSource, clone } = await shallowClone();
    await render(ours, 'one');
    publishSource('two');
    const shallow = await clone();
    publishSource('three');
    await render(ours, 'three');
    await expect(render(shallow, 'two')).rejects.toThrow(code('OLDER_SOURCE'));
  });

  test('fetches the older releases that a rollback asks for', async () => {
    const { ours, publishSource, clone } = await shallowClone();
    const first = await render(ours, 'one');
    for (const text of ['two', 'three']) {
      publishSource(text);
      await render(ours, text);
    }
    const shallow = await clone();
    await shallow.fetch('origin', [`+${REF}:${REF}`], { depth: 1 });
    const to = `${BRANCH}~2`;
    await expect(shallow.commit(to)).rejects.toThrow(code('UNKNOWN_REVISION'));
    await fetchOlder(shallow, 'production', to, 'origin');
    const back = await rollback(shallow, 'production', to, { by: ANN, remote: 'origin' });
    expect(back.to).toBe(first.commit);
  });

  test('still tells histories apart that do not follow each other', async () => {
    const { remote, ours, publishSource, clone } = await shallowClone();
    publishSource('lost');
    await render(ours, 'lost');
    git(ours.root, 'reset', '--quiet', '--hard', 'HEAD~1');
    commitAll(ours.root, 'another');
    git(ours.root, 'push', '--quiet', '--force', remote, 'main');
    await expect(render(await clone(), 'another')).rejects.toThrow(code('SOURCE_DIVERGED'));
  });
});

describe('withRetry', () => {
  const race = () => new RefRaceError('PUSH_RACE', { ref: REF, expected: undefined, actual: undefined });

  test('gives up after so many tries, with the last error', async () => {
    let tries = 0;
    const attempt = async () => {
      tries++;
      throw race();
    };
    await expect(withRetry(attempt, { ...noPause, attempts: 3 })).rejects.toThrow(code('PUSH_RACE'));
    expect(tries).toBe(3);
  });

  test('does not try again what was no race', async () => {
    let tries = 0;
    const attempt = async () => {
      tries++;
      throw new GitError('PUSH_REJECTED', 'no');
    };
    await expect(withRetry(attempt, noPause)).rejects.toThrow(code('PUSH_REJECTED'));
    expect(tries).toBe(1);
  });
});

test('a release stands when the remote takes the branch and not the note', async () => {
  const { remote, repositories } = await shared(1);
  const [ours] = repositories as [Repository];
  const hook = join(remote, 'hooks/update');
  writeFileSync(hook, '#!/bin/sh\ncase "$1" in refs/notes/*) exit 1;; esac\n');
  chmodSync(hook, 0o755);
  await expect(render(ours, 'hello')).resolves.toMatchObject({ created: true, pushed: true, noted: false });
  expect(await readSeen(ours, await ours.resolve('main'))).toHaveLength(1);
});
