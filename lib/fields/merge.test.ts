import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WIDGET_SCHEMA, widget } from '../../test/fields/kinds.ts';
import type { JsonObject, JsonValue } from '../objects/index.ts';
import {
  compareValuesBySchema,
  extractItems,
  FieldSet,
  fieldPath,
  formatPath,
  isSame,
  mergeValues,
  removeItems,
  schemaFromStructural,
  toFieldSet,
  validate,
} from './index.ts';
import { equalValues } from './value.ts';

const schema = schemaFromStructural(WIDGET_SCHEMA);
const inSpec = (spec: JsonObject): JsonObject => ({ spec });
const merge = (live: JsonObject, config: JsonObject): JsonValue | undefined => {
  const merged = mergeValues(inSpec(live), inSpec(config), schema) as { spec?: JsonValue } | undefined;
  return merged?.spec;
};
const pathsOf = (set: FieldSet): readonly string[] => set.paths().map(formatPath).sort();
const object = widget('example.dev').partial;

describe('the merge of', () => {
  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    ['scalars keeps the new one', { title: 'a' }, { title: 'b' }, { title: 'b' }],
    ['a field that only one side has keeps it', { title: 'a' }, { replicas: 2 }, { title: 'a', replicas: 2 }],
    ['null and a value keeps null when that is new', { title: 'a' }, { title: null }, { title: null }],
    [
      'granular maps goes field by field',
      { quotas: { a: 1, b: 2 } },
      { quotas: { b: 3, c: 4 } },
      { quotas: { a: 1, b: 3, c: 4 } },
    ],
    ['atomic maps keeps the new one', { limits: { a: '1' } }, { limits: { b: '2' } }, { limits: { b: '2' } }],
    ['atomic lists keeps the new one', { steps: ['a', 'b'] }, { steps: ['c'] }, { steps: ['c'] }],
    ['lists without a type keeps the new one', { plain: [{ a: 'x' }] }, { plain: [] }, { plain: [] }],
    ['sets unites them', { tags: ['a', 'b'] }, { tags: ['c', 'a'] }, { tags: ['c', 'a', 'b'] }],
    [
      'keyed lists merges items with the same key',
      { ports: [{ port: 1, name: 'a' }] },
      { ports: [{ port: 1, protocol: 'TCP', tags: ['x'] }] },
      { ports: [{ port: 1, name: 'a', protocol: 'TCP', tags: ['x'] }] },
    ],
    [
      'keyed lists keeps items with other keys apart',
      { ports: [{ port: 1, protocol: 'UDP' }] },
      { ports: [{ port: 1 }] },
      { ports: [{ port: 1, protocol: 'UDP' }, { port: 1 }] },
    ],
    ['an empty list and nothing keeps the empty list', {}, { tags: [] }, { tags: [] }],
    ['an empty map and null keeps null when that is new', { quotas: {} }, { quotas: null }, { quotas: null }],
    ['items and an empty list keeps the items', { tags: ['a'] }, { tags: [] }, { tags: ['a'] }],
    [
      'untyped maps goes field by field, untyped lists not',
      { open: { m: { p: 1 }, n: [1] } },
      { open: { m: { q: 2 }, n: [2] } },
      { open: { m: { p: 1, q: 2 }, n: [2] } },
    ],
    [
      'an untyped list and a map keeps the new one',
      { open: { m: [1] } },
      { open: { m: { p: 1 } } },
      { open: { m: { p: 1 } } },
    ],
  ])('%s', (_what, live, config, merged) => expect(merge(live, config)).toEqual(merged));

  it.each([
    ['abcd', 'ca', 'bcda'],
    ['abc', 'abc', 'abc'],
    ['abc', 'cba', 'cba'],
    ['abc', 'xbx2'.slice(0, 2), 'axbc'],
    ['', 'ab', 'ab'],
    ['abc', '', 'abc'],
    ['abc', 'd', 'abcd'],
    ['abcde', 'eca', 'bdeca'],
    ['abcde', 'ade', 'abcde'],
  ])('the order %s with the order %s gives %s', (live, config, merged) => {
    expect(merge({ tags: [...live] }, { tags: [...config] })).toEqual({ tags: [...merged] });
  });

  it('an object with itself, or with nothing, changes nothing', () => {
    fc.assert(
      fc.property(object, (value) => {
        expect(equalValues(mergeValues(value, value, schema) ?? {}, value)).toBe(true);
        expect(equalValues(mergeValues(value, {}, schema) ?? {}, value)).toBe(true);
        expect(equalValues(mergeValues({}, value, schema) ?? {}, value)).toBe(true);
      }),
    );
  });

  it('three objects does not depend on which two are merged first, but for the order of items', () => {
    // It does where an untyped value is a map, then a list, then a map again.
    const typed = object.map(
      (value) =>
        removeItems(value, FieldSet.of(fieldPath('spec', 'open'), fieldPath('spec', 'resource')), schema) ??
        {},
    );
    fc.assert(
      fc.property(typed, typed, typed, (a, b, c) => {
        const left = mergeValues(mergeValues(a, b, schema) ?? {}, c, schema) ?? {};
        const right = mergeValues(a, mergeValues(b, c, schema) ?? {}, schema) ?? {};
        expect(isSame(compareValuesBySchema(left, right, schema))).toBe(true);
      }),
    );
  });

  it('two objects has every field of both, and the values of the second', () => {
    fc.assert(
      fc.property(object, object, (a, b) => {
        const merged = mergeValues(a, b, schema) ?? {};
        const { added, modified } = compareValuesBySchema(merged, b, schema);
        expect([...pathsOf(added), ...pathsOf(modified)]).toEqual([]);
        expect(validate(merged, schema, { duplicates: 'refuse' })).toEqual([]);
      }),
    );
  });
});

