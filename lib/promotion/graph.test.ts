import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { inPromotionOrder, movesByPromotion, upstreamOf } from './graph.ts';

const environment = (name: string, ...promotesFrom: readonly string[]) => ({ name, promotesFrom });

it('has each environment after those that it promotes from', () => {
  const all = [
    environment('production', 'eu', 'us'),
    environment('eu', 'dev'),
    environment('us', 'dev'),
    environment('dev'),
  ];
  expect(inPromotionOrder(all).map(({ name }) => name)).toEqual(['dev', 'eu', 'us', 'production']);
  expect([...upstreamOf(all, 'production')].sort()).toEqual(['dev', 'eu', 'us']);
  expect(upstreamOf(all, 'dev').size).toBe(0);
});

it('is none where environments promote from each other in a circle, which is named', () => {
  const circle = [environment('a', 'b'), environment('b', 'c'), environment('c', 'b')];
  expect(() => inPromotionOrder(circle)).toThrow('in a circle: b ← c ← b');
  expect(() => inPromotionOrder(circle)).toThrow(expect.objectContaining({ code: 'PROMOTION_CYCLE' }));
});

it('moves an environment by promotion where something has to be so before', () => {
  expect(movesByPromotion({ promotesFrom: ['a'], gates: [{ type: 'ready' }] })).toBe(true);
  expect(movesByPromotion({ promotesFrom: ['a'] })).toBe(false);
  expect(movesByPromotion({ promotesFrom: [] })).toBe(false);
});

test('whatever the graph, if it has no circle, nothing comes before what it promotes from', () => {
  const graphs = fc
    .integer({ min: 1, max: 8 })
    .chain((size) =>
      fc.tuple(
        ...Array.from({ length: size }, (_, index) =>
          fc
            .subarray(Array.from({ length: index }, (_unused, before) => String(before)))
            .map((from) => environment(String(index), ...from)),
        ),
      ),
    )
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));
  fc.assert(
    fc.property(graphs, (all) => {
      const names = inPromotionOrder(all).map(({ name }) => name);
      expect([...names].sort()).toEqual(all.map(({ name }) => name).sort());
      for (const { name, promotesFrom } of all)
        for (const from of promotesFrom) expect(names.indexOf(from)).toBeLessThan(names.indexOf(name));
    }),
  );
});
