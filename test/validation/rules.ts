/** Rules in CEL as definitions have them, and values that keep and break them. */
import { expressionParser } from '../../lib/expressions/index.ts';

export interface RuleCase {
  readonly what: string;
  /** Of one field. */
  readonly schema: object;
  readonly kept: readonly unknown[];
  readonly broken: readonly unknown[];
  /** A server says more of the branches. */
  readonly wordsDiffer?: boolean;
}

const TEXT = { type: 'string' };
const COUNT = { type: 'integer' };
const rules = (...written: (string | object)[]) =>
  written.map((rule) => (typeof rule === 'string' ? { rule } : rule));

/** A field with one rule. */
function ruled(what: string, schema: object, rule: string, kept: unknown[], broken: unknown[]): RuleCase {
  return { what, schema: { ...schema, 'x-kubernetes-validations': rules(rule) }, kept, broken };
}

const parse = expressionParser(['self']);

/** Texts, and what functions say of them here, which the rules compare with what they say there.
 * @param guard whether the functions take the text; nothing is said of others */
function said(
  what: string,
  guard: string,
  functions: Readonly<Record<string, string>>,
  texts: readonly string[],
): RuleCase {
  const text = { ...TEXT, maxLength: 64 };
  const saidOf = (value: string) => {
    const self = new Map([['text', value]]);
    const isTaken = parse(guard)({ self }) === true;
    const all = Object.entries(functions).map(([name, expression]) => [
      name,
      isTaken ? parse(expression)({ self }) : '',
    ]);
    return { text: value, ...Object.fromEntries(all) };
  };
  const names = Object.keys(functions);
  return {
    what,
    schema: {
      type: 'object',
      properties: { text, ...Object.fromEntries(names.map((name) => [name, text])) },
      'x-kubernetes-validations': rules(
        ...names.map((name) => `${guard} ? ${functions[name]} == self.${name} : self.${name} == ""`),
      ),
    },
    kept: texts.map(saidOf),
    broken: texts.map((value) => ({ ...saidOf(value), [names[0]!]: 'something else' })),
  };
}

const yes = (condition: string): string => `(${condition} ? "yes" : "no")`;

const range = { type: 'object', properties: { min: COUNT, max: COUNT } };
const texts = { type: 'array', maxItems: 20, items: { ...TEXT, maxLength: 64 } };
const counts = { type: 'array', maxItems: 20, items: COUNT };
const map = {
  type: 'object',
  maxProperties: 10,
  additionalProperties: { ...TEXT, maxLength: 64 },
};
const parts = {
  type: 'array',
  maxItems: 10,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
  items: {
    type: 'object',
    required: ['name'],
    properties: { name: { ...TEXT, maxLength: 32 }, size: COUNT },
  },
};

