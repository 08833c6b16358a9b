import { describe, expect, it } from 'vitest';
import { schema } from '../../test/fields/widgets.ts';
import {
  type FieldPath,
  fieldElement,
  fieldPath,
  indexElement,
  keyElement,
  toFieldSet,
  valueAt,
  valueElement,
} from './index.ts';

const value = {
  spec: {
    title: 't',
    size: null,
    tags: ['a'],
    steps: ['x', 'y'],
    ports: [
      { port: 1, name: 'n' },
      { port: 2, protocol: 'UDP' },
    ],
    open: { m: { p: 1 } },
  },
};
const port = (number: number, protocol: string): FieldPath => [
  ...fieldPath('spec', 'ports'),
  keyElement({ port: number, protocol }),
];

describe('the value at', () => {
  it.each<[string, FieldPath, unknown]>([
    ['a field', fieldPath('spec', 'title'), 't'],
    ['a field that is null', fieldPath('spec', 'size'), null],
    ['an item with a defaulted key', [...port(1, 'TCP'), fieldElement('name')], 'n'],
    ['an item of a set', [...fieldPath('spec', 'tags'), valueElement('a')], 'a'],
    ['a place in a list', [...fieldPath('spec', 'steps'), indexElement(1)], 'y'],
    ['something untyped', fieldPath('spec', 'open', 'm', 'p'), 1],
    ['the root', [], value],
    ['a field that is not there', fieldPath('spec', 'replicas', 'x'), undefined],
    ['a field that every JavaScript object has', fieldPath('spec', 'toString'), undefined],
    ['an item that is not there', port(1, 'UDP'), undefined],
    ['an item of what is no list', [...fieldPath('spec', 'title'), valueElement('t')], undefined],
  ])('%s is found', (_what, path, found) => expect(valueAt(value, path, schema)).toEqual(found));

  it('every path of its field set is there', () => {
    for (const path of toFieldSet(value, schema).paths()) expect(valueAt(value, path, schema)).toBeDefined();
  });
});
