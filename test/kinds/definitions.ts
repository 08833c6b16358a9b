/** Definitions of kinds, right ones and such with one mistake each. */
import type { KubernetesObject } from '../../lib/objects/index.ts';
import type { Case } from './others.ts';

const definition = (spec: object, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.example.com', ...metadata },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'things', kind: 'Thing' },
    versions: [version({})],
    ...spec,
  },
});

const version = (more: object): object => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: { type: 'object' } },
  ...more,
});
const versioned = (more: object) => definition({ versions: [version(more)] });
const named = (names: object) => definition({ names: { plural: 'things', kind: 'Thing', ...names } });

/** A schema as a whole. */
const rooted = (schema: object, more: object = {}) =>
  versioned({ schema: { openAPIV3Schema: schema }, ...more });
/** The schema of the field `a` of the spec. */
const field = (a: object) =>
  rooted({ type: 'object', properties: { spec: { type: 'object', properties: { a } } } });
const TEXT = { type: 'string' };
const texts = { type: 'array', items: TEXT };
const withB = { type: 'object', properties: { b: TEXT } };
const atomic = { 'x-kubernetes-map-type': 'atomic' };
const set = (items: object) => field({ type: 'array', 'x-kubernetes-list-type': 'set', items });
const map = (items: object, ...keys: readonly string[]) =>
  field({
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': keys,
    items: { type: 'object', ...items },
  });
const keyed = { required: ['k'], properties: { k: TEXT } };

const types: readonly Case[] = [
  ['no type', field({})],
  ['a type', field(TEXT)],
  ['an empty type', field({ type: '' })],
  ['a list of nothing', field({ type: 'array' })],
  ['a list of no type', field({ type: 'array', items: {} })],
  ['a list of texts', field(texts)],
  ['an unknown type', field({ type: 'weird' })],
  ['no value', field({ type: 'null' })],
  ['an unknown format', field({ type: 'string', format: 'weird' })],
  ['a map with fields', field({ ...withB, additionalProperties: TEXT })],
  ['a map of nothing', field({ type: 'object', additionalProperties: false })],
  ['a map of anything', field({ type: 'object', additionalProperties: true })],
  ['fields and nothing', field({ ...withB, additionalProperties: false })],
  ['fields and anything', field({ ...withB, additionalProperties: true })],
  ['a map of no type', field({ type: 'object', additionalProperties: {} })],
  ['a map of texts', field({ type: 'object', additionalProperties: TEXT })],
  ['a list of different items', field({ ...texts, uniqueItems: true })],
  ['a reference', field({ $ref: '#/x' })],
  ['a typed reference', field({ type: 'object', $ref: '#/x' })],
  ['other members of JSON Schema', field({ type: 'object', patternProperties: { a: TEXT }, id: 'x' })],
  ['definitions', field({ type: 'object', definitions: { a: TEXT }, dependencies: { a: ['b'] } })],
  ['a wrong pattern', field({ type: 'string', pattern: '(' })],
  ['a pattern', field({ type: 'string', pattern: '^[a-z]+$' })],
  ...[
    'a)',
    '[a',
    '*a',
    'a**',
    '(|a)',
    '(?i)a',
    '(?i:a)',
    '(?P<n>a)+',
    '(a|*b)',
    '\\1',
    'a\\',
    '[]a]',
    '[^\\]]+',
    '[[:alpha:]-]',
    'a{2,1}',
    'x{,5}',
    '(?<n>a)',
    '(?!a)',
    '(?<=a)b',
    '^(([a-z]+)|())$',
    '\\Q(\\E',
    '(a+)+$',
    '\\pL',
    'a{1001}',
    '\\d+?',
    '(?:)*',
  ].map((pattern): Case => [`the pattern ${pattern}`, field({ type: 'string', pattern })]),
  ['a pattern of Perl', field({ type: 'string', pattern: '(?=a)b' })],
  ['bounds the wrong way round', field({ type: 'integer', minimum: 5, maximum: 1 })],
  ['unknown fields kept', field({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true })],
  ['unknown fields kept of anything', field({ 'x-kubernetes-preserve-unknown-fields': true })],
  ['unknown fields not kept', field({ type: 'object', 'x-kubernetes-preserve-unknown-fields': false })],
  ['a number or text', field({ 'x-kubernetes-int-or-string': true })],
  ['a number or text of a type', field({ type: 'string', 'x-kubernetes-int-or-string': true })],
  [
    'a number or text of types',
    field({ anyOf: [{ type: 'integer' }, TEXT], 'x-kubernetes-int-or-string': true }),
  ],
  [
    'a number or text of types within',
    field({
      allOf: [{ anyOf: [{ type: 'integer' }, TEXT] }, { pattern: 'a' }],
      'x-kubernetes-int-or-string': true,
    }),
  ],
  [
    'a number or text of types in another order',
    field({ anyOf: [TEXT, { type: 'integer' }], 'x-kubernetes-int-or-string': true }),
  ],
  ['types without a number or text', field({ type: 'string', anyOf: [{ type: 'integer' }, TEXT] })],
  [
    'a number or text with unknown fields',
    field({ 'x-kubernetes-int-or-string': true, 'x-kubernetes-preserve-unknown-fields': true }),
  ],
  ['an object within that is a text', field({ type: 'string', 'x-kubernetes-embedded-resource': true })],
  ['an object within of nothing', field({ type: 'object', 'x-kubernetes-embedded-resource': true })],
  ['an object within', field({ ...withB, 'x-kubernetes-embedded-resource': true })],
  [
    'an object within of anything',
    field({
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      'x-kubernetes-preserve-unknown-fields': true,
    }),
  ],
  [
    'an object within with a number for a kind',
    field({
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      properties: { kind: { type: 'integer' }, metadata: TEXT },
    }),
  ],
  [
    'an object within with metadata',
    field({
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } } },
    }),
  ],
  [
    'an object within that is a map',
    field({ type: 'object', 'x-kubernetes-embedded-resource': true, additionalProperties: TEXT }),
  ],
];