export const ruleCases: readonly RuleCase[] = [
  ruled('fields of an object', range, 'self.min <= self.max', [{ min: 1, max: 2 }], [{ min: 3, max: 2 }]),
  ruled('a field that is not there', range, 'self.min > 0', [{ min: 1 }], [{}, { max: 1 }]),
  ruled(
    'fields that may be there',
    range,
    '!has(self.min) || !has(self.max) || self.min < self.max',
    [{}, { min: 1 }, { min: 1, max: 2 }],
    [{ min: 2, max: 2 }],
  ),
  ruled('optional fields', range, 'self.?min.orValue(5) < 3', [{ min: 1 }], [{}, { min: 4 }]),
  ruled('numbers that may have a fraction', { type: 'number' }, 'self < 1.5', [1, 0.5], [2, 1.75]),
  ruled('whole numbers', COUNT, 'self % 2 == 0 && self / 2 < 5', [2, 8], [3, 10]),
  ruled('truth values', { type: 'boolean' }, 'self', [true], [false]),
  ruled('length of a text', { ...TEXT, maxLength: 64 }, 'self.size() <= 3', ['abc', 'äöü'], ['abcd']),
  ruled(
    'patterns of Go',
    { ...TEXT, maxLength: 64 },
    'self.matches("^[[:lower:]]+\\\\z")',
    ['abc'],
    ['abc\n', 'aBc', ''],
  ),
  ruled(
    'parts of texts',
    { ...TEXT, maxLength: 64 },
    'self.startsWith("a") && self.endsWith("c") && self.contains("-") && self.lowerAscii() == self',
    ['a-c'],
    ['a-C', 'abc'],
  ),
  ruled('texts that are split', { ...TEXT, maxLength: 64 }, 'self.split("/").size() == 2', ['a/b'], ['a']),
  ruled('texts in a list', TEXT, 'self in ["a", "b"]', ['a'], ['c']),
  ruled('what a pattern finds', { ...TEXT, maxLength: 64 }, 'self.find("[0-9]+") == "12"', ['a12b'], ['a1']),
  ruled('every item', texts, 'self.all(x, x.startsWith("a"))', [[], ['a', 'ab']], [['a', 'b']]),
  ruled('some item', counts, 'self.exists(x, x > 3)', [[1, 4]], [[], [1]]),
  ruled('one item', counts, 'self.exists_one(x, x > 3)', [[1, 4]], [[4, 5]]),
  ruled(
    'items that are filtered and mapped',
    counts,
    'self.filter(x, x > 1).map(x, x * 2).all(x, x < 9)',
    [[1, 4]],
    [[5]],
  ),
  ruled('items within items', counts, 'self.all(x, self.exists_one(y, x == y))', [[1, 2]], [[1, 1]]),
  ruled('lists in order', counts, 'self.isSorted()', [[1, 1, 2], []], [[2, 1]]),
  ruled('sums', counts, 'self.sum() == 6', [[1, 2, 3]], [[1]]),
  ruled('extremes', counts, 'self.size() == 0 || self.max() - self.min() < 3', [[1, 3], []], [[1, 9]]),
  ruled(
    'places in lists',
    texts,
    'self.indexOf("b") < self.lastIndexOf("b")',
    [['b', 'a', 'b']],
    [['b'], []],
  ),
  ruled('keys of a map', map, 'self.all(k, k.matches("^[a-z]+$"))', [{ a: 'x' }, {}], [{ A: 'x' }]),
  ruled('values of a map', map, '"a" in self && self["a"] == "x"', [{ a: 'x' }], [{ a: 'y' }, {}]),
  ruled('a key that is not there', map, 'self["a"] == "x"', [{ a: 'x' }], [{ b: 'y' }]),
  ruled(
    'items of a map list',
    parts,
    'self.exists(p, p.name == "main")',
    [[{ name: 'main' }]],
    [[{ name: 'b' }]],
  ),
  ruled(
    'optional fields of items',
    parts,
    'self.map(p, p.?size.orValue(1)).sum() <= 3',
    [[{ name: 'a' }, { name: 'b', size: 2 }]],
    [[{ name: 'a', size: 4 }]],
  ),
  ruled(
    'sets, in any order',
    { ...texts, 'x-kubernetes-list-type': 'set' },
    'self == ["a", "b"]',
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [['a'], ['a', 'c']],
  ),
  ruled(
    'sets and lists',
    texts,
    'sets.contains(self, ["a"]) && !sets.intersects(self, ["z"])',
    [['a', 'b']],
    [['b'], ['a', 'z']],
  ),
  ruled(
    'times',
    { ...TEXT, format: 'date-time' },
    'self < timestamp("2030-01-01T00:00:00Z")',
    ['2029-01-01T00:00:00Z'],
    ['2031-01-01T00:00:00Z'],
  ),
  ruled('durations', { ...TEXT, format: 'duration' }, 'self <= duration("1h")', ['30m', '1h0m0s'], ['90m']),
  ruled('bytes', { ...TEXT, format: 'byte', maxLength: 64 }, 'self == b"abc"', ['YWJj'], ['YWJk']),
  ruled(
    'an integer or a text',
    { 'x-kubernetes-int-or-string': true },
    'type(self) == int ? self > 0 : self != ""',
    [1, 'x'],
    [0, ''],
  ),
  ruled(
    'names that have to be escaped',
    {
      type: 'object',
      properties: { 'a-b': COUNT, namespace: TEXT, 'x.y/z': COUNT, __c: COUNT },
    },
    'self.a__dash__b > 0 && self.__namespace__ == "n" && self.x__dot__y__slash__z > 0 && self.__underscores__c > 0',
    [{ 'a-b': 1, namespace: 'n', 'x.y/z': 1, __c: 1 }],
    [
      { 'a-b': 0, namespace: 'n', 'x.y/z': 1, __c: 1 },
      { 'a-b': 1, namespace: 'm', 'x.y/z': 1, __c: 1 },
    ],
  ),
  ruled(
    'names of every object in JavaScript',
    { type: 'object', properties: { constructor: COUNT, b: COUNT } },
    '!has(self.constructor) || self.constructor > 0',
    [{ constructor: 1 }, { b: 1 }],
    [{ constructor: 0 }],
  ),
  ruled(
    'quantities',
    { ...TEXT, maxLength: 20 },
    'isQuantity(self) && quantity(self).isGreaterThan(quantity("1Gi"))',
    ['2Gi'],
    ['1Gi', 'x'],
  ),
  ruled(
    'addresses',
    { ...TEXT, maxLength: 64 },
    'isIP(self) && ip(self).family() == 4',
    ['10.0.0.1'],
    ['::1', '10.0.0.256', 'x', '::ffff:10.0.0.1'],
  ),
  ruled(
    'ranges of addresses',
    { ...TEXT, maxLength: 64 },
    'isCIDR(self) && cidr(self).prefixLength() >= 8',
    ['10.0.0.0/8', 'fd00::/64'],
    ['10.0.0.0/4', '10.0.0.0', '10.0.0.0/33', '10.0.0.0/08'],
  ),
  said(
    'addresses',
    'isIP(self.text)',
    {
      written: 'string(ip(self.text))',
      canonical: yes('ip.isCanonical(self.text)'),
      loopback: yes('ip(self.text).isLoopback()'),
      none: yes('ip(self.text).isUnspecified()'),
      link: yes('ip(self.text).isLinkLocalUnicast()'),
      linkMulticast: yes('ip(self.text).isLinkLocalMulticast()'),
      global: yes('ip(self.text).isGlobalUnicast()'),
    },
    [
      ...['10.0.0.1', '0.0.0.0', '127.1.2.3', '169.254.0.9', '224.0.0.251', '239.1.1.1', '255.255.255.255'],
      ...['::', '::1', 'fe80::1', 'febf::1', 'fec0::', 'ff02::fb', 'ff12::1', 'ff05::1', '2001:DB8::1', 'x'],
      ...['1:0:0:2:0:0:0:3', '1:2:3:4:5:6:7:8', '0:0:1::', '1:0:2:3:4:5:6:7', '::1:0:0:1'],
      ...['64:ff9b::1.2.3.4', 'fe80::1%eth0', '1.2.3', '1.2.3.4.5', '::ffff:1.2.3.4', '::1.2.3.4'],
    ],
  ),
  said(
    'ranges of addresses, and what is in them',
    'isCIDR(self.text)',
    {
      written: 'string(cidr(self.text))',
      masked: 'string(cidr(self.text).masked())',
      length: 'string(cidr(self.text).prefixLength())',
      address: 'string(cidr(self.text).ip())',
      has4: yes('cidr(self.text).containsIP("10.1.2.3")'),
      has6: yes('cidr(self.text).containsIP(ip("fd00::9"))'),
      hasRange: yes('cidr(self.text).containsCIDR("10.1.0.0/16")'),
      hasAll: yes('cidr(self.text).containsCIDR(cidr("10.0.0.0/8"))'),
    },
    [
      ...['10.1.2.3/8', '10.1.2.3/31', '0.0.0.0/0', '10.1.2.3/32', '10.1.128.0/17', '10.0.0.0/7', '10.0.0.0'],
      ...['fd00:1::9/16', '::/0', 'fd00::/128', 'fd00::/129', 'x', '10.0.0.0/+8', '10.0.0.0/08'],
    ],
  ),
  said(
    'URLs',
    'isURL(self.text)',
    {
      scheme: 'url(self.text).getScheme()',
      host: 'url(self.text).getHost()',
      hostname: 'url(self.text).getHostname()',
      port: 'url(self.text).getPort()',
      path: 'url(self.text).getEscapedPath()',
    },
    [
      ...[
        'https://user:pw@example.com:8080/a/b?c=d#e',
        'HTTP://EXAMPLE.com',
        '/path/only',
        '/a b/ü%2f',
        'mailto:a@b',
      ],
      ...['https://[fd00::1]:443/x', 'https://[fe80::1%25eth0]/', 'https://[fd00::1/', 'https://[10.0.0.1]/'],
      ...['http://a[b]/', 'http://a:b:80/', 'tcp://a:b:80/', 'http://a:80a/', 'http://a:/', 'http://a b/'],
      ...['http://a%20b/', 'http://a%2512/', 'http://a%00/', 'example.com', 'a:b', ':a', '1a://b', '', '*'],
      ...[
        '//host/path',
        '///a',
        'http:///a',
        'http://',
        'http:a',
        'http:/a/b',
        "http://a/x!'()*[y]",
        'http://a/x^y',
      ],
      ...[
        'http://a/%zz',
        'http://a/%2',
        'http://a/?%zz',
        'http://a?b',
        'http://a#b?c',
        'http://u@v@a/',
        'http://u^@a/',
      ],
      ...[
        'http://u%zz@a/',
        'http://é/é',
        'a+b-c.d://e',
        'http://a/b;c=1,2:3@4&5$6',
        'http://a/\t',
        'https://[::1%]/',
      ],
    ],
  ),
  said(
    'queries of URLs',
    'isURL(self.text) && "b" in url(self.text).getQuery()',
    { first: 'url(self.text).getQuery()["b"][0]', count: 'string(url(self.text).getQuery()["b"].size())' },
    [
      ...[
        'http://a/?b=c',
        'http://a/?b',
        'http://a/?b=1&b=2',
        'http://a/?b=%zz',
        'http://a/?b;c=1',
        'http://a/?a&b=c%26d',
      ],
      ...['http://a/?', '/x?b=z+y', 'http://a/?=x', 'http://a/#?b=1', 'http://a/?b=1#b', 'http://a/?b=é'],
    ],
  ),
  said(
    'semantic versions',
    'isSemver(self.text)',
    {
      major: 'string(semver(self.text).major())',
      minor: 'string(semver(self.text).minor())',
      patch: 'string(semver(self.text).patch())',
      order: 'string(semver(self.text).compareTo(semver("1.2.3-rc.1")))',
      less: yes('semver(self.text).isLessThan(semver("1.2.3"))'),
      greater: yes('semver(self.text).isGreaterThan(semver("1.2.3-rc.1.1"))'),
      same: yes('semver(self.text) == semver("1.2.3+other")'),
    },
    [
      ...[
        '1.2.3',
        'v1.2.3',
        '1.2',
        'v1',
        '01.02.03',
        '1.2.3-rc.1',
        '1.2.3-rc.2',
        '1.2.3-rc',
        '1.2.3-rc.1.0',
        '1.2.3-1',
      ],
      ...[
        '1.2.3-a',
        '1.2.3+build.01',
        '1.2.3-rc.01',
        '1.2.3-',
        '1.2.3+',
        '1.2-rc',
        '1..3',
        '',
        'x',
        '1.2.3.4',
        '1.2.3-rc+b',
      ],
      ...[
        '18446744073709551616.0.0',
        '1.2.x',
        '0.0.0',
        '1.2.3-rc.2.x-y',
        '1.2.3-rc.10',
        '1.2.3+a+b',
        '1.2.3-ü',
      ],
    ],
  ),
  said(
    'versions that are almost semantic',
    'isSemver(self.text, true)',
    {
      patch: 'string(semver(self.text, true).patch())',
      order: 'string(semver(self.text, true).compareTo(semver("1.2.0")))',
    },
    [
      ...[
        '1.2.3',
        'v1.2.3',
        '1.2',
        'v1',
        '01.02.03',
        '1.2-rc',
        'v',
        '',
        '00.0.0',
        '1.2.03-rc',
        '1.2.00-rc',
        'vv1',
        '1.',
      ],
      ...['1.2.0-0rc', '1.02.x', '1.2.3+01', '01', '1.2.3.04'],
    ],
  ),
  ruled(
    'quantities as numbers',
    { ...TEXT, maxLength: 20 },
    'quantity(self).asApproximateFloat() < 1.5 && quantity(self) == quantity("1000m")',
    ['1', '1000m'],
    ['1.2', '2'],
  ),
  ruled('an index and an item', counts, 'self.all(i, v, i < v)', [[], [1, 2]], [[1, 1]]),
  ruled('an index and some item', counts, 'self.exists(i, v, i == v)', [[3, 1]], [[], [1, 2]]),
  ruled('an index and one item', counts, 'self.existsOne(i, v, i == v)', [[0, 2]], [[0, 1], [1]]),
  ruled('errors in items that do not matter', counts, 'self.exists(i, v, 6 / v == 3)', [[0, 2]], [[1]]),
  ruled('a key and a value', map, 'self.all(k, v, k != v)', [{ a: 'b' }], [{ a: 'a' }]),
  ruled(
    'lists made of entries',
    map,
    'self.transformList(k, v, k != "b", k + v).size() == 1',
    [{ a: 'x' }, { a: 'x', b: 'y' }],
    [{}, { b: 'y' }],
  ),
  ruled(
    'maps made of entries',
    map,
    'self.transformMap(k, v, v + "!")["a"] == "x!" && self.transformMapEntry(k, v, {v: k})["x"] == "a"',
    [{ a: 'x' }],
    [{ a: 'y' }],
  ),
  ruled(
    'lists of maps in any order',
    {
      type: 'array',
      maxItems: 2,
      items: { type: 'object', properties: { parts: { ...parts, maxItems: 3 } } },
    },
    'self.size() < 2 || (self[0] == self[1] && self[0].parts == self[1].parts)',
    [
      [
        { parts: [{ name: 'x' }, { name: 'y', size: 1 }] },
        { parts: [{ name: 'y', size: 1 }, { name: 'x' }] },
      ],
      [{ parts: [] }, { parts: [] }],
    ],
    [
      [{ parts: [{ name: 'x' }] }, { parts: [{ name: 'y' }] }],
      [{ parts: [{ name: 'x' }] }, { parts: [{ name: 'x', size: 1 }] }],
      [{ parts: [{ name: 'x' }] }, { parts: [] }],
    ],
  ),
  ruled(
    'sums of lists of maps',
    {
      type: 'array',
      maxItems: 2,
      items: { type: 'object', properties: { parts: { ...parts, maxItems: 3 } } },
    },
    '(self[0].parts + self[1].parts).size() == 3 && (self[0].parts + self[1].parts)[0].?size.orValue(0) == 7',
    [[{ parts: [{ name: 'x' }, { name: 'y' }] }, { parts: [{ name: 'z' }, { name: 'x', size: 7 }] }]],
    [
      [{ parts: [{ name: 'x' }] }, { parts: [{ name: 'x', size: 7 }] }],
      [{ parts: [{ name: 'x' }] }, { parts: [{ name: 'z' }, { name: 'y' }] }],
    ],
  ),
  ruled(
    'sets in any order, and their sums',
    {
      type: 'object',
      properties: {
        s: { ...texts, 'x-kubernetes-list-type': 'set' },
        t: { ...texts, 'x-kubernetes-list-type': 'set' },
      },
    },
    'self.s == self.t && (self.s + self.t).size() == 2 && self.s + ["a"] == self.t',
    [{ s: ['a', 'b'], t: ['b', 'a'] }],
    [
      { s: ['a', 'b'], t: ['b', 'c'] },
      { s: ['a'], t: ['a'] },
      { s: ['c', 'b'], t: ['b', 'c'] },
    ],
  ),
  ruled('parts of lists', counts, 'self.slice(0, 2) == [1, 2]', [[1, 2, 3]], [[2, 1, 3]]),
  ruled('lists put in order', counts, 'self.sort() == [1, 2, 3]', [[3, 1, 2]], [[1, 2], []]),
  ruled('texts put in order', texts, 'self.sort() == ["B", "a", "b"]', [['b', 'a', 'B']], [['a']]),
  ruled('lists put in order by a key', counts, 'self.sortBy(x, -x) == [3, 2, 1]', [[1, 3, 2]], [[1], []]),
  ruled('lists from behind', counts, 'self.reverse() == [3, 2, 1]', [[1, 2, 3]], [[3, 2, 1]]),
  ruled('items that stand once', counts, 'self.distinct().size() == self.size()', [[1, 2], []], [[1, 1]]),
  ruled('lists made flat', counts, '[self, [9]].flatten() == [1, 9]', [[1]], [[2]]),
  ruled('lists made flatter', counts, '[[self], [[9]]].flatten(2) == [1, 9]', [[1]], [[2]]),
  ruled('ranges', counts, 'lists.range(3) == self', [[0, 1, 2]], [[0, 1]]),
  ruled(
    'a budget that is spent',
    { type: 'array', maxItems: 700, items: COUNT },
    'self.all(a, self.all(b, a == b || a + b != self.size()))',
    [[], [1]],
    [Array.from({ length: 700 }, () => 1)],
  ),
  ...[
    ['dns1123Label', ['a-b', '1'], ['a.b', '-a', 'A', 'x'.repeat(64)]],
    ['dns1123Subdomain', ['a.b-c'], ['a..b', 'a_b']],
    ['dns1035Label', ['a1'], ['1a', 'a-']],
    ['dns1123LabelPrefix', ['a-', 'a'], ['-', 'a.']],
    ['dns1123SubdomainPrefix', ['a.b-'], ['.']],
    ['dns1035LabelPrefix', ['a-'], ['1b-']],
    ['qualifiedName', ['a/b.C', 'B_c'], ['/b', 'a/', 'a/b/c', 'A/b', 'x'.repeat(64)]],
    ['labelValue', ['', 'a_B'], ['-a', 'a/b']],
    [
      'uuid',
      ['123e4567-e89b-12d3-a456-426614174000', '123E4567-E89B-12D3-A456-426614174000'],
      ['123', '123e4567-e89b-12d3-a456'],
    ],
    ['date', ['2024-02-29'], ['2023-02-29', '2023-2-1', 'x']],
  ].flatMap(([name, kept, broken]) => [
    ruled(
      `the format ${name}`,
      { ...TEXT, maxLength: 100 },
      `!format.${name}().validate(self).hasValue()`,
      kept as string[],
      broken as string[],
    ),
    ruled(
      `the format that is called ${name}`,
      { ...TEXT, maxLength: 100 },
      `!format.named("${name}").value().validate(self).hasValue()`,
      kept as string[],
      broken as string[],
    ),
  ]),
  ruled('no format', { ...TEXT, maxLength: 10 }, '!format.named(self).hasValue()', ['none'], ['uuid']),
  said(
    'texts that are made',
    'self.text != ""',
    {
      quoted: 'strings.quote(self.text)',
      replaced: 'self.text.replace("a", "b", 2)',
      untouched: 'self.text.replace("a", "b", 0)',
      all: 'self.text.replace("a", "b", -1)',
      formatted: '"%s %d %x %X %o %b %%".format([self.text, 10, 255, 255, 8, 5])',
      fractions: '"%f %.2f %.0f".format([1.5, 3.14159, 2.25])',
      signs: '"%x %b %d %s".format(["az", true, -5, false])',
      negative: '"%x %o %b".format([-255, -8, -5])',
      split: 'self.text.split("a", 2)[0]',
      lower: 'self.text.lowerAscii()',
      part: 'self.text.substring(0, 1)',
    },
    ['banana', 'a"b\\c', 'A b', 'tab\tline\n', 'x'],
  ),
  ruled('null', { ...range, nullable: true }, 'self.min > 0', [null, { min: 1 }], [{ min: 0 }]),
  ruled(
    'errors that do not matter',
    range,
    'self.min > 0 || self.max > 0',
    [{ max: 1 }, { min: 1 }],
    [{ max: 0 }],
  ),
  ruled(
    'objects in objects',
    { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
    'self.kind == "ConfigMap" && self.metadata.name.startsWith("a")',
    [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }],
    [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' } },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } },
    ],
  ),
  {
    what: 'changes, which are none when something is created',
    schema: { ...COUNT, 'x-kubernetes-validations': rules('self >= oldSelf') },
    kept: [1],
    broken: [],
  },
  {
    what: 'changes, where there may be nothing before',
    schema: {
      ...COUNT,
      'x-kubernetes-validations': [
        { rule: 'oldSelf.hasValue() || self == 1', optionalOldSelf: true, message: 'begins with 1' },
      ],
    },
    kept: [1],
    broken: [2],
  },
  {
    what: 'defaults, which are there before',
    schema: {
      type: 'object',
      properties: { mode: { ...TEXT, default: 'fast' } },
      'x-kubernetes-validations': rules('self.mode == "fast"'),
    },
    kept: [{}],
    broken: [{ mode: 'slow' }],
  },
  {
    what: 'several rules, with messages of their own',
    schema: {
      ...range,
      'x-kubernetes-validations': rules(
        { rule: 'self.min > 0', message: ' is too small ', reason: 'FieldValueForbidden', fieldPath: '.min' },
        { rule: 'self.max < 9', messageExpression: '"max is " + (self.max > 9 ? "huge" : "large")' },
        {
          rule: 'self.max < 8',
          messageExpression: '"%s of %d".format(["max", self.max])',
          message: 'unused',
        },
        { rule: 'self.max < 7', messageExpression: 'self.max > 100 ? "x" : ""', message: 'the other one' },
        { rule: 'self.max > self.min', reason: 'FieldValueRequired', fieldPath: '.max', message: 'more' },
        { rule: 'self.max != 9', reason: 'FieldValueDuplicate', message: 'x' },
      ),
    },
    kept: [{ min: 1, max: 2 }],
    broken: [
      { min: 0, max: 9 },
      { min: 0, max: 0 },
    ],
  },
  {
    what: 'rules at every depth',
    schema: {
      type: 'object',
      'x-kubernetes-validations': rules('self.list.size() < 3'),
      properties: {
        list: {
          ...parts,
          'x-kubernetes-validations': rules('self.size() > 0'),
          items: {
            ...parts.items,
            'x-kubernetes-validations': rules('self.name != "b"'),
          },
        },
        by: {
          ...map,
          additionalProperties: { ...TEXT, maxLength: 64, 'x-kubernetes-validations': rules('self != "x"') },
        },
      },
    },
    kept: [{ list: [{ name: 'a' }], by: { a: 'y' } }],
    broken: [
      { list: [], by: { a: 'x' } },
      { list: [{ name: 'a' }, { name: 'b' }, { name: 'c' }], by: { 'a.b': 'x', c: 'y' } },
    ],
  },
];

