import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAtLeast } from './resource-version.ts';

describe('resource versions', () => {
  it('compare as numbers, however long they are', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 70n }), fc.bigInt({ min: 0n, max: 2n ** 70n }), (a, b) => {
        expect(isAtLeast(String(a), String(b))).toBe(a >= b);
      }),
    );
  });
});