const lists: readonly Case[] = [
  ['a text that is a set', field({ type: 'string', 'x-kubernetes-list-type': 'set' })],
  ['nothing that is a set', field({ 'x-kubernetes-list-type': 'set' })],
  ['a list of some type', field({ ...texts, 'x-kubernetes-list-type': 'bag' })],
  ['a list that is whole', field({ ...texts, 'x-kubernetes-list-type': 'atomic' })],
  ['a set', set(TEXT)],
  ['a set of objects', set({ type: 'object' })],
  ['a set of whole objects', set({ type: 'object', ...atomic })],
  ['a set of lists', set(texts)],
  ['a set of whole lists', set({ ...texts, 'x-kubernetes-list-type': 'atomic' })],
  ['a set of texts or nothing', set({ ...TEXT, nullable: true })],
  ['a list by no keys', map({})],
  ['a list by a key', map(keyed, 'k')],
  ['a list by a key that may be absent', map({ properties: { k: TEXT } }, 'k')],
  ['a list by a key with a default', map({ properties: { k: { ...TEXT, default: 'x' } } }, 'k')],
  ['a list by an unknown key', map({ required: ['k'], properties: { q: TEXT } }, 'k')],
  ['a list by a key twice', map(keyed, 'k', 'k')],
  ['a list by an object', map({ required: ['k'], properties: { k: { type: 'object' } } }, 'k')],
  [
    'a list by a key or nothing',
    map({ required: ['k'], properties: { k: { ...TEXT, nullable: true } } }, 'k'),
  ],
  ['a list of objects or nothing by a key', map({ ...keyed, nullable: true }, 'k')],
  ['a list of texts by a key', map({ type: 'string' }, 'k')],
  [
    'a list of nothing by a key',
    field({ type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] }),
  ],
  ['a plain list by a key', field({ ...texts, 'x-kubernetes-list-map-keys': ['k'] })],
  [
    'a set by a key',
    field({ ...texts, 'x-kubernetes-list-type': 'set', 'x-kubernetes-list-map-keys': ['k'] }),
  ],
  ['a map of some type', field({ type: 'object', 'x-kubernetes-map-type': 'bag' })],
  ['a map that is whole', field({ type: 'object', 'x-kubernetes-map-type': 'atomic' })],
  ['a text that is a map', field({ type: 'string', 'x-kubernetes-map-type': 'atomic' })],
];