const UUID = '123e4567-e89b-42d3-a456-426614174000';

/** Texts that are of a format, and texts that are not, whoever looks at them. */
const FORMATS: Readonly<Record<string, readonly [kept: readonly string[], broken: readonly string[]]>> = {
  'date-time': [
    ['2030-01-31T12:00:00Z', '2030-01-31T12:00:00.5+02:00'],
    ['tomorrow', ''],
  ],
  date: [['2030-01-31'], ['2030-1-31', '2030-13-01', '31.01.2030']],
  duration: [
    ['1h30m', '5 ns', '22 days', '-1s', '0'],
    ['hour', ''],
  ],
  byte: [
    ['YWJj', 'YQ=='],
    ['Y*', 'YW-j', ''],
  ],
  ipv4: [['10.0.0.1'], ['10.0.0', '10.0.0.256', 'x', '']],
  ipv6: [
    ['::1', 'fd00::a'],
    ['fd00:::a', 'x', ''],
  ],
  cidr: [
    ['10.0.0.0/8', 'fd00::/64'],
    ['10.0.0.0', '10.0.0.0/x', '10.0.0.0/129'],
  ],
  uuid: [
    [UUID, UUID.toUpperCase(), UUID.replaceAll('-', '')],
    [UUID.slice(1), `${UUID}0`, ''],
  ],
  uuid4: [[UUID], [UUID.replace('42d3', '12d3')]],
  hexcolor: [
    ['#abc', 'AABBCC'],
    ['#ab', 'red'],
  ],
  mac: [
    ['00:00:5e:00:53:01', '0000.5e00.5301'],
    ['00', 'x'],
  ],
  email: [['a@example.com'], ['example.com']],
  'no-such-format': [['anything', ''], []],
};

