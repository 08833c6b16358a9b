import { chmodSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { serveGit } from '../../test/git/http-server.ts';
import { greeting } from '../../test/git/rendered.ts';
import { ANN, bare, commitAll, git, opened, scratch, workTree } from '../../test/git/scratch.ts';
import { GitError, type Oid, RefRaceError, type Repository } from '../git/index.ts';
import { type CommitOptions, commitRendered } from './commit.ts';
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

test('two renders of one clone at once end in one history, with the newer source on top', async () => {
  const { repositories } = await shared(1);
  const [ours] = repositories as [Repository];
  const two = sourceCommit(ours, [], 'two');
  const local = (text: string, sourceCommitOf: string) =>
    withRetry(
      () => commitRendered(ours, greeting(text), { sourceCommit: sourceCommitOf, program: 'main.ts' }),
      noPause,
    );
  const results = await Promise.allSettled([local('one', 'main~1'), local('two', two)]);
  const tip = await ours.commit(BRANCH);
  expect(tip.subject).toBe('two');
  const [older] = results;
  if (older.status === 'rejected') expect(older.reason).toMatchObject({ code: 'OLDER_SOURCE' });
  else expect(tip.parents).toEqual([older.value.commit]);
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
