import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../lib/objects/index.ts';
import { brokenText, type LiteralStyle, literalText, templateText } from './literal-text.ts';

/** What the text of an expression is worth, with nothing within reach. */
const worthOf = (text: string): unknown => new Function(`'use strict'; return (${text});`)();

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom("'", '"', '\\', '`', '$', '{', '}', '\n', '\r', '\u2028', '\u0000', '*', '/'),
  }),
  fc.constantFrom('__proto__', 'constructor', "');process.exit(1);('", '\ud800', ['$', '{0}'].join('')),
);
const json = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(text, tie('value')), { maxLength: 4 })
      .map((members) => JSON.parse(JSON.stringify(Object.fromEntries(members))) as JsonValue),
  ),
})).value;

const style = fc.constantFrom<LiteralStyle>(
  { language: 'script', quote: "'" },
  { language: 'script', quote: '"' },
  { language: 'json', quote: '"' },
);

describe('the text of a literal', () => {
  it('is worth the value, whatever that is, and nothing else', () => {
    fc.assert(
      fc.property(json, style, (value, as) => {
        const read = as.language === 'json' ? JSON.parse : worthOf;
        expect(JSON.stringify(read(literalText(value, as)))).toBe(JSON.stringify(value));
        expect(JSON.stringify(read(brokenText(value, as, '  ')))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('stands on one line, unless it may be broken', () => {
    fc.assert(
      fc.property(json, style, (value, as) => {
        expect(literalText(value, as)).not.toMatch(/[\n\r]/);
      }),
    );
  });

  it('is a part of a template that is worth itself', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(worthOf(`\`${templateText(value)}\``)).toBe(value);
      }),
    );
  });

  it('reads as people would write it', () => {
    const as: LiteralStyle = { language: 'script', quote: "'" };
    expect(literalText({ a: [1, "it's"], 'b.c': { __proto__x: null } }, as)).toBe(
      "{ a: [1, 'it\\'s'], 'b.c': { __proto__x: null } }",
    );
    const long = { name: 'x'.repeat(60), value: 'y'.repeat(60) };
    expect(brokenText(long, as, '')).toBe(`{\n  name: '${long.name}',\n  value: '${long.value}',\n}`);
  });
});