const branches: readonly Case[] = [
  ['a branch with a type', field({ type: 'object', anyOf: [{ type: 'object' }] })],
  [
    'a branch of an unknown field',
    field({ type: 'object', anyOf: [{ properties: { x: { minLength: 1 } } }] }),
  ],
  ['a branch of a field', field({ ...withB, anyOf: [{ properties: { b: { minLength: 1 } } }] })],
  ['a branch of a field with a type', field({ ...withB, anyOf: [{ properties: { b: TEXT } }] })],
  ['a branch that requires', field({ ...withB, oneOf: [{ required: ['b'] }, { required: ['c'] }] })],
  ['not a description', field({ type: 'object', not: { description: 'x' } })],
  ['a branch of items', field({ ...texts, anyOf: [{ items: { minLength: 1 } }] })],
  ['a branch of items with a type', field({ ...texts, anyOf: [{ items: TEXT }] })],
  ['a branch with a default', field({ type: 'string', allOf: [{ default: 'x' }] })],
  [
    'a branch with much',
    field({
      type: 'object',
      allOf: [
        {
          title: 'x',
          nullable: true,
          additionalProperties: { minLength: 1 },
          'x-kubernetes-list-type': 'set',
          'x-kubernetes-preserve-unknown-fields': true,
        },
      ],
    }),
  ],
  ['a branch with rules', field({ ...TEXT, allOf: [{ 'x-kubernetes-validations': [{ rule: 'true' }] }] })],
  ['a branch within with a type', field({ ...TEXT, allOf: [{ anyOf: [{ not: TEXT }] }] })],
  ['a branch with a wrong pattern', field({ ...TEXT, allOf: [{ pattern: '(' }] })],
  [
    'a branch of metadata',
    field({ type: 'object', allOf: [{ properties: { metadata: { minProperties: 1 } } }] }),
  ],
  [
    'a branch of an unknown field at the root',
    rooted({ type: 'object', anyOf: [{ properties: { x: { minLength: 1 } } }] }),
  ],
  [
    'a branch of a field at the root',
    rooted({ type: 'object', properties: { x: TEXT }, anyOf: [{ properties: { x: { minLength: 1 } } }] }),
  ],
  [
    'a branch of an unknown field below the root',
    rooted({
      type: 'object',
      properties: { spec: withB },
      oneOf: [
        { properties: { spec: { properties: { c: { minLength: 1 } }, anyOf: [{ properties: { d: {} } }] } } },
      ],
    }),
  ],
  ['a branch of unknown items at the root', rooted({ type: 'object', not: { items: { minLength: 1 } } })],
];

const ruled = (schema: object, ...rules: readonly object[]) =>
  field({ ...schema, 'x-kubernetes-validations': rules });
const rule = (text: string, schema: object = TEXT) => ruled(schema, { rule: text });
const saying = (more: object) => ruled(TEXT, { rule: "self != ''", ...more });
const rich = {
  type: 'object',
  properties: {
    text: TEXT,
    count: { type: 'integer' },
    size: { type: 'number' },
    on: { type: 'boolean' },
    port: { 'x-kubernetes-int-or-string': true },
    names: { ...texts, maxItems: 10 },
    labels: { type: 'object', additionalProperties: TEXT, maxProperties: 10 },
    items: {
      type: 'array',
      maxItems: 10,
      items: { type: 'object', properties: { name: TEXT, weight: { type: 'integer' } } },
    },
    at: { type: 'string', format: 'date-time' },
    wait: { type: 'string', format: 'duration' },
    bytes: { type: 'string', format: 'byte' },
    'a-b': TEXT,
    namespace: TEXT,
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    maybe: { type: 'string', nullable: true },
    inner: { type: 'object', properties: { deep: { type: 'object', properties: { text: TEXT } } } },
    whole: {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      'x-kubernetes-preserve-unknown-fields': true,
    },
  },
};

