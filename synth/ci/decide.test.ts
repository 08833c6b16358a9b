import { describe, expect, it } from 'vitest';
import type { CiRun, CiTrigger } from '../../lib/forge/index.ts';
import { decide } from './decide.ts';

const RUN: CiRun = { system: 'github-actions', pullRequest: 7, baseBranch: 'main' };
const AT = { branch: 'main', hasToken: true };
const change = (fromFork: boolean | undefined): CiTrigger => ({ kind: 'pull-request', fromFork });

describe('a pull request', () => {
  it('of somebody who may write is reviewed with all there is', () => {
    expect(decide(RUN, change(false), AT)).toMatchObject({
      action: 'review',
      base: 'main',
      post: true,
      trusted: true,
    });
  });

  it('is posted without a token, too: that there is none is told as the error that it is', () => {
    expect(decide(RUN, change(false), { ...AT, hasToken: false })).toMatchObject({ post: true });
  });

  it.each([true, undefined])('of a fork (%s) is never trusted', (fromFork) => {
    for (const system of ['github-actions', 'gitlab-ci', 'jenkins', 'jenkins-x', 'woodpecker'] as const)
      for (const hasToken of [true, false])
        expect(decide({ ...RUN, system }, change(fromFork), { ...AT, hasToken })).toMatchObject({
          action: 'review',
          trusted: false,
        });
  });

  it('of a fork is posted where there is a token that may', () => {
    const posts = (system: CiRun['system'], hasToken: boolean) =>
      decide({ ...RUN, system }, change(true), { ...AT, hasToken });
    expect(posts('gitlab-ci', true)).toMatchObject({ post: true });
    expect(posts('gitlab-ci', false)).toMatchObject({ post: false });
    expect(posts('github-actions', true)).toMatchObject({ post: false });
    expect(posts('gitea-actions', true)).toMatchObject({ post: false });
  });

  it('that nobody names is not reviewed', () => {
    expect(decide({ system: 'jenkins' }, change(false), AT)).toMatchObject({ action: 'none' });
  });
});

it('a push is rendered when it is to the branch', () => {
  const push = (branch: string): CiTrigger => ({ kind: 'push', branch, isDefault: undefined });
  expect(decide(RUN, push('main'), AT)).toMatchObject({ action: 'render' });
  expect(decide(RUN, push('next'), AT)).toEqual({
    action: 'none',
    because: 'next has a new commit, and main is rendered',
  });
  expect(decide(RUN, push('next'), { ...AT, branch: 'next' })).toMatchObject({ action: 'render' });
});

it('a merge queue of the branch is reviewed, and nothing is posted', () => {
  const queue = (base: string): CiTrigger => ({ kind: 'merge-queue', base });
  expect(decide(RUN, queue('main'), AT)).toMatchObject({ action: 'review', post: false, base: 'main' });
  expect(decide(RUN, queue('next'), AT)).toMatchObject({ action: 'none' });
});

it('whatever else happens is told by its name, and nothing is done', () => {
  expect(decide(RUN, { kind: 'other', event: 'schedule' }, AT)).toEqual({
    action: 'none',
    because: 'nothing is to be done for schedule',
  });
});
