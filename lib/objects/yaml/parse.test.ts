import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TruekeelError } from '../errors.ts';
import { flattenLists, parseYaml } from './index.ts';

const one = (text: string): unknown =>
  parseYaml(`v: ${text}\n`, { file: 'a.yaml' }).map(({ value }) => (value as { v: unknown }).v)[0];

function errorOf(text: string): TruekeelError {
  try {
    parseYaml(text, { file: 'dir/a.yaml' });
  } catch (error) {
    if (error instanceof TruekeelError) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('plain scalars mean what kubectl takes them for', () => {
  // Values as sigs.k8s.io/yaml 1.6 (go-yaml v2.4) gives them.
  it.each<[string, unknown]>([
    ['yes', true],
    ['Yes', true],
    ['YES', true],
    ['yEs', 'yEs'],
    ['y', true],
    ['Y', true],
    ['on', true],
    ['True', true],
    ['no', false],
    ['N', false],
    ['off', false],
    ['OFF', false],
    ['FALSE', false],
    ['~', null],
    ['', null],
    ['null', null],
    ['NULL', null],
    ['none', 'none'],
    ['0755', 493],
    ['0o755', 493],
    ['08', 8],
    ['0x1F', 31],
    ['0X1f', 31],
    ['0b101', 5],
    ['-0b1', -1],
    ['1_000', 1000],
    ['+5', 5],
    ['-0x1F', -31],
    ['_1', '_1'],
    ['1:30', '1:30'],
    ['190:20:30', '190:20:30'],
    ['0o8', '0o8'],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['-.5', -0.5],
    ['.5_0', 0.5],
    ['._5', '._5'],
    ['1.', 1],
    ['1e3', 1000],
    ['1E+3', 1000],
    ['1e400', '1e400'],
    ['18446744073709551616', 2 ** 64],
    ['9007199254740992', 2 ** 53],
    ['2001-01-01', '2001-01-01'],
    ['2001-12-14t21:59:43.10-05:00', '2001-12-14t21:59:43.10-05:00'],
    ['"yes"', 'yes'],
    ["'0755'", '0755'],
    ['1.2.3', '1.2.3'],
    ['100m', '100m'],
    ['=', '='],
    ['!!str 5', '5'],
    ['!!timestamp 2001-01-01', '2001-01-01'],
  ])('%s', (text, value) => {
    expect(one(text)).toStrictEqual(value);
  });

  it('also as keys', () => {
    expect(parseYaml('{yes: 1, 0755: 2, 1.5: 3, __proto__: 4}', { file: 'a' })[0]?.value).toEqual(
      JSON.parse('{"true":1,"493":2,"1.5":3,"__proto__":4}'),
    );
  });

  it('with merge keys, where what is written wins over what is merged', () => {
    const text = 'base: &base {a: 1, b: 1}\nmerged:\n  <<: *base\n  b: 2\n';
    expect(parseYaml(text, { file: 'a' })[0]?.value).toMatchObject({ merged: { a: 1, b: 2 } });
  });
});

describe('parseYaml', () => {
  it('gives every document that is not empty, with its place', () => {
    const documents = parseYaml('# nothing\n---\na: 1\n---\n---\n# still nothing\n--- \n\n  b: 2\n...\n', {
      file: 'x.yaml',
    });
    expect(documents).toEqual([
      { value: { a: 1 }, source: { file: 'x.yaml', line: 3, column: 1 } },
      { value: { b: 2 }, source: { file: 'x.yaml', line: 9, column: 3 } },
    ]);
  });

  it('reads JSON, indented by tabs or with a byte order mark too', () => {
    expect(
      parseYaml('\ufeff{\n\t"a": ["\\u00e9\\ud83d\\ude00\\/"],\n\t"b": null\n}\n', { file: 'a' })[0]?.value,
    ).toEqual({ a: ['é😀/'], b: null });
  });

  it('reads any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const read = parseYaml(JSON.stringify(value), { file: 'a' });
        expect(read.map((document) => document.value)).toEqual(
          value === null ? [] : [JSON.parse(JSON.stringify(value))],
        );
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, string, number, number]>([
    ['a key that stands twice', 'a: 1\nb:\n  c: 1\n  c: 2\n', 4, 3],
    ['wrong indentation', 'a:\n  b: 1\n c: 2\n', 3, 2],
    ['a quote without end', 'a: "b\n', 2, 1],
    ['infinity', 'a: 1\nb: .inf\n', 2, 4],
    ['NaN', 'a: [.nan]\n', 1, 5],
    ['an integer that does not fit', 'a: 1\nb: 9007199254740993\n', 2, 4],
    ['null as key', 'a: 1\n~: 2\n', 2, 1],
    ['an unknown tag', 'a: !vault x\n', 1, 4],
    ['an unknown alias', 'a: *b\n', 1, 5],
    ['an alias that holds itself', 'a: &a [*a]\n', 1, 9],
    ['a tab as indentation', 'a:\n\tb: 1\n', 2, 1],
  ])('refuses %s, and says where', (_what, text, line, column) => {
    const error = errorOf(text);
    expect(error).toMatchObject({
      code: 'INVALID_YAML',
      family: 'validation',
      source: { file: 'dir/a.yaml', line },
    });
    expect(Math.abs((error.source?.column ?? 0) - column)).toBeLessThanOrEqual(2);
    expect(error.message).toMatch(new RegExp(`^dir/a\\.yaml:${line}:`));
  });

  it('does not quote the file in errors, which may hold Secrets', () => {
    expect(errorOf('password: hunter2\nb: "\n').message).not.toContain('hunter2');
  });

  it('refuses a billion laughs', () => {
    const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]'];
    for (let i = 1; i < 12; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join()}]`,
      );
    expect(errorOf(lines.join('\n'))).toMatchObject({ code: 'INVALID_YAML' });
  });

  it('refuses nesting made to exhaust the stack', () => {
    expect(errorOf('['.repeat(10_000))).toMatchObject({ code: 'INVALID_YAML' });
  });

  it('never throws anything but TruekeelError, whatever the text', () => {
    const piece = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '"',
      "'",
      '|',
      '>',
      '&a ',
      '*a',
      '{',
      '}',
      '[',
      ']',
      ',',
      '#',
      '!!int ',
      '? ',
      '---\n',
      '%',
      '\t',
      '<<: ',
      '.inf',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }).map((all) => all.join('')),
        (text) => {
          try {
            parseYaml(text, { file: 'a' });
          } catch (error) {
            expect(error).toBeInstanceOf(TruekeelError);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('flattenLists', () => {
  const flatten = (text: string) => flattenLists(parseYaml(text, { file: 'a' })).map(({ value }) => value);

  it('puts the items of lists in their place, also of lists in lists', () => {
    expect(
      flatten(
        'kind: List\napiVersion: v1\nitems:\n- {kind: A}\n- {kind: List, items: [{kind: B}]}\n---\nkind: C\n',
      ),
    ).toEqual([{ kind: 'A' }, { kind: 'B' }, { kind: 'C' }]);
  });

  it('gives items of a typed list its kind', () => {
    expect(flatten('{kind: ConfigMapList, apiVersion: v1, items: [{metadata: {name: a}}]}')).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
    ]);
  });

  it('leaves alone a kind that only sounds like a list', () => {
    expect(flatten('{kind: AllowList, spec: {}}')).toEqual([{ kind: 'AllowList', spec: {} }]);
  });

  it('refuses items that are no objects', () => {
    expect(() => flatten('{kind: List, items: [1]}')).toThrow(
      expect.objectContaining({ code: 'INVALID_YAML' }),
    );
  });
});

describe('lines that begin further left than YAML has them', () => {
  const read = (text: string) => parseYaml(text, { file: 'f.yaml' }).map(({ value }) => value);

  // As sigs.k8s.io/yaml reads them.
  it.each([
    ["a:\n  b: 'one\n  two'\n  c: 3\n", { a: { b: 'one two', c: 3 } }],
    ['a:\n  b: "one\ntwo\\\n  three"\n', { a: { b: 'one twothree' } }],
    ['a:\n  b: [1,\n  2,\n3]\n  c: {d: 4,\n  e: 5\n}\n', { a: { b: [1, 2, 3], c: { d: 4, e: 5 } } }],
  ])('are taken within quotes and brackets: %j', (text, value) => {
    expect(read(text)).toEqual([value]);
  });

  it('leave the lines of what is wrong further down as they are', () => {
    expect(() => read("a:\n  b: 'one\n  two'\n  c: [\n")).toThrow(/^f\.yaml:[45]:/);
    expect(() => read("a:\n  b: 'one\n  two'\n  b: 3\n")).toThrow(/^f\.yaml:4:3: duplicate/);
  });
});
