import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../object.ts';
import { emitYaml, emitYamlDocuments, parseYaml } from './index.ts';

// cdk8s bundles `yaml`, a parser that shares no code with ours.
const yaml: { parse(text: string, options: { version: '1.1' | '1.2'; maxAliasCount: number }): unknown } =
  createRequire(createRequire(import.meta.url).resolve('cdk8s'))('yaml');

const read = (text: string) => parseYaml(text, { file: 'a.yaml' }).map((document) => document.value);

const nasty = fc.constantFrom(
  'no',
  'Yes',
  'ON',
  'off',
  'y',
  'N',
  'true',
  'NULL',
  '~',
  '',
  ' ',
  'null',
  '0755',
  '0o17',
  '0x1F',
  '1_000',
  '1e3',
  '.5',
  '-1',
  '+1',
  '1:30',
  '190:20:30',
  '2001-01-01',
  '2001-12-14t21:59:43.10-05:00',
  '.inf',
  '-.INF',
  '.nan',
  '<<',
  '=',
  '- a',
  '-',
  '---',
  '...',
  '? a',
  ': a',
  'a: b',
  'a #b',
  '#b',
  'a:',
  ' a',
  'a ',
  '&a',
  '*a',
  '!a',
  '%a',
  '@a',
  '`a',
  '{a}',
  '[a]',
  'a\nb',
  'a\nb\n',
  'a\n\n',
  '\n',
  '\na',
  'a\n b\n',
  ' a\nb',
  'a\n \nb',
  'a\n  ',
  'a\tb\n\tc',
  '\ta\n',
  'a\r\nb',
  'é',
  '日本\n語',
  '😀',
  '\u0085',
  '\u2028x',
  '\ufeff',
  '\u0000',
  '\u007f',
  "it's",
  'say "x"',
  'back\\slash',
  '100m',
  '128Mi',
  '12e3',
  '1E',
  '08',
  '1.2.3',
  '10.0.0.1',
  '0',
  '0.0',
  'a'.repeat(2000),
  '__proto__',
  'constructor',
  '🎉\n---\n',
);
const text = fc.oneof(
  nasty,
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.array(nasty).map((all) => all.join('')),
);
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
);
const { value: anyValue } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.oneof(fc.boolean(), fc.constant(null), number),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  ),
}));
const mapping = fc.dictionary(text, anyValue, { maxKeys: 5, noNullPrototype: true });

describe('emitYaml', () => {
  it('is read back the same by our own reader', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        if (value === null) return;
        expect(read(emitYaml(value))).toEqual([value]);
      }),
      { numRuns: 1500 },
    );
  });

  it.each(['1.1', '1.2'] as const)('is read back the same by another YAML %s parser', (version) => {
    fc.assert(
      fc.property(
        mapping.filter((value) => !hasKey(value, '__proto__')),
        (value) => {
          expect(yaml.parse(emitYaml(value), { version, maxAliasCount: 0 })).toEqual(value);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('keeps several documents apart', () => {
    fc.assert(
      fc.property(fc.array(mapping), (values) => {
        expect(read(emitYamlDocuments(values))).toEqual(values);
      }),
    );
  });

  it('gives the same bytes whatever the order of keys', () => {
    fc.assert(
      fc.property(mapping, (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(emitYaml(reversed)).toBe(emitYaml(value));
      }),
    );
  });

  it('writes objects as people do', () => {
    expect(
      emitYaml({
        spec: {
          ports: [{ port: 80, name: 'http', cpu: '100m' }],
          empty: {},
          none: [],
          args: ['--a', 'b c', ['x']],
        },
        kind: 'Service',
        apiVersion: 'v1',
        metadata: { labels: { z: 'no', a: '8080' }, namespace: 'shop', name: 'web' },
        data: { script: '#!/bin/sh\necho hi\n', folded: 'a\n\nb', kept: 'x\n\n' },
      }),
    ).toBe(`apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  labels:
    a: "8080"
    z: "no"
data:
  folded: |-
    a

    b
  kept: |+
    x

  script: |
    #!/bin/sh
    echo hi
spec:
  args:
  - "--a"
  - b c
  - - x
  empty: {}
  none: []
  ports:
  - name: http
    cpu: 100m
    port: 80
`);
  });

  it.each([
    [{ a: Number.NaN }],
    [[Number.POSITIVE_INFINITY]],
    [{ a: new Date(0) }],
    [{ a: () => 1 }],
    [{ a: 'x\ud800' }],
    [{ a: [undefined] }],
  ])('refuses what YAML cannot hold: %j', (value) => {
    // A caller without types can pass anything.
    expect(() => emitYaml(value as unknown as JsonValue)).toThrow(
      expect.objectContaining({ code: 'INVALID_VALUE' }),
    );
  });
});

describe('emitYaml and other languages', () => {
  it('is read back the same by PyYAML, where there is one', (context) => {
    const values = fc.sample(
      mapping.filter((value) => !/[\ud800-\udfff]/.test(JSON.stringify(value))),
      { numRuns: 300, seed: 7 },
    );
    const program =
      'import sys,json,yaml\nprint(json.dumps([yaml.load(t, Loader=yaml.SafeLoader) for t in json.load(sys.stdin)]))';
    let answer: string;
    try {
      answer = execFileSync('python3', ['-c', program], {
        input: JSON.stringify(values.map((value) => emitYaml(value))),
        encoding: 'utf8',
        maxBuffer: 1e9,
        stdio: ['pipe', 'pipe', 'ignore'],
      });
    } catch {
      context.skip('python3 with PyYAML is not installed');
      return;
    }
    expect(JSON.parse(answer)).toEqual(values);
  });
});

function hasKey(value: unknown, key: string): boolean {
  if (value === null || typeof value !== 'object') return false;
  return Object.hasOwn(value, key) || Object.values(value).some((child) => hasKey(child, key));
}
