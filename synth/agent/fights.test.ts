import { expect, test } from 'vitest';
import { Fights } from './fights.ts';

test('drift is corrected at once, a fight more and more slowly, and a minute apart at most', () => {
  const fights = new Fights();
  const delays = Array.from({ length: 14 }, (_, second) =>
    fights.delayMs('ConfigMap web/settings', second * 1000),
  );
  expect(delays.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
  expect(delays.slice(5, 12)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
  expect(delays.slice(12)).toEqual([60_000, 60_000]);
});

test('a fight over one object slows down no other, and is forgotten after a while', () => {
  const fights = new Fights();
  for (let count = 0; count < 9; count++) fights.delayMs('ConfigMap web/settings', count);
  expect(fights.delayMs('ConfigMap web/other', 10)).toBe(0);
  expect(fights.delayMs('ConfigMap web/settings', 10)).toBeGreaterThan(0);
  expect(fights.delayMs('ConfigMap web/settings', 400_000)).toBe(0);
});