export const formatCases: readonly RuleCase[] = Object.entries(FORMATS).map(([format, [kept, broken]]) => ({
  what: `the format ${format}`,
  schema: { ...TEXT, format },
  kept,
  broken,
}));

/** What schemas say without rules. */
export const schemaCases: readonly RuleCase[] = [
  {
    what: 'a pattern of an integer or a text',
    schema: {
      'x-kubernetes-int-or-string': true,
      anyOf: [{ type: 'integer' }, { type: 'string' }],
      pattern: '^[0-9]+(m|Mi)?$',
      maxLength: 5,
    },
    kept: [1, '1', '500m'],
    broken: ['1 Gi', '1000000m'],
  },
  {
    what: 'lengths and numbers',
    schema: {
      type: 'object',
      properties: {
        text: { ...TEXT, minLength: 2, maxLength: 3 },
        least: { type: 'number', minimum: 1, exclusiveMinimum: true },
        most: { ...COUNT, maximum: 9, multipleOf: 3 },
        mode: { ...TEXT, enum: ['a', 'b'] },
        on: { type: 'boolean' },
      },
      required: ['text'],
      minProperties: 2,
      maxProperties: 4,
    },
    kept: [
      { text: 'äö', least: 1.5 },
      { text: 'abc', most: 9, mode: 'b', on: false },
    ],
    broken: [
      { text: 'a', least: 1 },
      { text: 'abcd', most: 12, mode: 'c' },
      { text: 'abc', most: 8 },
      { least: 2, most: 3 },
      { text: 'abc' },
      { text: 1, on: 'true', most: '3' },
      { text: 'abc', least: 2, most: 3, mode: 'a', on: true },
    ],
  },
  {
    what: 'lists, sets and lists of maps',
    schema: {
      type: 'object',
      properties: {
        list: { ...counts, minItems: 1, maxItems: 2 },
        set: { ...texts, 'x-kubernetes-list-type': 'set' },
        parts,
      },
    },
    kept: [{ list: [1, 1], set: ['a', 'b'], parts: [{ name: 'a' }, { name: 'b' }] }],
    broken: [
      { list: [] },
      { list: [1, 2, 3] },
      { list: ['a'] },
      { set: ['a', 'b', 'a'] },
      { parts: [{ name: 'a' }, { name: 'a', size: 1 }] },
      { parts: [{ size: 1 }] },
    ],
  },
  {
    what: 'combinations',
    wordsDiffer: true,
    schema: {
      type: 'object',
      properties: { a: COUNT, b: COUNT, c: COUNT },
      oneOf: [{ required: ['a'] }, { required: ['b'] }],
      anyOf: [{ properties: { c: { minimum: 5 } } }, { required: ['b'] }],
      allOf: [{ properties: { a: { maximum: 9 } } }],
      not: { required: ['c', 'b'] },
    },
    kept: [{ a: 1, c: 5 }, { b: 1 }],
    broken: [{}, { a: 1, b: 1 }, { a: 1, c: 1 }, { a: 10 }, { b: 1, c: 5 }],
  },
];
