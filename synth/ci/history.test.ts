import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Repository } from '../../lib/git/index.ts';
import { Machine } from '../../test/ci/machine.ts';
import { origin } from '../../test/ci/origin.ts';
import { completeHistory } from './history.ts';

const OPTIONS = {
  repository: 'ada/shop',
  fetch: 'ada:secret',
  push: 'ada:secret',
  refs: { 'refs/pull/7/merge': 'merge' },
} as const;

async function clone(ref: string) {
  const machine = new Machine();
  const { git, url } = await origin(machine, OPTIONS);
  const at = await machine.clone(`${url.replace('//', '//ada:secret@')}/ada/shop.git`, ref);
  using repository = await Repository.open(at);
  const local = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: at, encoding: 'utf8' }).trim();
  return { at, git, local, repository };
}

describe('in a clone of one commit', () => {
  it('everything before it is fetched, and the base', async () => {
    const { local, repository } = await clone('refs/pull/7/merge');
    expect(local('rev-list', '--count', 'HEAD')).toBe('1');
    const said = await completeHistory(repository, { remote: 'origin', branch: 'main' });
    expect(said).toEqual(['the clone was shallow: its history was fetched']);
    expect(local('rev-list', '--count', 'HEAD')).toBe('4');
    expect(local('merge-base', 'HEAD', 'refs/remotes/origin/main')).toBe(
      local('rev-parse', 'refs/remotes/origin/main'),
    );
    expect(await completeHistory(repository, { remote: 'origin' })).toEqual([]);
  });

  it('whose commit is on no ref any more, it is fetched by its name', async () => {
    const { git, local, repository } = await clone('refs/pull/7/merge');
    git('update-ref', '-d', 'refs/pull/7/merge');
    git('config', 'uploadpack.allowAnySHA1InWant', 'true');
    await completeHistory(repository, { remote: 'origin' });
    expect(local('rev-list', '--count', 'HEAD')).toBe('4');
  });

  it('whose commit is gone, people are told what to do', async () => {
    const { git, repository } = await clone('refs/pull/7/merge');
    git('update-ref', '-d', 'refs/pull/7/merge');
    git('reflog', 'expire', '--expire=now', '--all');
    git('gc', '--quiet', '--prune=now');
    await expect(completeHistory(repository, { remote: 'origin' })).rejects.toMatchObject({
      code: 'SHALLOW_CLONE',
    });
  });

  it('of a remote that is one itself, people are told, too', async () => {
    const { git, repository } = await clone('refs/pull/7/merge');
    const [head] = git('rev-list', '--max-count=1', 'refs/pull/7/merge').split('\n');
    writeFileSync(join(git('rev-parse', '--absolute-git-dir'), 'shallow'), `${head}\n`);
    await expect(completeHistory(repository, { remote: 'origin' })).rejects.toMatchObject({
      code: 'SHALLOW_CLONE',
    });
  });
});