describe('the field set of', () => {
  it.each<[string, JsonObject, readonly string[]]>([
    ['a scalar is its path', { title: 'a' }, ['spec.title']],
    ['null is its path', { title: null }, ['spec.title']],
    ['a struct is what it holds', { template: { a: 'x' } }, ['spec.template.a']],
    ['an empty struct is the struct', { template: {} }, ['spec.template']],
    ['a map is its entries', { quotas: { a: 1 } }, ['spec.quotas.a']],
    [
      'a map of structs is its entries and their fields',
      { groups: { a: { b: 'x' } } },
      ['spec.groups.a', 'spec.groups.a.b'],
    ],
    ['an atomic map is the map', { limits: { a: '1' } }, ['spec.limits']],
    ['an atomic list is the list', { steps: ['a'] }, ['spec.steps']],
    ['a set is its items', { tags: ['a', 'b'] }, ['spec.tags[=a]', 'spec.tags[=b]']],
    ['an empty set is nothing', { tags: [] }, []],
    [
      'a keyed list is its items and their fields, with defaults in their keys',
      { ports: [{ port: 1, name: 'x' }] },
      [
        'spec.ports[port=1,protocol=TCP]',
        'spec.ports[port=1,protocol=TCP].name',
        'spec.ports[port=1,protocol=TCP].port',
      ],
    ],
    [
      'items with the same key is their key alone',
      { ports: [{ port: 1 }, { port: 1, name: 'x' }] },
      ['spec.ports[port=1,protocol=TCP]'],
    ],
    [
      'something untyped has every map on the way',
      { open: { m: { p: [1] } } },
      ['spec.open.m', 'spec.open.m.p'],
    ],
    [
      'an embedded resource knows its metadata',
      { resource: { kind: 'A', metadata: { labels: { a: 'b' } }, data: {} } },
      ['spec.resource.data', 'spec.resource.kind', 'spec.resource.metadata.labels.a'],
    ],
  ])('%s', (_what, value, paths) => expect(pathsOf(toFieldSet(inSpec(value), schema))).toEqual(paths));
});

describe('the comparison of', () => {
  const compare = (before: JsonObject, after: JsonObject): Record<string, readonly string[]> => {
    const { added, modified, removed } = compareValuesBySchema(inSpec(before), inSpec(after), schema);
    return { added: pathsOf(added), modified: pathsOf(modified), removed: pathsOf(removed) };
  };

  it.each<[string, JsonObject, JsonObject, Partial<Record<string, readonly string[]>>]>([
    ['a changed scalar', { title: 'a' }, { title: 'b' }, { modified: ['spec.title'] }],
    ['one number written in two ways', { replicas: 1 }, { replicas: 1.0 }, {}],
    ['a number and a string', { size: 1 }, { size: '1' }, { modified: ['spec.size'] }],
    [
      'an atomic list in another order',
      { steps: ['a', 'b'] },
      { steps: ['b', 'a'] },
      { modified: ['spec.steps'] },
    ],
    ['a set in another order', { tags: ['a', 'b'] }, { tags: ['b', 'a'] }, {}],
    [
      'a new struct with its fields',
      {},
      { template: { a: 'x' } },
      { added: ['spec.template', 'spec.template.a'] },
    ],
    ['an item that went', { tags: ['a'] }, { tags: [] }, { removed: ['spec.tags[=a]'] }],
    ['a value that became null', { title: 'a' }, { title: null }, { modified: ['spec.title'] }],
    [
      'an untyped value that became a map',
      { open: { m: 1 } },
      { open: { m: { p: 1 } } },
      { added: ['spec.open.m.p'], modified: ['spec.open.m'] },
    ],
    [
      'items that became doubles',
      { ports: [{ port: 1 }] },
      { ports: [{ port: 1 }, { port: 1 }] },
      {
        added: ['spec.ports[port=1,protocol=TCP]'],
        removed: ['spec.ports[port=1,protocol=TCP]', 'spec.ports[port=1,protocol=TCP].port'],
      },
    ],
    [
      'doubles that changed',
      { ports: [{ port: 1 }, { port: 1 }] },
      { ports: [{ port: 1 }, { port: 1, name: 'a' }] },
      { modified: ['spec.ports[port=1,protocol=TCP]'] },
    ],
  ])('%s', (_what, before, after, changes) => {
    expect(compare(before, after)).toEqual({ added: [], modified: [], removed: [], ...changes });
  });

  it('two objects finds in reverse what it found before, exchanged', () => {
    fc.assert(
      fc.property(object, object, (a, b) => {
        const there = compareValuesBySchema(a, b, schema);
        const back = compareValuesBySchema(b, a, schema);
        expect(pathsOf(there.added)).toEqual(pathsOf(back.removed));
        expect(pathsOf(there.modified)).toEqual(pathsOf(back.modified));
        expect(isSame(compareValuesBySchema(a, a, schema))).toBe(true);
      }),
    );
  });
});