/** Rules that a server takes. */
const RIGHT = [
  "self.text == 'a' || self.count > 1",
  'self.size > 1.5',
  'self.size > 1',
  'self.on',
  '!self.on || has(self.text)',
  'type(self.port) == int || self.port == "a"',
  'self.names.all(name, name.startsWith("a"))',
  'self.names.exists(name, size(name) > 1)',
  "'a' in self.labels && self.labels['a'] == 'b'",
  'self.labels.all(key, self.labels[key].size() < 5)',
  'self.items.all(item, item.weight >= 0 && item.name != "")',
  'self.items.map(item, item.weight).sum() == 100',
  'self.items.filter(item, has(item.weight)).size() > 0',
  'self.at > timestamp("2020-01-01T00:00:00Z")',
  'self.at - timestamp("2020-01-01T00:00:00Z") > duration("1h")',
  'self.wait < duration("1h") && self.wait.getSeconds() > 0',
  'size(self.bytes) < 3',
  "self.a__dash__b == 'x'",
  "self.__namespace__ == 'x'",
  "self.maybe == 'x'",
  "self.inner.deep.text == 'x'",
  "self.whole.metadata.name == 'x' && self.whole.kind == 'Pod'",
  'self.text == oldSelf.text',
  'self == oldSelf',
  'self.items == oldSelf.items',
  'self.?text.orValue("a") == "a"',
  'quantity(self.text).isGreaterThan(quantity("1"))',
  'isURL(self.text) && url(self.text).getScheme() == "https"',
  'ip(self.text).family() == 4',
  'cidr(self.text).containsIP("10.0.0.1")',
  "self.text.matches('^[a-z]+$') && self.text.lowerAscii() == self.text",
  "self.text.split(',').size() < 3 && self.text.indexOf('a') < 2",
  'sets.contains(self.names, ["a"])',
  'self.names.isSorted() && self.names.indexOf("a") == 0',
  'dyn(self.text) == 1',
  'double(self.count) > self.size',
  'self.count % 2 == 0 && -self.count < 5',
  'self.text in ["a", "b"]',
  '[1, 2].exists(n, n == self.count)',
  "{'a': 1}.all(key, key == self.text)",
  'string(self.count) == self.text',
  'optional.of(self.text).hasValue()',
  'self.names.exists_one(name, name == "a")',
  "!format.dns1123Label().validate('abc').hasValue()",
  'semver("1.2.3").major() == 1',
];

/** Rules that no server takes, for what ours can tell. */
const WRONG = [
  'self ==',
  'self.text',
  'self.count',
  'self.nope == 1',
  'self.inner.deep.nope == 1',
  'self.items.all(item, item.nope == 1)',
  'self.items.all(item, item.weight == "a")',
  'self.names.all(name, name == 1)',
  'self.text == 1',
  'self.text + self.count == "a"',
  'self.count == "a"',
  'self.on == 1',
  'self.text.nope == 1',
  'nope(self.text)',
  'self.text.nope()',
  'nope == 1',
  'oldself.text == "a"',
  "self.labels['a'] == 1",
  'size(self.names)',
  'self.names.map(name, name)',
  'self.whole.metadata.labels == {}',
  'self.metadata.name == "x"',
  'self.a-b == 1',
  'self.free.nope == 1',
  'has(self.nope)',
  'self.count > "a"',
  '!self.text',
  'self.text && true',
  'self.on ? self.text : self.count',
  'self.text in self.count',
  'self.items[0].nope',
  'math.greatest(self.count, 2) == 2',
];

const rules: readonly Case[] = [
  ...RIGHT.map((text): Case => [`rule ${text}`, rule(text, rich)]),
  ...WRONG.map((text): Case => [`wrong rule ${text}`, rule(text, rich)]),
  ['a rule of a text', rule("self != ''")],
  ['a rule of a text of a field', rule('self.b')],
  ['a rule of nothing', ruled(TEXT, {})],
  ['an empty rule', rule(' ')],
  ['a rule of two lines', rule("self != ''\n&& true")],
  ['a rule of two lines with a message', ruled(TEXT, { rule: "self != ''\n&& true", message: 'x' })],
  ['a message of two lines', saying({ message: 'a\nb' })],
  ['a message that ends', saying({ message: 'a\n' })],
  ['a message of nothing', saying({ message: ' ' })],
  ['an empty message', saying({ message: '' })],
  ['some reason', saying({ reason: 'X' })],
  ['a reason', saying({ reason: 'FieldValueForbidden' })],
  ['a made message', saying({ messageExpression: "'x' + self" })],
  ['a made message that is a number', saying({ messageExpression: '1' })],
  ['a made message of a wrong field', saying({ messageExpression: 'self.b' })],
  ['a made message of nothing', saying({ messageExpression: ' ' })],
  ['a field to blame', ruled(withB, { rule: 'true', fieldPath: '.b' })],
  ['a field to blame in brackets', ruled(withB, { rule: 'true', fieldPath: "['b']" })],
  ['an unknown field to blame', ruled(withB, { rule: 'true', fieldPath: '.nope' })],
  ['a field to blame without a dot', ruled(withB, { rule: 'true', fieldPath: 'b' })],
  ['no field to blame', ruled(withB, { rule: 'true', fieldPath: ' ' })],
  [
    'a key to blame',
    ruled({ type: 'object', additionalProperties: TEXT }, { rule: 'true', fieldPath: ".a['b c']" }),
  ],
  [
    'a key to blame alone',
    ruled({ type: 'object', additionalProperties: TEXT }, { rule: 'true', fieldPath: '.a' }),
  ],
  [
    'an item to blame',
    ruled({ type: 'object', properties: { l: texts } }, { rule: 'true', fieldPath: '.l[0]' }),
  ],
  [
    'a rule of the whole object',
    rooted({
      type: 'object',
      properties: { spec: withB },
      'x-kubernetes-validations': [{ rule: "self.metadata.name == self.spec.b && self.kind == 'Thing'" }],
    }),
  ],
  [
    'a rule of labels',
    rooted({ type: 'object', 'x-kubernetes-validations': [{ rule: "self.metadata.labels['a'] == ''" }] }),
  ],
];

