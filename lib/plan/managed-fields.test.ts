import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEDUCED, printFieldsV1, toFieldSet } from '../fields/index.ts';
import type { JsonObject, JsonValue } from '../objects/index.ts';
import { formatPath } from './field-path.ts';
import { heldFields, holds, missingFields } from './managed-fields.ts';

const missing = (object: JsonObject, fieldsV1: JsonObject) => missingFields(object, fieldsV1).map(formatPath);
const held = (object: JsonObject, fieldsV1: JsonObject) => heldFields(object, fieldsV1).map(formatPath);

const POD = {
  'f:spec': {
    'f:containers': {
      'k:{"name":"web"}': {
        '.': {},
        'f:name': {},
        'f:image': {},
        'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
      },
    },
    'f:nodeSelector': {},
  },
  'f:metadata': { 'f:finalizers': { 'v:"example.com/hold"': {} } },
};
const pod = (
  container: JsonObject = { name: 'web', image: 'x', ports: [{ containerPort: 80 }] },
): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'b', finalizers: ['example.com/hold'] },
  spec: { containers: [container], nodeSelector: { any: 'thing', more: 'things' } },
});

describe('fields that an entry holds', () => {
  it('misses nothing in what was applied, with defaults in keys and whole maps as one', () => {
    expect(missing(pod(), POD)).toEqual([]);
  });

  it('misses a field, an item of a list and an item of a set', () => {
    expect(missing(pod({ name: 'web', image: 'x', tty: true }), POD)).toEqual([
      'spec.containers[name=web].tty',
    ]);
    expect(missing(pod({ name: 'other' }), POD)).toEqual(['spec.containers[={"name":"other"}]']);
    const object = pod();
    const metadata = { finalizers: ['example.com/hold', 'example.com/new'] };
    expect(missing({ ...object, metadata }, POD)).toEqual(['metadata.finalizers[="example.com/new"]']);
  });

  it('leaves out what nobody ever holds, but only at the top', () => {
    const entry = { 'f:spec': { 'f:template': { 'f:metadata': { 'f:name': {} } } } };
    const object = {
      kind: 'X',
      metadata: { name: 'a', uid: 'u' },
      status: { a: 1 },
      spec: { template: { metadata: { name: 'b', uid: 'u' } } },
    };
    expect(missing(object, entry)).toEqual(['spec.template.metadata.uid']);
  });

  it('lists what is held, as deep as the entry goes', () => {
    expect(held(pod(), POD)).toEqual([
      'metadata.finalizers[="example.com/hold"]',
      'spec.containers[name=web].name',
      'spec.containers[name=web].image',
      'spec.containers[name=web].ports[containerPort=80,protocol=TCP].containerPort',
      'spec.nodeSelector',
    ]);
  });

  it('holds what is inside of a leaf', () => {
    expect(holds(POD, [{ field: 'spec' }, { field: 'nodeSelector' }, { field: 'any' }])).toBe(true);
    expect(holds(POD, [{ field: 'spec' }, { field: 'nodeName' }])).toBe(false);
  });

  it('quotes names with dots in paths', () => {
    const labels = { 'example.com/tier': 'web' };
    expect(missing({ metadata: { labels } }, {})).toEqual(['metadata.labels["example.com/tier"]']);
  });
});

describe('the fields of any value', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'example.com/d');
  const { value } = fc.letrec<{ value: JsonValue; map: JsonObject }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.integer(),
      fc.string(),
      fc.boolean(),
      fc.array(fc.integer(), { maxLength: 3 }),
      tie('map'),
    ),
    map: fc.dictionary(name, tie('value'), { maxKeys: 4 }) as fc.Arbitrary<JsonObject>,
  }));

  it('are all held by the entry that an apply of it leaves', () => {
    fc.assert(
      fc.property(fc.dictionary(name, value), (spec) => {
        const object = { spec } as JsonObject;
        // Fields without a schema are deduced, as the API server does for unstructured content.
        const entry = printFieldsV1(toFieldSet(object, DEDUCED));
        expect(missing(object, entry)).toEqual([]);
      }),
    );
  });
});
