import fc from 'fast-check';
import { expect, it } from 'vitest';
import { repeated } from './repeated.ts';

it('finds what a search through all items before finds, however many there are', () => {
  const items = fc.array(
    fc.record({ name: fc.option(fc.constantFrom('', 'a', 'b', 'c', 'd'), { nil: undefined }) }),
    {
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(items, (list) => {
      const expected = list.flatMap(({ name }, i) =>
        name && list.slice(0, i).some((before) => before.name === name) ? [i] : [],
      );
      expect(repeated(list, 'name')).toEqual(expected);
    }),
  );
});