const defaults: readonly Case[] = [
  ['a default', field({ ...TEXT, default: 'x' })],
  ['a default of another type', field({ ...TEXT, default: 5 })],
  ['a default that is none of a few', field({ ...TEXT, enum: ['x'], default: 'y' })],
  ['a default that is too short', field({ ...TEXT, minLength: 2, default: 'y' })],
  ['a default that is of no pattern', field({ ...TEXT, pattern: '^a', default: 'y' })],
  ['a default of nothing where it may be', field({ ...TEXT, nullable: true, default: null })],
  ['a default of nothing', field({ ...TEXT, default: null })],
  ['a default without a field', field({ ...withB, default: {}, required: ['b'] })],
  [
    'a default without a field that has one',
    field({ type: 'object', default: {}, required: ['b'], properties: { b: { ...TEXT, default: 'x' } } }),
  ],
  ['a default with an unknown field', field({ ...withB, default: { zz: 1 } })],
  [
    'a default with an unknown field that is kept',
    field({ ...withB, 'x-kubernetes-preserve-unknown-fields': true, default: { zz: 1 } }),
  ],
  ['a default of a wrong field', field({ ...withB, default: { b: 1 } })],
  ['a default of a wrong item', field({ ...texts, default: ['a', 1] })],
  ['a default of a list', field({ ...texts, default: ['a', 'b'] })],
  [
    'a default of a set with an item twice',
    field({ ...texts, 'x-kubernetes-list-type': 'set', default: ['a', 'a'] }),
  ],
  ['a default in a map', field({ type: 'object', additionalProperties: { ...TEXT, default: 'x' } })],
  ['a wrong default in a map', field({ type: 'object', additionalProperties: { ...TEXT, default: 5 } })],
  [
    'a default in a list',
    field({ type: 'array', items: { type: 'object', properties: { b: { ...TEXT, default: 5 } } } }),
  ],
  ['a default of a number or text', field({ 'x-kubernetes-int-or-string': true, default: '10%' })],
  ['a default of an integer', field({ type: 'integer', default: 1.5 })],
  [
    'a default that a rule refuses',
    field({ ...TEXT, default: 'a', 'x-kubernetes-validations': [{ rule: "self == 'b'" }] }),
  ],
  [
    'a default for the name',
    rooted({
      type: 'object',
      properties: { metadata: { type: 'object', properties: { name: { ...TEXT, default: 'x' } } } },
    }),
  ],
];

const roots: readonly Case[] = [
  [
    'metadata with labels',
    rooted({
      type: 'object',
      properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } } },
    }),
  ],
  [
    'metadata with a short name',
    rooted({
      type: 'object',
      properties: { metadata: { type: 'object', properties: { name: { ...TEXT, maxLength: 10 } } } },
    }),
  ],
  ['metadata', rooted({ type: 'object', properties: { metadata: { type: 'object' } } })],
  [
    'metadata that is described',
    rooted({ type: 'object', properties: { metadata: { type: 'object', description: 'x' } } }),
  ],
  ['metadata of no type', rooted({ type: 'object', properties: { metadata: {} } })],
  ['a version that is a number', rooted({ type: 'object', properties: { apiVersion: { type: 'integer' } } })],
  ['a root that is a text', rooted(TEXT)],
  ['a root of no type', rooted({})],
  ['a root of anything', rooted({ 'x-kubernetes-preserve-unknown-fields': true })],
  ['a root of any object', rooted({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true })],
  ['a root that is a map', rooted({ type: 'object', additionalProperties: TEXT })],
  ['a root or nothing', rooted({ type: 'object', nullable: true })],
  [
    'a root with branches and a status',
    rooted({ type: 'object', oneOf: [{ required: ['spec'] }] }, { subresources: { status: {} } }),
  ],
  [
    'a root that requires, and a status',
    rooted(
      { type: 'object', required: ['spec'], properties: { spec: withB } },
      { subresources: { status: {} } },
    ),
  ],
];

