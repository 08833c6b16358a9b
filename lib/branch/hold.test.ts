import { beforeEach, expect, test } from 'vitest';
import { greeting } from '../../test/git/rendered.ts';
import { ANN, commitAll, git, opened, workTree } from '../../test/git/scratch.ts';
import type { Repository } from '../git/index.ts';
import { commitRendered, proposeRendered } from './commit.ts';
import { hold, holdAllows, releaseHold } from './hold.ts';
import { readRendered } from './release.ts';
import { rollback } from './rollback.ts';

const code = (expected: string) => expect.objectContaining({ code: expected });

let directory: string;
let repository: Repository;
beforeEach(async () => {
  directory = workTree();
  commitAll(directory, 'one');
  repository = await opened(directory);
});

const options = { sourceCommit: 'HEAD', program: 'main.ts' };
const render = (text: string) => commitRendered(repository, greeting(text), options);
const tip = () => readRendered(repository, 'production');

test('a hold keeps everything that is newer off, once, and is released', async () => {
  await render('one');
  const held = await hold(repository, 'production', { by: ANN, reason: 'audit' });
  expect(held).toMatchObject({ created: true, hold: { reason: 'audit' } });
  expect(held.hold).not.toHaveProperty('reverts');
  expect(await hold(repository, 'production', { by: ANN })).toMatchObject({
    created: false,
    commit: held.commit,
  });
  commitAll(directory, 'two');
  expect(await render('two')).toMatchObject({ held: true, commit: held.commit });
  expect(await releaseHold(repository, 'production', { by: ANN })).toMatchObject({ released: true });
  expect(await render('two')).toMatchObject({ held: false, created: true });
});

test('a pin lets through what comes before it, itself, and nothing after it, and stays', async () => {
  await render('one');
  const two = commitAll(directory, 'two');
  const three = commitAll(directory, 'three');
  const at = (sourceCommit: string, text: string) =>
    commitRendered(repository, greeting(text), { ...options, sourceCommit });
  expect(await hold(repository, 'production', { by: ANN, pin: 'HEAD~1' })).toMatchObject({
    hold: { pin: two },
  });
  expect(await at('HEAD', 'three')).toMatchObject({ held: true });
  expect(await at('HEAD~1', 'two')).toMatchObject({ held: false, created: true });
  expect((await tip()).hold).toMatchObject({ pin: two });
  await expect(hold(repository, 'production', { by: ANN, pin: 'HEAD~2' })).rejects.toThrow(code('PIN_OLDER'));
  await hold(repository, 'production', { by: ANN, pin: 'HEAD' });
  expect(await at('HEAD', 'three')).toMatchObject({ created: true });
  expect((await tip()).hold).toMatchObject({ pin: three });
});

test('a pin on what was rolled back still says what was taken back', async () => {
  await render('one');
  commitAll(directory, 'two');
  const { commit: bad } = await render('two');
  await rollback(repository, 'production', `${bad}~1`, { by: ANN });
  await hold(repository, 'production', { by: ANN, pin: 'HEAD' });
  expect((await tip()).hold).toMatchObject({ reverts: bad, pin: git(directory, 'rev-parse', 'HEAD') });
});

test('without a pin a hold allows nothing, and a pin that is not there neither', async () => {
  const head = await repository.resolve('HEAD');
  expect(await holdAllows(repository, {}, head)).toBe(false);
  expect(await holdAllows(repository, { pin: head }, head)).toBe(true);
  const elsewhere = `${'0'.repeat(39)}1` as typeof head;
  expect(await holdAllows(repository, { pin: elsewhere }, head)).toBe(false);
});

test('what is proposed moves nothing, and is the very commit that the branch then gets', async () => {
  await render('one');
  const before = git(directory, 'rev-parse', 'rendered/production');
  commitAll(directory, 'two');
  const upstream = await repository.resolve('HEAD~1');
  const promoted = { ...options, promotedFrom: [{ environment: 'staging', rendered: upstream }] };
  const proposed = await proposeRendered(repository, greeting('two'), promoted);
  expect(proposed).toMatchObject({ state: 'new', tip: before });
  expect(git(directory, 'rev-parse', 'rendered/production')).toBe(before);
  const moved = await commitRendered(repository, greeting('two'), { ...promoted, only: proposed.commit });
  expect(moved.commit).toBe(proposed.commit);
  expect((await tip()).trailers).toContainEqual(['Truekeel-Promoted-From', `staging ${upstream}`]);

  commitAll(directory, 'three');
  const stale = await proposeRendered(repository, greeting('three'), options);
  commitAll(directory, 'four');
  await render('four');
  const late = commitRendered(repository, greeting('five'), { ...options, only: stale.commit });
  await expect(late).rejects.toThrow(code('PROPOSAL_STALE'));
});
