import { describe, expect, test } from 'vitest';
import { failureOf } from './simulation.ts';

describe('a failure', () => {
  test('that does not exist is none', () => {
    const pod = (fail: string) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', annotations: { 'cluster.truekeel.dev/fail': fail } },
    });
    expect(failureOf(pod('crash-loop'))).toBe('crash-loop');
    expect(failureOf(pod('flood'))).toBeUndefined();
  });
});
