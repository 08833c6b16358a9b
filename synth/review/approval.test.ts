import { describe, expect, it } from 'vitest';
import type { CommitStatus, PullRequestApproval } from '../../lib/forge/index.ts';
import { approvedPlan, type Reviewed, upToDate } from './approval.ts';

const COMMIT = 'a'.repeat(40);
const plan = (digit: string) => `plan sha256:${digit.repeat(64)} · 1 to change`;

const status = (at: number, description: string, state: CommitStatus['state'] = 'success'): CommitStatus => ({
  ...{ context: 'truekeel/production', state, description, at },
  author: { id: '9', login: 'keel-bot' },
});
const approval = (login: string, at: number, counts = true): PullRequestApproval => ({
  ...{ user: { id: login, login }, commit: COMMIT, counts, at },
});

/** @param statuses oldest first */
function seen(given: readonly PullRequestApproval[], ...statuses: readonly CommitStatus[]) {
  const reviewed: Pick<Reviewed, 'given' | 'statuses'> = { given, statuses: statuses.toReversed() };
  return upToDate(reviewed, 'production').map(({ user }) => user.login);
}

describe('an approval', () => {
  it('is of the commit, where no review says what comes of it', () => {
    expect(seen([approval('grace', 1)])).toEqual(['grace']);
    expect(
      seen([approval('grace', 3)], status(2, 'refused by a guard: TOO_MANY_DELETES', 'failure')),
    ).toEqual(['grace']);
    expect(seen([approval('grace', 3)], { ...status(2, plan('1')), context: 'truekeel/staging' })).toEqual([
      'grace',
    ]);
  });

  it('is of the plan that the review named then, and of no other', () => {
    const given = [approval('early', 1), approval('grace', 3), approval('late', 6)];
    expect(seen(given, status(2, plan('1')))).toEqual(['grace', 'late']);
    expect(seen(given, status(2, plan('1')), status(5, plan('2')))).toEqual(['late']);
    // What a guard refuses by now is not what they approved, either.
    expect(
      seen(given, status(2, plan('1')), status(8, 'refused by a guard: TOO_MANY_DELETES', 'failure')),
    ).toEqual(['early']);
    // It came to the same again.
    expect(seen(given, status(2, plan('1')), status(5, plan('2')), status(7, plan('1')))).toEqual(['grace']);
  });

  it('of the second in which the review says something else is of what it said before', () => {
    const given = [approval('grace', 5)];
    expect(seen(given, status(2, plan('1')), status(5, plan('2')))).toEqual([]);
    expect(seen(given, status(2, plan('1')), status(5, plan('1')))).toEqual(['grace']);
  });

  it('names a plan if one of those who saw it may write', () => {
    const of = (counts: boolean) =>
      approvedPlan({ given: [approval('grace', 3, counts)], statuses: [status(2, plan('1'))] }, 'production');
    expect(of(true)).toBe(`sha256:${'1'.repeat(64)}`);
    expect(of(false)).toBeUndefined();
  });
});
