import { expect, test } from 'vitest';
import type { CommitStatus } from '../../lib/forge/index.ts';
import { toldReadiness } from './told-readiness.ts';

const NOON = Date.parse('2026-03-04T12:00:00Z');
const keel = { id: '1', login: 'keel-bot' };
const mallory = { id: '2', login: 'mallory' };

const told = (description: string, more: Partial<CommitStatus> = {}): CommitStatus => ({
  context: 'truekeel/staging/deployment',
  state: 'success',
  description,
  author: keel,
  at: NOON,
  ...more,
});

const { author: _, ...anonymous } = told('ready');

/** @param statuses newest first */
const ask = (statuses: readonly CommitStatus[], notBefore = NOON - 1000) =>
  toldReadiness(
    { user: async () => keel, statuses: async () => statuses },
    { environment: 'staging', source: 'a'.repeat(40), notBefore },
  );

test('is since when whoever applies to it told so', async () => {
  expect(await ask([told('ready'), told('applied: waiting for readiness', { at: NOON - 5000 })])).toEqual({
    since: NOON,
  });
});

test.each([
  ['nothing was told', [], /nothing of it/],
  ['somebody else said so', [told('ready', { author: mallory })], /mallory did, and is not believed/],
  ['an account that is gone said so', [anonymous], /is not believed/],
  ['it is of another environment', [told('ready', { context: 'truekeel/test/deployment' })], /nothing of it/],
  ['it is a review', [told('ready', { context: 'truekeel/staging' })], /nothing of it/],
  ['it is on its way', [told('applied: waiting for readiness', { state: 'pending' })], /waiting/],
  [
    'it was ready before it failed',
    [told('failed: NOT_READY', { state: 'failure' }), told('ready')],
    /failed/,
  ],
  ['what was told is not that it is ready', [told('applied')], /"applied"/],
  ['it was told before the release came there last', [told('ready', { at: NOON - 2000 })], /before/],
] as const)('is not known where %s', async (_, statuses, why) => {
  expect(await ask(statuses)).toEqual({ why: expect.stringMatching(why) });
});

test('is not changed by what others say about it', async () => {
  expect(await ask([told('failed: LIES', { author: mallory, state: 'failure' }), told('ready')])).toEqual({
    since: NOON,
  });
});
