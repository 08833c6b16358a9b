import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { nearest } from './nearest.ts';

const FIELDS = ['image', 'imagePullPolicy', 'ports', 'size', 'env', 'envFrom'];

test.each([
  ['imagePulPolicy', 'imagePullPolicy'],
  ['imagepullpolicy', 'imagePullPolicy'],
  ['imagePullPolciy', 'imagePullPolicy'],
  ['szie', 'size'],
  ['port', 'ports'],
  ['replicas', undefined],
  ['x', undefined],
])('what is nearest to %s', (name, expected) => expect(nearest(name, FIELDS)).toBe(expected));

it('finds a name with one letter more, less or other', () => {
  const name = fc.string({ unit: fc.constantFrom(...'abcdefghij'), minLength: 4, maxLength: 20 });
  fc.assert(
    fc.property(name, fc.nat(), fc.constantFrom('', 'z'), fc.boolean(), (known, at, put, replaces) => {
      const place = at % known.length;
      const typed = known.slice(0, place) + put + known.slice(place + (replaces || put === '' ? 1 : 0));
      expect(nearest(typed, ['q'.repeat(30), known])).toBe(known);
    }),
  );
});
