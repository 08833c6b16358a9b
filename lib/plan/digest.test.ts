import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Digest } from '../objects/index.ts';
import { planDifferences, planDigest } from './digest.ts';
import type { PlannedChange } from './plan.ts';

const change = (name: string, more: Partial<PlannedChange> = {}): PlannedChange => ({
  application: 'web',
  key: { group: '', kind: 'ConfigMap', namespace: 'x', name },
  apiVersion: 'v1',
  action: 'change',
  because: 'value 1 → 2',
  changes: [{ path: 'data.value', before: '1', after: '2' }],
  effects: [],
  conflicts: [],
  live: { uid: `uid-${name}`, resourceVersion: '1' },
  ...more,
});

describe('the digest of a plan', () => {
  it('does not depend on the order of its changes', () => {
    const changes = ['a', 'b', 'c', 'd'].map((name) => change(name));
    fc.assert(
      fc.property(fc.shuffledSubarray(changes, { minLength: 4 }), (shuffled) => {
        expect(planDigest('e', shuffled)).toBe(planDigest('e', changes));
      }),
    );
  });

  it('does not depend on what moves by itself, nor on what stays as it is', () => {
    const before = planDigest('e', [change('a')]);
    const live = { uid: 'uid-a', resourceVersion: '99' };
    expect(planDigest('e', [change('a', { live }), change('b', { action: 'none' })])).toBe(before);
  });

  it('depends on everything that decides the outcome', () => {
    const base = planDigest('e', [change('a')]);
    const others: readonly Partial<PlannedChange>[] = [
      { action: 'replace' },
      { application: 'api' },
      { apiVersion: 'v2' },
      { live: { uid: 'another', resourceVersion: '1' } },
      { changes: [{ path: 'data.value', before: '0', after: '2' }] },
      { changes: [{ path: 'data.value', before: '1', after: '3' }] },
      { conflicts: [{ path: 'data.value', at: [], manager: 'm', resolution: 'yield' }] },
      { desired: { digest: `sha256:${'0'.repeat(64)}` as Digest } as never },
    ];
    const digests = others.map((more) => planDigest('e', [change('a', more)]));
    expect(new Set([base, planDigest('f', [change('a')]), ...digests]).size).toBe(others.length + 2);
  });
});

describe('the difference between two plans', () => {
  it('names what came, what went and what is done otherwise', () => {
    const approved = [change('a'), change('b'), change('same')];
    const actual = [change('a', { action: 'replace', because: 'other' }), change('c'), change('same')];
    expect(planDifferences(approved, actual)).toEqual([
      'ConfigMap x/a: approved was change (value 1 → 2), now it is replace (other)',
      'ConfigMap x/b: change was approved and is no longer needed',
      'ConfigMap x/c: change was not part of what was approved (value 1 → 2)',
    ]);
  });
});
