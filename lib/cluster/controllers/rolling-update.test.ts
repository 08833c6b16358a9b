import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Generation, nextNewReplicas, nextOldReplicas, rollingLimits } from './rolling-update.ts';

describe('limits of a rolling update', () => {
  test('shares are rounded up for surge and down for unavailable', () => {
    expect(rollingLimits(10)).toEqual({ maxSurge: 3, maxUnavailable: 2 });
    expect(rollingLimits(1)).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(rollingLimits(10, 2, '50%')).toEqual({ maxSurge: 2, maxUnavailable: 5 });
  });

  test('an update that could change nothing may make one pod unavailable', () => {
    expect(rollingLimits(3, 0, 0)).toEqual({ maxSurge: 0, maxUnavailable: 1 });
    expect(rollingLimits(3, 0, '10%')).toEqual({ maxSurge: 0, maxUnavailable: 1 });
  });
});

describe('a rolling update', () => {
  const rollout = fc.record({
    wanted: fc.integer({ min: 1, max: 20 }),
    surge: fc.integer({ min: 0, max: 10 }),
    unavailable: fc.integer({ min: 0, max: 10 }),
  });

  test('never has more pods than surge allows, nor fewer available than unavailable allows, and ends', () => {
    fc.assert(
      fc.property(rollout, ({ wanted, surge, unavailable }) => {
        const limits = rollingLimits(wanted, surge, unavailable);
        let fresh: Generation = { replicas: 0, available: 0 };
        let old: Generation = { replicas: wanted, available: wanted };
        for (let steps = 0; fresh.available < wanted || old.replicas > 0; steps++) {
          expect(steps).toBeLessThan(4 * wanted + 4);
          const replicas = nextNewReplicas(wanted, fresh, [old], limits);
          fresh = { replicas, available: fresh.available };
          const [left = 0] = nextOldReplicas(wanted, fresh, [old], limits);
          old = { replicas: left, available: Math.min(left, old.available) };
          expect(fresh.replicas + old.replicas).toBeLessThanOrEqual(wanted + limits.maxSurge);
          expect(fresh.available + old.available).toBeGreaterThanOrEqual(wanted - limits.maxUnavailable);
          fresh = { replicas, available: replicas };
        }
        expect(fresh).toEqual({ replicas: wanted, available: wanted });
      }),
    );
  });

  test('old pods that are not available go first, and cost no availability', () => {
    const limits = { maxSurge: 1, maxUnavailable: 0 };
    const old = [
      { replicas: 2, available: 0 },
      { replicas: 3, available: 3 },
    ];
    expect(nextOldReplicas(3, { replicas: 1, available: 1 }, old, limits)).toEqual([0, 2]);
  });

  test('while the new pods do not become available, the old ones stay', () => {
    const limits = { maxSurge: 1, maxUnavailable: 0 };
    expect(
      nextOldReplicas(3, { replicas: 1, available: 0 }, [{ replicas: 3, available: 3 }], limits),
    ).toEqual([3]);
  });
});
