import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldPath, PathElement } from './index.ts';
import {
  FieldSet,
  fieldElement,
  fieldPath,
  formatPath,
  indexElement,
  keyElement,
  parseFieldsV1,
  printFieldsV1,
  valueElement,
} from './index.ts';

const element: fc.Arbitrary<PathElement> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c').map(fieldElement) },
  fc.constantFrom(1, 2, 10).map((port) => keyElement({ port, protocol: 'TCP' })),
  fc.constantFrom<string | number>('x', '<y>', 3).map(valueElement),
  fc.constantFrom(0, 1).map(indexElement),
);
const path: fc.Arbitrary<FieldPath> = fc.array(element, { minLength: 1, maxLength: 3 });
const set = fc.array(path, { maxLength: 8 }).map((paths) => FieldSet.of(...paths));

function property(...check: [(a: FieldSet, b: FieldSet, c: FieldSet) => void]): void {
  fc.assert(fc.property(set, set, set, check[0]), { numRuns: 300 });
}

const same = (a: FieldSet, b: FieldSet): void => {
  expect(printFieldsV1(a)).toEqual(printFieldsV1(b));
  expect(a.equals(b)).toBe(true);
};

describe('a field set', () => {
  it('has exactly the paths that it was made of', () => {
    fc.assert(
      fc.property(fc.array(path, { maxLength: 8 }), path, (paths, other) => {
        const made = FieldSet.of(...paths);
        const texts = new Set(paths.map(formatPath));
        for (const member of paths) expect(made.has(member)).toBe(true);
        expect(made.has(other)).toBe(texts.has(formatPath(other)));
        expect(made.size()).toBe(texts.size);
        expect(new Set(made.paths().map(formatPath))).toEqual(texts);
      }),
    );
  });

  it('survives fieldsV1', () => {
    property((a) => {
      const printed = printFieldsV1(a);
      same(parseFieldsV1(printed), a);
      expect(JSON.stringify(printFieldsV1(parseFieldsV1(JSON.parse(JSON.stringify(printed)))))).toBe(
        JSON.stringify(printed),
      );
    });
  });

  it('unites, intersects and subtracts as sets do', () => {
    property((a, b, c) => {
      same(a.union(b), b.union(a));
      same(a.union(b).union(c), a.union(b.union(c)));
      same(a.union(a), a);
      same(a.intersection(b), b.intersection(a));
      same(a.intersection(b.union(c)), a.intersection(b).union(a.intersection(c)));
      same(a.difference(b).union(a.intersection(b)), a);
      same(a.difference(b).intersection(b), FieldSet.empty);
      same(a.difference(a), FieldSet.empty);
      same(a.union(FieldSet.empty), a);
    });
  });

  it('loses with a recursive difference what lies below the members of the other', () => {
    property((a, b) => {
      const members = b.paths();
      const rest = a.recursiveDifference(b);
      const isBelow = (of: FieldPath, above: FieldPath): boolean =>
        above.every((step, index) => step.text === of[index]?.text);
      same(rest, FieldSet.of(...a.paths().filter((of) => !members.some((above) => isBelow(of, above)))));
      same(rest, rest.recursiveDifference(b));
    });
  });

  it('has as leaves the members without members below', () => {
    property((a) => {
      const leaves = a.leaves();
      same(leaves, leaves.leaves());
      same(leaves.difference(a), FieldSet.empty);
      expect(leaves.isEmpty()).toBe(a.isEmpty());
    });
  });

  it('is not owned at its root', () => {
    expect(FieldSet.of([]).isEmpty()).toBe(true);
    expect(FieldSet.of(fieldPath('a')).has([])).toBe(false);
  });

  it('lists members of a level before those that lie deeper', () => {
    const made = FieldSet.of(fieldPath('a', 'x'), fieldPath('b'), fieldPath('a'));
    expect(made.paths().map(formatPath)).toEqual(['a', 'b', 'a.x']);
  });

  it('has no fields that every JavaScript object has', () => {
    const made = FieldSet.of(fieldPath('__proto__', 'constructor'));
    expect(made.has(fieldPath('toString'))).toBe(false);
    expect(JSON.stringify(printFieldsV1(made))).toBe('{"f:__proto__":{"f:constructor":{}}}');
  });
});

