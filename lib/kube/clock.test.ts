import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, systemClock } from './clock.ts';
import { heldClock } from './testing/held-clock.ts';

describe('backing off', () => {
  it('waits between half and the whole of a time that doubles up to its limit', () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), chance, (attempt, random) => {
        const ceiling = Math.min(5_000, 100 * 2 ** (attempt - 1));
        const wait = backoffMs(attempt, { ...heldClock(), random: () => random });
        expect(wait).toBeGreaterThanOrEqual(ceiling / 2);
        expect(wait).toBeLessThanOrEqual(ceiling);
      }),
    );
  });

  it('ends with the reason of the signal', async () => {
    const stop = new AbortController();
    const sleeping = systemClock.sleep(3_600_000, stop.signal);
    stop.abort(new Error('Ctrl-C'));
    await expect(sleeping).rejects.toThrow('Ctrl-C');
  });
});
