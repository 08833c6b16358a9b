/** `/rollback` in a comment, as far as it is Git: what a second run makes of what the first one left. */
import { expect, it, onTestFinished } from 'vitest';
import { readRendered } from '../../lib/branch/index.ts';
import { letGo, rollBack, type TakingBack } from '../../synth/agent/pull-requests/taking-back.ts';
import { Clone } from '../../synth/agent/pull-requests/work.ts';
import { bare, scratch } from '../git/scratch.ts';
import { project } from './clusters.ts';
import { configMap, staging } from './programs.ts';

it('a rollback that somebody asked for is done once, however often it is begun', async () => {
  const made = project();
  const url = bare('shop.git');
  made.git('remote', 'add', 'origin', url);
  for (const a of ['1', '2', '3']) {
    made.commit(`Say ${a}`, { 'main.ts': staging('shop', { web: { settings: configMap({ a }) } }) });
    const { exit, stderr } = await made.truekeel([
      ...['render', '--environment', 'staging', '--push', '--no-typecheck'],
    ]);
    expect(exit, stderr).toBe(0);
  }
  const clone = new Clone({ url, state: scratch() });
  onTestFinished(() => clone.close());
  const at: TakingBack = {
    clone,
    url,
    environment: 'staging',
    branch: () => 'rendered/staging',
    onPushed: () => {},
  };
  const release = async () => readRendered(await clone.open(), 'staging');
  const asked = {
    number: 7,
    commentId: '42',
    by: { id: '1', login: 'ada' },
    at: 0,
    url: 'https://git.example.com/7',
  };
  const subject = async () => (await release()).subject;

  await rollBack(at, asked, undefined);
  const first = await release();
  expect(first.hold?.reason).toContain('comment 42');
  expect(await subject()).toContain('Say 2');
  // The process died before it could write down that it was done.
  await rollBack(at, asked, undefined);
  expect((await release()).commit).toBe(first.commit);
  // Another comment is another wish.
  await rollBack(at, { ...asked, commentId: '43' }, undefined);
  expect(await subject()).toContain('Say 1');
  await expect(rollBack(at, { ...asked, commentId: '44' }, 'deadbeef')).rejects.toMatchObject({
    code: 'UNKNOWN_REVISION',
  });

  expect(await letGo(at, asked)).toContain('is free again');
  expect(await letGo(at, asked)).toContain('nothing holds');
});
