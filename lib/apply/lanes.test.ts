import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Lane, Lanes } from './lanes.ts';

/** Takes everything, with so many at a time; the one that began first ends first.
 * @returns the lanes in the order in which they were taken */
function drain(lanes: Lanes<Lane>, limit: number): Lane[] {
  const order: Lane[] = [];
  const running: Lane[] = [];
  for (;;) {
    if (running.length < limit) {
      const next = lanes.take(limit);
      if (next !== undefined) {
        order.push(next);
        running.push(next);
        continue;
      }
    }
    const ended = running.shift();
    if (ended === undefined) return order;
    lanes.ended(ended);
  }
}

function lanesOf(counts: Readonly<Record<Lane, number>>): Lanes<Lane> {
  const lanes = new Lanes<Lane>();
  for (const lane of ['normal', 'slow', 'urgent'] as const)
    for (let i = 0; i < counts[lane]; i += 1) lanes.add(lane, lane);
  return lanes;
}

describe('the order of what may run', () => {
  it('gives out everything once, whatever the lanes and the limit', () => {
    const count = fc.integer({ min: 0, max: 60 });
    fc.assert(
      fc.property(
        fc.record({ urgent: count, slow: count, normal: count }),
        fc.integer({ min: 1, max: 40 }),
        (counts, limit) => {
          const order = drain(lanesOf(counts), limit);
          for (const lane of ['urgent', 'slow', 'normal'] as const)
            expect(order.filter((taken) => taken === lane)).toHaveLength(counts[lane]);
        },
      ),
    );
  });

  it('starts with what is urgent', () => {
    expect(drain(lanesOf({ urgent: 3, slow: 2, normal: 2 }), 2).slice(0, 3)).toEqual(
      Array.from({ length: 3 }, () => 'urgent'),
    );
  });

  it('leaves no tail of slow work, and no slow work waits for all the rest', () => {
    const order = drain(lanesOf({ urgent: 0, slow: 300, normal: 600 }), 16);
    expect(order.slice(0, 100).filter((lane) => lane === 'slow').length).toBeGreaterThan(20);
    expect(order.slice(-100).filter((lane) => lane === 'normal').length).toBeGreaterThan(20);
  });

  it('gives all there is room for to one lane when there is no other', () => {
    const lanes = lanesOf({ urgent: 0, slow: 10, normal: 0 });
    expect(Array.from({ length: 8 }, () => lanes.take(8))).not.toContain(undefined);
  });
});
