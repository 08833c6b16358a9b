/** Random structural schemas, and values that fit them. */
import fc from 'fast-check';
import type { JsonValue } from '../../lib/objects/index.ts';
import type { SchemaNode } from '../../lib/schemas/index.ts';

export interface SchemaWithValues {
  readonly schema: SchemaNode;
  readonly value: fc.Arbitrary<JsonValue>;
}

/** Names that are trouble in some language, and plain ones. */
const FIELDS = [
  ...[
    'alpha',
    'fooBar',
    'foo_bar',
    'foo-bar',
    'clusterIP',
    'default',
    'class',
    'constructor',
    '$ref',
    'a.b/c',
  ],
  ...[
    'toString',
    'hasOwnProperty',
    'valueOf',
    'from',
    'getIt',
    '0a',
    'Upper',
    'metadata',
    'kind',
    'prototype',
    '',
  ],
];

/** Anything that JSON can hold, but for the one name that is no field in JavaScript. */
export const json: fc.Arbitrary<JsonValue> = fc
  .jsonValue({ maxDepth: 2 })
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'proto')) as JsonValue)
  .filter((value) => !JSON.stringify(value).includes('-0'));

const strings: fc.Arbitrary<SchemaWithValues> = fc.oneof(
  fc.tuple(fc.nat(4), fc.nat(6)).map(([minLength, more]) => ({
    schema: { type: 'string', minLength, maxLength: minLength + more },
    value: fc.string({ minLength, maxLength: minLength + more }).filter((text) => text !== '__proto__'),
  })),
  fc.constantFrom('^[a-z]{1,3}$', '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', '^\\d+(\\.\\d+)?$').map((pattern) => ({
    schema: { type: 'string', pattern },
    value: fc.stringMatching(new RegExp(pattern)),
  })),
  fc.uniqueArray(fc.string({ maxLength: 5 }), { minLength: 1, maxLength: 4 }).map((options) => ({
    schema: { type: 'string', enum: options },
    value: fc.constantFrom(...options),
  })),
  fc.constant({
    schema: { type: 'string', format: 'date-time' },
    value: fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
      .map((date) => date.toISOString()),
  }),
);

const numbers: fc.Arbitrary<SchemaWithValues> = fc.oneof(
  fc.tuple(fc.integer({ min: -9, max: 9 }), fc.nat(9), fc.boolean()).map(([minimum, more, exclusive]) => ({
    schema: {
      type: 'integer',
      minimum,
      maximum: minimum + more + 2,
      ...(exclusive && { exclusiveMinimum: true, exclusiveMaximum: true }),
    },
    value: fc.integer({ min: minimum + 1, max: minimum + more + 1 }),
  })),
  fc.integer({ min: 1, max: 5 }).map((multipleOf) => ({
    schema: { type: 'integer', format: 'int64', multipleOf },
    value: fc.integer({ min: -99, max: 99 }).map((factor) => factor * multipleOf + 0),
  })),
  fc.constant({
    schema: { type: 'number' },
    value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
  }),
);

const scalars: fc.Arbitrary<SchemaWithValues> = fc.oneof(
  strings,
  numbers,
  fc.constant({ schema: { type: 'boolean' }, value: fc.boolean() }),
  fc.constant({
    schema: { 'x-kubernetes-int-or-string': true },
    value: fc.oneof(fc.integer(), fc.string({ maxLength: 4 })),
  }),
);

const open: fc.Arbitrary<SchemaWithValues> = fc.oneof(
  fc.constant({ schema: { 'x-kubernetes-preserve-unknown-fields': true }, value: json }),
  fc.constant({
    schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    value: fc.dictionary(fc.constantFrom(...FIELDS), json, { maxKeys: 4 }),
  }),
);

/** With its values, a schema that also takes null. */
function nullable({ schema, value }: SchemaWithValues): SchemaWithValues {
  return { schema: { ...schema, nullable: true }, value: fc.option(value) };
}

function listOf({ schema, value }: SchemaWithValues): fc.Arbitrary<SchemaWithValues> {
  return fc.tuple(fc.nat(2), fc.nat(3), fc.boolean()).map(([minItems, more, isSet]) => {
    const size = { minLength: isSet ? 0 : minItems, maxLength: minItems + more };
    const set = isSet && ['string', 'integer', 'boolean'].includes(schema.type ?? '');
    return {
      schema: {
        type: 'array',
        items: schema,
        ...(set ? { 'x-kubernetes-list-type': 'set' } : { minItems: size.minLength }),
        maxItems: size.maxLength,
      },
      value: set
        ? fc.uniqueArray(value, { ...size, selector: (item) => JSON.stringify(item) })
        : fc.array(value, size),
    };
  });
}

/** A list of maps that are told apart by `name`. */
function mapList({ schema, value }: SchemaWithValues): SchemaWithValues {
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  return {
    schema: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string', default: 'a' }, 'other-value': schema },
      },
    },
    value: fc.uniqueArray(fc.record({ name, 'other-value': value }, { requiredKeys: ['name'] }), {
      maxLength: 3,
      selector: (item) => item.name,
    }),
  };
}

function mapOf({ schema, value }: SchemaWithValues): SchemaWithValues {
  return {
    schema: { type: 'object', additionalProperties: schema, maxProperties: 3 },
    value: fc.dictionary(fc.constantFrom(...FIELDS), value, { maxKeys: 3 }),
  };
}

function objectOf(fields: readonly (readonly [string, SchemaWithValues, boolean])[]): SchemaWithValues {
  const required = fields.flatMap(([name, , isRequired]) => (isRequired ? [name] : []));
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(fields.map(([name, { schema }]) => [name, schema])),
      ...(required.length > 0 && { required }),
    },
    value: fc.record(Object.fromEntries(fields.map(([name, { value }]) => [name, value])), {
      requiredKeys: required,
      noNullPrototype: true,
    }) as fc.Arbitrary<JsonValue>,
  };
}

/** Any schema, with at most so many levels. */
function schemas(depth: number): fc.Arbitrary<SchemaWithValues> {
  if (depth === 0) return fc.oneof(scalars, scalars.map(nullable), open);
  const below = schemas(depth - 1);
  return fc.oneof(
    below,
    below.map(nullable),
    below.chain(listOf),
    below.map(mapList),
    below.map(mapOf),
    objects(depth),
  );
}

/** A schema of a map with named fields. */
export function objects(depth: number): fc.Arbitrary<SchemaWithValues> {
  return fc
    .uniqueArray(fc.tuple(fc.constantFrom(...FIELDS), schemas(depth - 1), fc.boolean()), {
      maxLength: 5,
      selector: ([name]) => name,
    })
    .map(objectOf);
}
