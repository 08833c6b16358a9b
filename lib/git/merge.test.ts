import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commitAll, git, opened, workTree } from '../../test/git/scratch.ts';

/** Two branches of one commit, each with a change of its own. */
async function diverged(ours: Readonly<Record<string, string>>, theirs: Readonly<Record<string, string>>) {
  const directory = workTree();
  const commit = (files: Readonly<Record<string, string>>, subject: string) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    commitAll(directory, subject);
  };
  commit({ shared: 'one\n' }, 'base');
  git(directory, 'checkout', '--quiet', '-b', 'theirs');
  commit(theirs, 'theirs');
  git(directory, 'checkout', '--quiet', 'main');
  commit(ours, 'ours');
  const repository = await opened(directory);
  const [main, branch] = [await repository.resolve('main'), await repository.resolve('theirs')];
  return { directory, repository, main, branch };
}

describe('merging without a work tree', () => {
  it('gives what git merge gives, the same each time, and moves nothing', async () => {
    const { directory, repository, main, branch } = await diverged({ a: 'a\n' }, { b: 'b\n' });
    const refs = git(directory, 'for-each-ref');
    const merged = await repository.merge(main, branch);
    expect(await repository.merge(main, branch)).toBe(merged);
    expect(git(directory, 'for-each-ref')).toBe(refs);
    expect(git(directory, 'status', '--porcelain')).toBe('');
    const commit = await repository.commit(merged);
    expect(commit.parents).toEqual([main, branch]);
    git(directory, 'merge', '--quiet', '--no-ff', '--message', 'Merge', 'theirs');
    expect(commit.tree).toBe((await repository.head()).tree);
  });

  it('is not needed where the change holds the base', async () => {
    const { directory, repository, main, branch } = await diverged({ a: 'a\n' }, { b: 'b\n' });
    git(directory, 'checkout', '--quiet', 'theirs');
    git(directory, 'merge', '--quiet', '--message', 'Up to date', 'main');
    const head = await repository.resolve('HEAD');
    expect(await repository.merge(main, head)).toBe(head);
    expect(await repository.merge(branch, branch)).toBe(branch);
  });

  it('names the files that conflict', async () => {
    const { repository, main, branch } = await diverged({ shared: 'two\n' }, { shared: 'three\n' });
    await expect(repository.merge(main, branch)).rejects.toMatchObject({
      code: 'MERGE_CONFLICT',
      family: 'conflict',
      message: expect.stringContaining('shared'),
    });
  });

  it('says so when one of them is not here', async () => {
    const { repository, main, branch } = await diverged({ a: 'a\n' }, { b: 'b\n' });
    const missing = branch.replaceAll(/./g, '1') as typeof branch;
    await expect(repository.merge(main, missing)).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
  });
});
