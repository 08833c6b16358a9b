import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../../objects/index.ts';
import { deepEqual } from '../deep-equal.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';

// The table of RFC 7386, appendix A.
test.each<[JsonValue, JsonValue, JsonValue]>([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('merging %j with %j gives %j', (target, patch, result) => {
  expect(mergePatch(target, patch)).toEqual(result);
});

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;

test('a merge patch applied twice does no more than once, and leaves its arguments alone', () => {
  fc.assert(
    fc.property(json, json, (target, patch) => {
      const before = JSON.stringify([target, patch]);
      const once = mergePatch(target, patch);
      expect(deepEqual(mergePatch(once, patch), once)).toBe(true);
      expect(JSON.stringify([target, patch])).toBe(before);
    }),
  );
});

test('JSON patch operations work on objects, arrays and escaped names', () => {
  const document = { list: [1, 3], 'a/b': 1, 'c~d': 2 };
  expect(
    jsonPatch(document, [
      { op: 'add', path: '/list/1', value: 2 },
      { op: 'add', path: '/list/-', value: 4 },
      { op: 'replace', path: '/a~1b', value: 5 },
      { op: 'remove', path: '/c~0d' },
      { op: 'copy', from: '/list', path: '/other' },
      { op: 'move', from: '/other/0', path: '/first' },
      { op: 'test', path: '/first', value: 1 },
    ]),
  ).toEqual({ list: [1, 2, 3, 4], 'a/b': 5, other: [2, 3, 4], first: 1 });
  expect(document).toEqual({ list: [1, 3], 'a/b': 1, 'c~d': 2 });
});

test('a member that is not there is replaced all the same, as the API server does', () => {
  expect(jsonPatch({ a: 1 }, [{ op: 'replace', path: '/missing', value: 2 }])).toEqual({ a: 1, missing: 2 });
});

test.each([
  [{ op: 'remove', path: '/missing' }],
  [{ op: 'replace', path: '/list/0', value: 1 }],
  [{ op: 'frob', path: '/a' }],
  [{ op: 'add', path: '/a/b/c', value: 1 }],
  [{ op: 'add', path: '/list/9', value: 1 }],
  [{ op: 'test', path: '/a', value: 2 }],
])('%j does not fit and is refused', (operation) => {
  expect(() => jsonPatch({ a: 1, list: [] }, [operation])).toThrow(/error in our request/);
});