describe('removing', () => {
  it('all fields of an object leaves none of them', () => {
    fc.assert(
      fc.property(object, object, (value, other) => {
        const gone = toFieldSet(other, schema);
        const rest = removeItems(value, gone, schema);
        expect(pathsOf(toFieldSet(rest, schema).intersection(gone.leaves()))).toEqual([]);
      }),
    );
  });

  it('nothing changes nothing', () => {
    fc.assert(
      fc.property(object, (value) => {
        expect(removeItems(value, FieldSet.empty, schema) ?? {}).toEqual(value);
      }),
    );
  });
});

describe('extracting', () => {
  const value = inSpec({
    title: 'a',
    ports: [{ port: 1, protocol: 'UDP', name: 'x', tags: ['t'] }, { port: 2 }],
    limits: { a: '1' },
  });
  const some = toFieldSet(inSpec({ ports: [{ port: 1, protocol: 'UDP', tags: ['t'] }], limits: {} }), schema);

  it('keeps nothing else', () => {
    expect(extractItems(value, some, schema)).toEqual(
      inSpec({ ports: [{ port: 1, protocol: 'UDP', tags: ['t'] }], limits: { a: '1' } }),
    );
  });

  it('adds the keys of items when asked to, so that the result can be applied', () => {
    const onlyTag = some.difference(toFieldSet(inSpec({ ports: [{ port: 1, protocol: 'UDP' }] }), schema));
    expect(extractItems(value, onlyTag, schema, { withKeys: true })).toEqual(
      inSpec({ ports: [{ port: 1, protocol: 'UDP', tags: ['t'] }], limits: { a: '1' } }),
    );
  });

  it('of all fields is the whole object', () => {
    fc.assert(
      fc.property(object, (whole) => {
        const extracted = extractItems(whole, toFieldSet(whole, schema), schema);
        expect(pathsOf(toFieldSet(extracted, schema))).toEqual(pathsOf(toFieldSet(whole, schema)));
      }),
    );
  });
});

describe('validation', () => {
  it.each<[string, JsonObject, string]>([
    ['a field that is not known', { nope: 1 }, '.spec.nope: field not declared in schema'],
    [
      'a string for a number',
      { replicas: 'x' },
      '.spec.replicas: expected numeric (int or float), got string',
    ],
    [
      'a number for a string',
      { title: 1 },
      '.spec.title: expected string, got &value.valueUnstructured{Value:1}',
    ],
    ['a map for a list', { tags: { a: 1 } }, '.spec.tags: expected list, got &{map[a:1]}'],
    ['a list for a map', { quotas: [1, 'b'] }, '.spec.quotas: expected map, got &{[1 b]}'],
    ['the same set item twice', { tags: ['a', 'a'] }, '.spec.tags: duplicate entries for key [="a"]'],
    [
      'the same key twice, once by default',
      { ports: [{ port: 1 }, { port: 1, protocol: 'TCP' }] },
      '.spec.ports: duplicate entries for key [port=1,protocol="TCP"]',
    ],
    [
      'a null item',
      { ports: [null] },
      '.spec.ports: element 0: associative list with keys may not have a null element',
    ],
    [
      'a map in a set',
      { tags: [{}] },
      ".spec.tags: element 0: associative list without keys has an element that's a map type",
    ],
    [
      'a wrong field of an item',
      { ports: [{ port: 1, name: 2 }] },
      '.spec.ports[port=1,protocol="TCP"].name: expected string, got &value.valueUnstructured{Value:2}',
    ],
  ])('refuses %s', (_what, spec, message) => {
    expect(
      validate(inSpec(spec), schema, { duplicates: 'refuse' }).map(
        (error) => `${error.path}: ${error.message}`,
      ),
    ).toEqual([message]);
  });

  it('allows doubles in live objects only', () => {
    expect(validate(inSpec({ tags: ['a', 'a'] }), schema, { duplicates: 'allow' })).toEqual([]);
  });

  it('finds nothing wrong with what the schema allows', () => {
    fc.assert(
      fc.property(object, (value) => {
        expect(validate(value, schema, { duplicates: 'refuse' })).toEqual([]);
      }),
    );
  });
});
