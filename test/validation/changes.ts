/** Schemas, what objects were, and what they become: changes that a server takes, and changes that it refuses. */

type Change = readonly [before: unknown, after: unknown];

export interface ChangeCase {
  readonly what: string;
  /** Of one field. */
  readonly schema: object;
  readonly kept: readonly Change[];
  readonly broken: readonly Change[];
}

const TEXT = { type: 'string', maxLength: 32 };
const COUNT = { type: 'integer' };
const rules = (...written: (string | object)[]) => ({
  'x-kubernetes-validations': written.map((rule) => (typeof rule === 'string' ? { rule } : rule)),
});
const FIXED = { ...TEXT, ...rules('self == oldSelf') };
const parts = (items: object) => ({
  type: 'array',
  maxItems: 5,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
  items: {
    type: 'object',
    required: ['name'],
    properties: { name: TEXT, value: TEXT, count: COUNT },
    ...items,
  },
});

export const changeCases: readonly ChangeCase[] = [
  {
    what: 'a value that stays',
    schema: FIXED,
    kept: [
      ['a', 'a'],
      [undefined, 'b'],
      ['a', undefined],
    ],
    broken: [['a', 'b']],
  },
  {
    what: 'a number that grows',
    schema: {
      ...COUNT,
      ...rules({ rule: 'self >= oldSelf', messageExpression: 'oldSelf > 1 ? "was large" : "was small"' }),
    },
    kept: [
      [1, 1],
      [1, 2],
    ],
    broken: [[2, 1]],
  },
  {
    what: 'fields of an object',
    schema: {
      type: 'object',
      properties: { a: FIXED, b: COUNT },
      ...rules('!has(oldSelf.b) || has(self.b)', 'self.?b.orValue(0) >= oldSelf.?b.orValue(0)'),
    },
    kept: [
      [{ a: 'x' }, { a: 'x', b: 1 }],
      [{}, { a: 'y', b: 0 }],
    ],
    broken: [
      [
        { a: 'x', b: 2 },
        { a: 'y', b: 1 },
      ],
      [{ a: 'x', b: 2 }, { a: 'x' }],
    ],
  },
  {
    what: 'values of a map',
    schema: { type: 'object', maxProperties: 5, additionalProperties: FIXED },
    kept: [[{ a: 'x' }, { a: 'x', b: 'y' }]],
    broken: [
      [
        { a: 'x', b: 'y' },
        { a: 'x', b: 'z' },
      ],
    ],
  },
  {
    what: 'fields of an atomic object, which have no past',
    schema: {
      type: 'object',
      'x-kubernetes-map-type': 'atomic',
      properties: { a: TEXT },
      ...rules('self.a == oldSelf.a'),
    },
    kept: [[{ a: 'x' }, { a: 'x' }]],
    broken: [[{ a: 'x' }, { a: 'y' }]],
  },
  {
    what: 'items that are told apart by keys, in any order',
    schema: parts(rules('!has(oldSelf.value) || self.?value.orValue("") == oldSelf.value')),
    kept: [
      [
        [{ name: 'a', value: 'x' }, { name: 'b' }],
        [
          { name: 'b', value: 'y' },
          { name: 'a', value: 'x' },
        ],
      ],
      [[{ name: 'a', value: 'x' }], [{ name: 'c', value: 'z' }]],
    ],
    broken: [[[{ name: 'a', value: 'x' }], [{ name: 'b' }, { name: 'a', value: 'y' }]]],
  },
  {
    what: 'lists of maps, which are the same in any order',
    schema: { ...parts({}), ...rules('self == oldSelf') },
    kept: [
      [
        [{ name: 'a', value: 'x' }, { name: 'b' }],
        [{ name: 'b' }, { name: 'a', value: 'x' }],
      ],
    ],
    broken: [
      [[{ name: 'a' }, { name: 'b' }], [{ name: 'b' }]],
      [[{ name: 'a' }], [{ name: 'a', value: 'x' }]],
    ],
  },
  {
    what: 'lists, which are the same in one order',
    schema: { type: 'array', maxItems: 5, items: TEXT, ...rules('self == oldSelf') },
    kept: [
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
    ],
    broken: [
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
    ],
  },
  {
    what: 'sets, which are the same in any order',
    schema: {
      type: 'array',
      'x-kubernetes-list-type': 'set',
      maxItems: 5,
      items: TEXT,
      ...rules('self == oldSelf', 'oldSelf.all(x, x in self)'),
    },
    kept: [
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
    ],
    broken: [
      [
        ['a', 'b'],
        ['b', 'c'],
      ],
    ],
  },
  {
    what: 'what may have been nothing',
    schema: {
      ...TEXT,
      ...rules({
        rule: 'oldSelf.hasValue() ? self == oldSelf.value() : self == "first"',
        optionalOldSelf: true,
      }),
    },
    kept: [
      ['a', 'a'],
      [undefined, 'first'],
    ],
    broken: [
      ['a', 'b'],
      [undefined, 'second'],
    ],
  },
  {
    what: 'rules that were broken already',
    schema: {
      type: 'object',
      properties: {
        a: { ...TEXT, ...rules('self != "bad"') },
        b: TEXT,
        list: parts(rules('self.name != "bad"')),
        plain: { type: 'array', maxItems: 5, items: { ...TEXT, ...rules('self != "bad"') } },
      },
    },
    kept: [
      [{ a: 'bad' }, { a: 'bad', b: 'x' }],
      [{ list: [{ name: 'bad' }] }, { list: [{ name: 'a' }, { name: 'bad' }] }],
      [{ plain: ['bad'] }, { plain: ['bad'], b: 'x' }],
    ],
    broken: [
      [{ a: 'good' }, { a: 'bad' }],
      [{ list: [{ name: 'bad' }] }, { list: [{ name: 'bad', value: 'x' }] }],
      [{ plain: ['bad'] }, { plain: ['bad', 'a'] }],
    ],
  },
  {
    what: 'rules of an object that was as it is',
    schema: {
      type: 'object',
      properties: { a: TEXT, b: { type: 'object', properties: { c: TEXT }, ...rules('has(self.c)') } },
      ...rules('self.a != "bad"', 'self.a == oldSelf.a'),
    },
    kept: [
      [
        { a: 'bad', b: {} },
        { a: 'bad', b: {} },
      ],
    ],
    broken: [
      [
        { a: 'bad', b: {} },
        { a: 'bad', b: { c: 'x' } },
      ],
      [
        { a: 'x', b: {} },
        { a: 'y', b: {} },
      ],
    ],
  },
  {
    what: 'what the schema refused already',
    schema: {
      type: 'object',
      required: ['needed'],
      properties: {
        needed: TEXT,
        size: { ...COUNT, maximum: 5 },
        color: { ...TEXT, enum: ['red', 'blue'] },
        name: { ...TEXT, pattern: '^[a-z]+$' },
        inner: { type: 'object', required: ['x'], properties: { x: TEXT, y: TEXT } },
        list: parts({}),
      },
    },
    kept: [
      [
        { needed: 'a', size: 9 },
        { needed: 'b', size: 9 },
      ],
      [
        { needed: 'a', color: 'green', name: 'A' },
        { needed: 'a', color: 'green', name: 'A', size: 1 },
      ],
      [
        { needed: 'a', inner: { y: '1' } },
        { needed: 'b', inner: { y: '1' } },
      ],
      [{ size: 9 }, { size: 9 }],
      [
        { needed: 'a', list: [{ name: 'a' }, { name: 'a' }] },
        { needed: 'a', list: [{ name: 'b' }, { name: 'b' }] },
      ],
    ],
    broken: [
      [
        { needed: 'a', size: 9 },
        { needed: 'a', size: 8 },
      ],
      [{ size: 9 }, { size: 9, name: 'a' }],
      [
        { needed: 'a', inner: { y: '1' } },
        { needed: 'a', inner: { y: '2' } },
      ],
      [
        { needed: 'a', list: [{ name: 'a' }] },
        { needed: 'a', list: [{ name: 'b' }, { name: 'b' }] },
      ],
    ],
  },
];
