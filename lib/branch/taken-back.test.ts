import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { takenBack } from './taken-back.ts';

const release = (number: number) => ({
  commit: `r${number}`,
  source: `s${number}`,
  digest: `d${number}`,
  reverts: undefined,
  restores: undefined,
  application: undefined,
});

it('is what a rollback names, and all between that and what it went back to', () => {
  const back = { ...release(1), commit: 'b', reverts: 'r3' };
  const { sources, rendered } = takenBack([release(4), back, release(3), release(2), release(1)]);
  expect([...sources].sort()).toEqual(['s2', 's3']);
  expect([...rendered].sort()).toEqual(['r2', 'r3']);
});

it('is everything that was read where what was gone back to is older than that', () => {
  const back = { ...release(0), commit: 'b', reverts: 'r3' };
  expect([...takenBack([back, release(3), release(2)]).sources].sort()).toEqual(['s2', 's3']);
});

it('is what lies between what it names, also where something newer holds the same', () => {
  const again = { ...release(2), commit: 'again' };
  const back = { ...release(2), commit: 'b', reverts: 'r3', restores: 'r2' };
  const { rendered } = takenBack([back, release(3), again, release(2), release(1)]);
  expect([...rendered].sort()).toEqual(['again', 'r3']);
});

it('is the release that one application went back from, though the others are of its source commit still', () => {
  const back = { ...release(3), commit: 'b', digest: 'd', reverts: 'r3', restores: 'r1', application: 'web' };
  const { sources, rendered } = takenBack([back, release(3), release(2), release(1)]);
  expect([...sources].sort()).toEqual(['s2', 's3']);
  expect([...rendered].sort()).toEqual(['r2', 'r3']);
});

it('is nothing where nobody rolled back', () => {
  expect(takenBack([release(2), release(1)]).sources.size).toBe(0);
});

test('whatever is rolled back to whatever, what is gone back to is not taken back, and what is named is', () => {
  const histories = fc
    .tuple(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 0, max: 5 }))
    .chain(([many, later]) =>
      fc.record({
        many: fc.constant(many),
        later: fc.constant(later),
        to: fc.integer({ min: 1, max: many - 1 }),
        named: fc.boolean(),
      }),
    );
  fc.assert(
    fc.property(histories, ({ many, later, to, named }) => {
      const older = Array.from({ length: many }, (_, index) => release(many - index));
      const restores = named ? `r${to}` : undefined;
      const back = { ...release(to), commit: 'b', reverts: `r${many}`, restores };
      const newer = Array.from({ length: later }, (_, index) => release(100 + later - index));
      const { sources } = takenBack([...newer, back, ...older]);
      const expected = Array.from({ length: many - to }, (_, index) => `s${to + 1 + index}`);
      expect([...sources].sort()).toEqual(expected.sort());
    }),
  );
});
