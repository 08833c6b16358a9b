import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { asOid, type Repository } from '../../lib/git/index.ts';
import { commitAll, git, opened, workTree } from '../../test/git/scratch.ts';
import { withCommits } from './image-commits.ts';

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const ELSEWHERE = 'e'.repeat(40);

let directory: string;
let repository: Repository;
beforeEach(async () => {
  directory = workTree();
  commitAll(directory, 'first');
  repository = await opened(directory);
});

const commit = (subject: string) => {
  git(directory, 'commit', '--quiet', '--allow-empty', '--message', subject);
  return git(directory, 'rev-parse', 'HEAD');
};
/** Commits a lock file, in which the image has a digest and a source. */
const lock = (path: string, sha: string, source: unknown) => {
  const entry = { image: 'example/api:1', digest: sha, source };
  const content = JSON.stringify({ schema: 'truekeel.dev/images/v1', images: { api: entry } });
  writeFileSync(join(directory, path), content);
  return asOid(commitAll(directory, `lock ${sha.slice(7, 9)}`));
};
const find = async (before: string, after: string, ends?: { before: string; after: string }) => {
  const [image] = await withCommits(repository, [{ before, after, objects: ['Deployment.apps shop/web'] }], {
    before: asOid(ends?.before ?? git(directory, 'rev-parse', 'HEAD')),
    after: asOid(ends?.after ?? git(directory, 'rev-parse', 'HEAD')),
    program: 'main.ts',
  });
  return image!.commits;
};

describe('the commits of an image that changes', () => {
  it('lie between those that the lock file names by the digests', async () => {
    const [one, two, three] = [commit('one'), commit('two'), commit('three')];
    const before = lock('images.lock.json', digest('1'), { commit: one });
    const after = lock('images.lock.json', digest('2'), { commit: three });
    const found = await find(`example/api:1@${digest('1')}`, `example/api:1@${digest('2')}`, {
      before,
      after,
    });
    expect(found).toMatchObject({ from: one, to: three, more: false });
    expect(found?.commits.map(({ commit: oid, subject }) => [oid, subject])).toEqual([
      [three, 'three'],
      [two, 'two'],
    ]);
  });

  it('lie between those that tags abbreviate', async () => {
    const [one, two] = [commit('one'), commit('two')];
    for (const tagged of [
      (oid: string) => oid.slice(0, 12),
      (oid: string) => `sha-${oid}`,
      (oid: string) => `v1.2-3-g${oid.slice(0, 10)}`,
    ]) {
      // An abbreviation of digits alone is taken for a date.
      if (/^\d+$/.test(one.slice(0, 10)) || /^\d+$/.test(two.slice(0, 10))) continue;
      const found = await find(`example/api:${tagged(one)}`, `example/api:${tagged(two)}`);
      expect(found?.commits.map(({ subject }) => subject)).toEqual(['two']);
    }
  });

  it('are not known of another repository, which is named', async () => {
    const source = (commit: string) => ({ repository: 'https://git.example.com/api', commit });
    const before = lock('images.lock.json', digest('1'), source(ELSEWHERE));
    const after = lock('images.lock.json', digest('2'), source('f'.repeat(40)));
    const found = await find(`example/api:1@${digest('1')}`, `example/api:1@${digest('2')}`, {
      before,
      after,
    });
    expect(found).toEqual({
      from: ELSEWHERE,
      to: 'f'.repeat(40),
      repository: 'https://git.example.com/api',
      commits: [],
      more: false,
    });
  });

  it('are not guessed', async () => {
    const one = commit('one');
    const broken = asOid(one);
    writeFileSync(join(directory, 'images.lock.json'), '{ "images": 7');
    const after = asOid(commitAll(directory, 'break the lock'));
    for (const [old, now] of [
      ['example/api:1.4', 'example/api:1.5'],
      ['example/api:20260101', 'example/api:20260102'],
      [`example/api:${ELSEWHERE}`, `example/api:${one}`],
      ['example/api', `example/api@${digest('1')}`],
      [`example/api:${one}`, `example/api:sha-${one}`],
      ['', ':'],
      ['example/api:--all-1f0c2ab', 'example/api:HEAD'],
    ] as const)
      expect(await find(old, now, { before: broken, after }), `${old} ${now}`).toBeUndefined();
  });

  it('are not more than people read', async () => {
    const first = commit('one');
    let last = first;
    for (let count = 0; count < 25; count++) last = commit(`commit ${count}`);
    const found = await find(`a:x-${first}`, `a:x-${last}`);
    expect(found?.commits).toHaveLength(20);
    expect(found?.commits[0]?.subject).toBe('commit 24');
    expect(found?.more).toBe(true);
  });
});
