import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLegalProperty, propertyNames, TypeNames } from './names.ts';
import { RESERVED_PROPERTIES, RESERVED_TYPES } from './reserved-words.ts';

/** Whatever a schema may call a field, and what is known to be trouble. */
const field = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ maxLength: 12, unit: 'binary' }),
  fc.constantFrom(...RESERVED_PROPERTIES),
  fc.constantFrom(
    '$ref',
    'a-b',
    'a.b',
    'aB',
    'ab',
    'AB',
    'x-kubernetes-y',
    '0a',
    '',
    '-',
    'getIt',
    'clusterIP',
  ),
);

describe('names of properties', () => {
  it.each([
    ['clusterIP', 'clusterIP'],
    ['default', 'defaultValue'],
    ['class', 'classValue'],
    ['constructor', 'constructorValue'],
    ['from', 'fromValue'],
    ['$ref', 'ref'],
    ['x-kubernetes-list-type', 'xKubernetesListType'],
    ['app.kubernetes.io/name', 'appKubernetesIoName'],
    ['snake_case', 'snakeCase'],
    ['URL', 'url'],
    ['HTTPRoute', 'httpRoute'],
    ['Name', 'name'],
    ['5xx', 'field5xx'],
    ['getItems', 'fieldGetItems'],
    ['', 'field'],
    ['…', 'field'],
  ])('%s is called %s', (name, property) => {
    expect(propertyNames([name]).get(name)).toBe(property);
  });

  it('stay as they are in the schema, whatever else wants them', () => {
    expect([...propertyNames(['foo-bar', 'fooBar', 'foo_bar', 'foobar'])]).toEqual([
      ['fooBar', 'fooBar'],
      ['foobar', 'foobar2'],
      ['foo-bar', 'fooBar3'],
      ['foo_bar', 'fooBar4'],
    ]);
  });

  it('are legal in every language, one for each field, and the same for the same fields in any order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(field, { maxLength: 12 }), (fields) => {
        const names = propertyNames(fields);
        expect([...names.keys()].sort()).toEqual([...fields].sort());
        const properties = [...names.values()];
        for (const property of properties) {
          expect(property).toMatch(/^[a-z][A-Za-z0-9]*$/);
          expect(RESERVED_PROPERTIES.has(property)).toBe(false);
          expect(isLegalProperty(property)).toBe(true);
        }
        // Python has them in snake case, Go and C# with a capital: no two may come together there.
        expect(new Set(properties.map((property) => property.toLowerCase())).size).toBe(fields.length);
        expect(propertyNames(fields.toReversed())).toEqual(names);
      }),
    );
  });
});

describe('names of types', () => {
  it('are legal in every language and given once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(field, fc.constantFrom(...RESERVED_TYPES)), { maxLength: 20 }),
        (wanted) => {
          const names = new TypeNames();
          const given = wanted.map((name) => names.take(name));
          for (const name of given) {
            expect(name).toMatch(/^[A-Z][A-Za-z0-9]*$/);
            expect(RESERVED_TYPES.has(name)).toBe(false);
          }
          expect(new Set(given.map((name) => name.toLowerCase())).size).toBe(wanted.length);
        },
      ),
    );
  });

  it.each([
    ['Object', 'ObjectResource'],
    ['ApiObject', 'ApiObjectResource'],
    ['HTTPRoute', 'HTTPRoute'],
    ['lower', 'Lower'],
  ])('%s is called %s', (kind, name) => {
    expect(new TypeNames().take(kind)).toBe(name);
  });
});
