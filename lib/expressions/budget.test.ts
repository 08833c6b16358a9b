import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { celValue, expressionParser } from './index.ts';

const parse = expressionParser(['self']);
const ask = (text: string, self: unknown) => parse(text)({ self: celValue(self) });
const MANY = Array.from({ length: 200 }, (_, index) => index);
const SPENT = /it looks at more than \d+ items/;

describe('an expression ends', () => {
  it.each([
    ['within quantifiers', 'self.all(a, self.all(b, self.all(c, self.all(d, a + b + c + d >= 0))))'],
    [
      'within quantifiers that catch errors',
      'self.exists(a, self.exists(b, self.exists(c, self.exists(d, 1 / 0 == a))) || self.exists(b, b < 0))',
    ],
    ['within maps', 'self.map(a, self.map(b, self.map(c, self.map(d, a)))).size() > 0'],
    [
      'within filters',
      'self.filter(a, self.filter(b, self.filter(c, self.filter(d, true).size() > 0).size() > 0).size() > 0).size() > 0',
    ],
    [
      'within exists_one',
      'self.exists_one(a, self.exists_one(b, self.exists_one(c, self.exists_one(d, d == 1))))',
    ],
    [
      'within macros of two variables',
      'self.all(i, a, self.all(j, b, self.all(k, c, self.all(l, d, a + b + c + d >= 0))))',
    ],
    [
      'with lists that grow',
      `cel.bind(a, ${Array(30).fill('self').join(' + ')}, cel.bind(b, ${Array(30).fill('a').join(' + ')}, cel.bind(c, ${Array(30).fill('b').join(' + ')}, c.size())))`,
    ],
  ])('%s', (_name, text) => {
    expect(() => ask(text, MANY)).toThrow(SPENT);
    // What is asked next has a budget of its own.
    expect(ask('self.all(a, a >= 0)', MANY)).toBe(true);
  });

  it('at the same item each time, and not before a loop of a common size is done', () => {
    const text = 'self.all(a, self.all(b, a + b >= 0))';
    expect(ask(text, MANY)).toBe(true);
    expect(() =>
      ask(
        text,
        Array.from({ length: 600 }, () => 1),
      ),
    ).toThrow(SPENT);
  });
});

describe('lists whose order says nothing', () => {
  it('leave the equality of all others as it is', () => {
    const plain = fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes('e'));
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        const text = 'self.a == self.b';
        const isSame = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
        expect(ask(text, { a, b: a })).toBe(true);
        if (typeof a === typeof b && Array.isArray(a) === Array.isArray(b))
          expect(ask(text, { a, b })).toBe(isSame);
      }),
    );
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]) => [name, sorted(one)]),
  );
}