const one = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } };
const two = { ...one, name: 'v2', storage: false };

const versions: readonly Case[] = [
  ['a definition', definition({})],
  ['no version', definition({ versions: [] })],
  ['a version without a schema', definition({ versions: [{ ...one, schema: undefined }] })],
  ['a version with an empty schema', definition({ versions: [{ ...one, schema: {} }] })],
  ['a version with a wrong name', versioned({ name: 'V_1' })],
  ['a version twice', definition({ versions: [one, { ...two, name: 'v1' }] })],
  ['two versions', definition({ versions: [one, two] })],
  ['two versions that are stored', definition({ versions: [one, { ...two, storage: true }] })],
  ['no version that is stored', definition({ versions: [{ ...one, storage: false }] })],
  [
    'a version with a wrong schema',
    definition({
      versions: [one, { ...two, schema: { openAPIV3Schema: { type: 'object', properties: { a: {} } } } }],
    }),
  ],
  [
    'a version without a schema beside one with',
    definition({ versions: [one, { ...two, schema: undefined }] }),
  ],
  [
    'a warning of a version that stays',
    versioned({ served: false, deprecated: false, deprecationWarning: 'x' }),
  ],
  ['a warning of a version that goes', versioned({ deprecated: true, deprecationWarning: 'x' })],
  ['an empty warning', versioned({ deprecated: true, deprecationWarning: '' })],
  ['a long warning', versioned({ deprecated: true, deprecationWarning: 'x'.repeat(257) })],
  ['a warning of two lines', versioned({ deprecated: true, deprecationWarning: 'a\nb' })],
];

const column = (more: object) =>
  versioned({ additionalPrinterColumns: [{ name: 'x', type: 'string', jsonPath: '.x', ...more }] });
const scale = (more: object) =>
  versioned({
    subresources: {
      scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', ...more },
    },
  });
const selectable = (...paths: readonly string[]) =>
  versioned({
    schema: {
      openAPIV3Schema: {
        type: 'object',
        properties: {
          spec: {
            type: 'object',
            properties: {
              ...Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`f${i}`, TEXT])),
              text: TEXT,
              count: { type: 'integer' },
              list: texts,
              size: { type: 'number' },
              free: { 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        },
      },
    },
    selectableFields: paths.map((jsonPath) => ({ jsonPath })),
  });

const paths: readonly Case[] = [
  ['a column', column({})],
  ['a column of some type', column({ type: 'weird' })],
  ['a column of no type', column({ type: '' })],
  ['a column of a format', column({ format: 'date-time' })],
  ['a column of some format', column({ format: 'weird' })],
  ['a column without a dot', column({ jsonPath: 'x' })],
  ['a column of no path', column({ jsonPath: '' })],
  ['a column of a long path', column({ jsonPath: ".status.conditions[?(@.type=='Ready')].status" })],
  ['a column of no name', column({ name: '' })],
  [
    'a column of one version',
    definition({
      versions: [one, { ...two, additionalPrinterColumns: [{ name: 'x', type: 'weird', jsonPath: '.x' }] }],
    }),
  ],
  ['a scale', scale({})],
  ['a scale with a selector', scale({ labelSelectorPath: '.status.selector' })],
  ['a scale with a selector of the spec', scale({ labelSelectorPath: '.spec.selector' })],
  ['a scale with a selector elsewhere', scale({ labelSelectorPath: '.metadata.selector' })],
  ['a scale with a selector without a dot', scale({ labelSelectorPath: 'status.selector' })],
  ['a scale without a dot', scale({ specReplicasPath: 'spec.replicas' })],
  ['a scale of the status', scale({ specReplicasPath: '.status.replicas' })],
  ['a scale in the spec', scale({ statusReplicasPath: '.spec.replicas' })],
  ['a scale of nothing', scale({ specReplicasPath: '', statusReplicasPath: '' })],
  ['a selectable field', selectable('.spec.text', '.spec.count')],
  ['a selectable field twice', selectable('.spec.text', '.spec.text')],
  ['a selectable list', selectable('.spec.list')],
  ['a selectable number', selectable('.spec.size')],
  ['a selectable object', selectable('.spec')],
  ['a selectable field of anything', selectable('.spec.free')],
  ['an unknown selectable field', selectable('.spec.nope')],
  ['a selectable field without a dot', selectable('spec.text')],
  ['a selectable field of no path', selectable('')],
  ['a selectable name', selectable('.metadata.name')],
  ['too many selectable fields', selectable(...Array.from({ length: 9 }, (_, i) => `.spec.f${i}`))],
];

