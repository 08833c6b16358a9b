import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdaptiveLimit, type ConcurrencyOptions } from './concurrency.ts';

/** A server that has so many workers, each of which takes so long for a request; more in flight only wait. */
interface Server {
  readonly workers: number;
  readonly ms: number;
  /** What each request in flight beyond the workers costs all the others, as a share of their time. */
  readonly friction?: number;
}

/** Writes through a limit for a while, in the time of the server.
 * @returns the limit after each write */
function write(limit: AdaptiveLimit, clock: { now: number }, server: Server, count: number): number[] {
  const seen: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const { value } = limit;
    const { workers, friction = 0 } = server;
    const ms = server.ms * (1 + Math.max(0, value - workers) * friction);
    clock.now += ms / Math.min(value, workers);
    limit.succeeded((ms * value) / Math.min(value, workers));
    seen.push(limit.value);
  }
  return seen;
}

function limitWith(options: ConcurrencyOptions): { limit: AdaptiveLimit; clock: { now: number } } {
  const clock = { now: 0 };
  return { limit: new AdaptiveLimit(options, () => clock.now), clock };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the number of writes in flight', () => {
  it('climbs to what keeps a large server busy, and no further than its maximum', () => {
    const { limit, clock } = limitWith({ start: 8, max: 100 });
    write(limit, clock, { workers: 60, ms: 20 }, 4000);
    expect(limit.value).toBeGreaterThanOrEqual(50);
    expect(limit.value).toBeLessThanOrEqual(100);
  });

  it('stays about where a small server is at its best', () => {
    const { limit, clock } = limitWith({ start: 12 });
    const seen = write(limit, clock, { workers: 10, ms: 20, friction: 0.02 }, 4000);
    expect(mean(seen)).toBeGreaterThan(7);
    expect(mean(seen)).toBeLessThan(24);
  });

  it('follows a server that gets larger', () => {
    const { limit, clock } = limitWith({ start: 4 });
    write(limit, clock, { workers: 4, ms: 20 }, 2000);
    write(limit, clock, { workers: 40, ms: 20 }, 8000);
    expect(limit.value).toBeGreaterThanOrEqual(20);
  });

  it('is halved when the server asks for it, down to two', () => {
    const { limit, clock } = limitWith({ start: 16, max: 32 });
    limit.overloaded();
    expect(limit.value).toBe(8);
    for (let i = 0; i < 10; i += 1) {
      clock.now += 1000;
      limit.overloaded();
    }
    expect(limit.value).toBe(2);
  });

  it('is halved once when all that were in flight are refused together', () => {
    const { limit, clock } = limitWith({ start: 16, max: 32 });
    for (let i = 0; i < 16; i += 1) {
      clock.now += 1;
      limit.overloaded();
    }
    expect(limit.value).toBe(8);
  });

  it('is halved when much less gets done and everything takes much longer', () => {
    const { limit, clock } = limitWith({ start: 16, max: 16 });
    write(limit, clock, { workers: 16, ms: 10 }, 320);
    expect(limit.value).toBe(16);
    expect(write(limit, clock, { workers: 2, ms: 10 }, 64)).toContain(8);
  });

  it('stays at one when no more are allowed', () => {
    const { limit, clock } = limitWith({ max: 1 });
    write(limit, clock, { workers: 8, ms: 10 }, 400);
    limit.overloaded();
    expect(limit.value).toBe(1);
  });

  it('is never outside of what is allowed, whatever happens', () => {
    const event = fc.oneof(fc.constant('429' as const), fc.double({ min: 0, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(fc.array(event, { maxLength: 500 }), fc.integer({ min: 1, max: 40 }), (events, max) => {
        const { limit, clock } = limitWith({ max });
        for (const ms of events) {
          if (ms === '429') limit.overloaded();
          else {
            clock.now += ms / 3;
            limit.succeeded(ms);
          }
          expect(limit.value).toBeGreaterThanOrEqual(1);
          expect(limit.value).toBeLessThanOrEqual(max);
        }
      }),
    );
  });
});
