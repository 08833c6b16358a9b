import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalQuantity, parseQuantity } from './quantity.ts';

test.each([
  ['1000m', '1'],
  ['0.5', '500m'],
  ['1.5Gi', '1536Mi'],
  ['1024Mi', '1Gi'],
  ['1000000', '1M'],
  ['1e3', '1e3'],
  ['0', '0'],
  ['0Gi', '0'],
  ['-1000m', '-1'],
  ['100Ki', '100Ki'],
  ['1000Ki', '1000Ki'],
  ['12', '12'],
])('%s is written as %s', (given, canonical) => {
  expect(canonicalQuantity(given)).toBe(canonical);
});

// As resource.ParseQuantity has them.
test.each(['.', '-', 'Gi', '-k'])('%j is zero', (text) => {
  expect(canonicalQuantity(text)).toBe('0');
});

test.each(['', 'x', '1x', '1 Gi', '--1', '1e'])('%j is no quantity', (text) => {
  expect(canonicalQuantity(text)).toBeUndefined();
});

const quantities = fc
  .tuple(
    fc.integer({ min: -100_000, max: 100_000 }),
    fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi'),
  )
  .map(([value, suffix]) => `${value}${suffix}`);

test('the canonical form has the same value and is its own canonical form', () => {
  fc.assert(
    fc.property(quantities, (text) => {
      const canonical = canonicalQuantity(text)!; // every generated text is a quantity
      expect(parseQuantity(canonical)).toBe(parseQuantity(text));
      expect(canonicalQuantity(canonical)).toBe(canonical);
    }),
  );
});