const reviews = { conversionReviewVersions: ['v1'] };
const converted = (webhook: object) => definition({ conversion: { strategy: 'Webhook', webhook } });
const client = { clientConfig: { url: 'https://x/y' } };

const rest: readonly Case[] = [
  ['a definition of another name', definition({}, { name: 'other.example.com' })],
  ['some scope', definition({ scope: 'Galaxy' })],
  ['no scope', definition({ scope: '' })],
  ['a group without a dot', definition({ group: 'nodots' }, { name: 'things.nodots' })],
  ['a wrong group', definition({ group: 'a.B_' }, { name: 'things.a.b' })],
  ['no group', definition({ group: '' })],
  ['a group of Kubernetes', definition({ group: 'x.k8s.io' }, { name: 'things.x.k8s.io' })],
  [
    'an approved group of Kubernetes',
    definition(
      { group: 'x.k8s.io' },
      { name: 'things.x.k8s.io', annotations: { 'api-approved.kubernetes.io': 'https://example.com/1' } },
    ),
  ],
  [
    'a group of Kubernetes that is not approved',
    definition(
      { group: 'x.k8s.io' },
      { name: 'things.x.k8s.io', annotations: { 'api-approved.kubernetes.io': 'unapproved, a test' } },
    ),
  ],
  [
    'a group of Kubernetes that is approved somehow',
    definition(
      { group: 'x.k8s.io' },
      { name: 'things.x.k8s.io', annotations: { 'api-approved.kubernetes.io': 'yes' } },
    ),
  ],
  ['a wrong kind', named({ kind: 'thing bad' })],
  ['no kind', named({ kind: '' })],
  ['a wrong plural', named({ plural: 'Things' })],
  ['a wrong singular', named({ singular: 'A_' })],
  ['a wrong short name', named({ shortNames: ['G D'] })],
  ['short names', named({ shortNames: ['th'], categories: ['all'] })],
  ['a wrong category', named({ categories: ['A B'] })],
  ['a list like its items', named({ listKind: 'Thing' })],
  ['a wrong list', named({ listKind: 'a b' })],
  ['a conversion by nobody', definition({ conversion: { strategy: 'Webhook' } })],
  ['a conversion in some way', definition({ conversion: { strategy: 'X' } })],
  ['a conversion in no way', definition({ conversion: { strategy: '' } })],
  ['no conversion with reviews', definition({ conversion: { strategy: 'None', webhook: reviews } })],
  [
    'no conversion with a client',
    definition({ conversion: { strategy: 'None', webhook: { ...client, ...reviews } } }),
  ],
  ['a conversion', converted({ ...client, ...reviews })],
  ['a conversion by no reviews', converted({ ...client, conversionReviewVersions: [] })],
  ['a conversion by other reviews', converted({ ...client, conversionReviewVersions: ['v9', 'v9'] })],
  ['a conversion nowhere', converted({ clientConfig: {}, ...reviews })],
  ['a conversion without TLS', converted({ clientConfig: { url: 'http://x' }, ...reviews })],
  [
    'a conversion at a service',
    converted({ clientConfig: { service: { name: 'a', namespace: 'b', path: 'c' } }, ...reviews }),
  ],
  ['unknown fields kept in all', definition({ preserveUnknownFields: true })],
];

export const definitions: readonly Case[] = [
  ...types,
  ...lists,
  ...branches,
  ...rules,
  ...defaults,
  ...roots,
  ...versions,
  ...paths,
  ...rest,
];
