/** The parts that judge and show, by properties. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../lib/objects/index.ts';
import { compare, isMatch } from '../../synth/testing/partial.ts';
import { diffLines } from '../../synth/testing/yaml-diff.ts';

const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonValue>;
const maps = fc.dictionary(fc.string(), json, { maxKeys: 5, noNullPrototype: true });

describe('a partial match', () => {
  it('holds of a value and itself', () => {
    fc.assert(fc.property(json, (value) => isMatch(compare(value, value))));
  });

  it('holds when the object has more fields', () => {
    fc.assert(fc.property(maps, maps, (part, more) => isMatch(compare(part, { ...more, ...part }))));
  });

  it('does not hold when one field is another', () => {
    fc.assert(
      fc.property(maps, fc.string(), fc.integer(), (rest, field, value) => {
        fc.pre(field !== '__proto__');
        expect(isMatch(compare({ ...rest, [field]: value }, { ...rest, [field]: value + 1 }))).toBe(false);
      }),
    );
  });

  it('does not depend on the order of a list of maps', () => {
    const lists = fc.uniqueArray(fc.record({ name: fc.string(), value: fc.integer() }), {
      selector: ({ name }) => name,
      minLength: 1,
    });
    fc.assert(fc.property(lists, (list) => isMatch(compare(list, list.toReversed()))));
  });

  it.each([
    ['an absent field', { a: undefined }, { b: 1 }, true],
    ['a field that must not be there', { a: undefined }, { a: 1 }, false],
    ['an equal list', ['a', 'b'], ['a', 'b'], true],
    ['a longer list of texts', ['a'], ['a', 'b'], false],
    ['a longer list of maps', [{ a: 1 }], [{ b: 1 }, { a: 1 }], true],
    ['one map for two', [{ a: 1 }, { a: 1 }], [{ a: 1 }], false],
    ['an item of another name', [{ name: 'a', b: 1 }], [{ name: 'c', b: 1 }], false],
    ['what judges', { a: expect.any(Number) }, { a: 1 }, true],
    ['what judges otherwise', { a: expect.any(String) }, { a: 1 }, false],
    ['a date', { a: new Date(0) }, { a: '1970-01-01T00:00:00.000Z' }, false],
    ['a number that is none', { a: Number.NaN }, { a: null }, false],
    ['a map for a list', [{ a: 1 }], { a: 1 }, false],
  ] as const)('of %s', (_name, expected, found, holds) => {
    expect(isMatch(compare(expected, found as JsonValue))).toBe(holds);
  });
});

describe('a difference', () => {
  const paint = { expected: String, found: String, dim: String };
  const side = (lines: readonly string[], sign: string) =>
    lines.filter((line) => line[0] === ' ' || line[0] === sign).map((line) => line.slice(2));

  it('has both texts in it', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 7 });
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        fc.pre(a.join() !== b.join());
        const lines = diffLines(a.join('\n'), b.join('\n'), paint);
        expect(side(lines, '-')).toEqual(a);
        expect(side(lines, '+')).toEqual(b);
      }),
    );
  });

  it('leaves out what is far from it', () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const after = before.with(10, 'another');
    expect(diffLines(before.join('\n'), after.join('\n'), paint, 3)).toEqual([
      '  …',
      ...before.slice(7, 10).map((line) => `  ${line}`),
      '- line 10',
      '+ another',
      ...before.slice(11, 14).map((line) => `  ${line}`),
      '  …',
    ]);
  });
});