describe('fieldsV1', () => {
  it.each([
    ['nothing', '{}', []],
    ['a member', '{"f:a":{}}', ['a']],
    ['a member that says so', '{"f:a":{".":{}}}', ['a']],
    ['no member, but one below', '{"f:a":{"f:b":{}}}', ['a.b']],
    ['a member and one below', '{"f:a":{".":{},"f:b":{}}}', ['a', 'a.b']],
    ['null for an empty object', '{"f:a":null}', ['a']],
    ['keys in any order', '{"k:{\\"protocol\\":\\"TCP\\",\\"port\\":80}":{}}', ['[port=80,protocol=TCP]']],
    ['sorts of elements that nobody knows yet', '{"z:what":{"f:x":{}},"f:a":{}}', ['a']],
    ['a member below which everything is unknown', '{"f:a":{"z:what":{}}}', ['a']],
    ['names with colons', '{"f:a:b":{}}', ['a:b']],
    ['the empty name', '{"f:":{}}', ['[""]']],
    ['values', '{"v:\\"a\\"":{},"v:1":{},"v:true":{},"i:3":{}}', ['[=1]', '[=a]', '[=true]', '[3]']],
  ])('is read when it holds %s', (_what, text, paths) => {
    expect(parseFieldsV1(JSON.parse(text)).paths().map(formatPath)).toEqual(paths);
  });

  it.each([
    '{"f":{}}',
    '{"x":{}}',
    '{"fa:b":{}}',
    '{"k:{":{}}',
    '{"k:[]":{}}',
    '{"k:1":{}}',
    '{"v:":{}}',
    '{"i:x":{}}',
    '{"f:a":1}',
    '{"f:a":"b"}',
    '{"f:a":[]}',
  ])('is refused when it is %s', (text) =>
    expect(() => parseFieldsV1(JSON.parse(text))).toThrow(
      expect.objectContaining({ code: 'INVALID_FIELDS_V1' }),
    ),
  );

  it('lists fields, then keys, then values, then indices, each in its own order', () => {
    const made = FieldSet.of(
      [indexElement(10)],
      [indexElement(2)],
      [valueElement(null)],
      [valueElement(true)],
      [valueElement('b')],
      [valueElement('B')],
      [valueElement(10)],
      [valueElement(9)],
      [valueElement(9.5)],
      [keyElement({ a: 2, b: 1 })],
      [keyElement({ a: 2 })],
      [keyElement({ a: 10 })],
      [fieldElement('z')],
      [fieldElement('Z')],
      [fieldElement('\uffff')],
      [fieldElement('\u{1f600}')],
    );
    expect(Object.keys(printFieldsV1(made))).toEqual([
      'f:Z',
      'f:z',
      'f:\uffff',
      'f:\u{1f600}',
      'k:{"a":2}',
      'k:{"a":2,"b":1}',
      'k:{"a":10}',
      'v:9',
      'v:9.5',
      'v:10',
      'v:"B"',
      'v:"b"',
      'v:true',
      'v:null',
      'i:2',
      'i:10',
    ]);
  });

  it('escapes values as the API server does', () => {
    expect(valueElement('<a&b>\u2028\b\f\\b"').text).toBe(
      'v:"\\u003ca\\u0026b\\u003e\\u2028\\u0008\\u000c\\\\b\\""',
    );
    expect(keyElement({ name: 'a<b' }).text).toBe('k:{"name":"a\\u003cb"}');
    expect([1, 1.5, 1e21, 1e-7, -0].map((value) => valueElement(value).text)).toEqual([
      'v:1',
      'v:1.5',
      'v:1e+21',
      'v:1e-7',
      'v:0',
    ]);
  });
});
