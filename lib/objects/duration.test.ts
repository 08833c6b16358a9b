import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from './index.ts';

describe('a duration', () => {
  test.each([
    ['500ms', 500],
    ['2s', 2_000],
    ['1.5s', 1_500],
    ['1m30s', 90_000],
    ['1h', 3_600_000],
  ])('%s is %i milliseconds', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  test.each(['', '5', 's', '-1s', '1 s', '1d', 'soon'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test('adds up whatever units it is given in', () => {
    const units = fc.array(
      fc.tuple(fc.nat(999), fc.constantFrom(['ms', 1] as const, ['s', 1_000] as const)),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(units, (parts) => {
        const text = parts.map(([amount, [unit]]) => `${amount}${unit}`).join('');
        expect(parseDuration(text)).toBe(
          parts.reduce((sum, [amount, [, unitMs]]) => sum + amount * unitMs, 0),
        );
      }),
    );
  });

  test('is read as it was written', () => {
    expect([90_000, 5_400_000, 500, 0].map(formatDuration)).toEqual(['1m30s', '1h30m', '500ms', '0s']);
    fc.assert(fc.property(fc.nat(), (ms) => parseDuration(formatDuration(ms)) === ms));
  });
});
