import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivedValues, type Scalar } from './derived-value.ts';

describe('what a literal has to be', () => {
  it.each<[Scalar, Scalar, Scalar, readonly Scalar[]]>([
    [3, 3, 5, [5]],
    [true, true, false, [false]],
    ['1.4', 'example/web:1.4', 'example/web:1.5', ['1.5']],
    ['example/web', 'example/web:1.4', 'example/web:1.5', []],
    [256, '256Mi', '512Mi', [512]],
    [1, '1Gi', '1500Mi', []],
    [9898, '9898', '9999', [9999]],
    ['Welcome to ', 'Welcome to staging', 'Be greeted at staging', ['Be greeted at ']],
    ['a', 'aa', 'aaa', ['aa']],
    [8, '8', '08', []],
    [8, '8', '8x', []],
    ['', 'ab', 'b', []],
    [true, 'true', 'false', []],
    ['x', 'x', 5, [5]],
  ])('%j, of which %j was made, is for %j one of %j', (literal, before, after, expected) => {
    expect(derivedValues(literal, before, after)).toEqual(expected);
  });

  it('gives the text that is wanted, when what is around it stays', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 4 });
    fc.assert(
      fc.property(part, fc.string({ minLength: 1 }), part, fc.string(), (head, literal, tail, value) => {
        const [before, after] = [head + literal + tail, head + value + tail];
        fc.pre(before !== after);
        const found = derivedValues(literal, before, after);
        expect(found.map((one) => head + one + tail)).toContain(after);
      }),
    );
  });
});
