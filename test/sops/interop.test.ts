import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emitYaml, type JsonObject, type JsonValue, parseYaml } from '../../lib/objects/index.ts';
import { secretEntries } from '../../lib/sealed/document/index.ts';
import {
  newIdentity,
  openDocument,
  openValues,
  plainText,
  readSealed,
  recipientOf,
  resealFor,
  sealEdited,
  sealSecret,
} from '../../lib/sealed/index.ts';
import { describeWithSops, sops } from './sops.ts';

let directory: string;
let identity: string;
let recipient: string;
let keyFile: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'truekeel-sops-'));
  identity = await newIdentity();
  recipient = await recipientOf(identity);
  keyFile = join(directory, 'key.txt');
  writeFileSync(keyFile, `# a comment\n${identity}\n`, { mode: 0o600 });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Has SOPS seal a text. */
function sealedBySops(name: string, text: string, ...options: readonly string[]): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  sops(['--encrypt', '--in-place', '--age', recipient, ...options, path], { cwd: directory });
  return readFileSync(path, 'utf8');
}

/** Has SOPS open a text. @throws Error when it refuses */
function openedBySops(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return sops(['--decrypt', path], { cwd: directory, keyFile });
}

async function openedByUs(name: string, text: string): Promise<Record<string, string>> {
  const document = readSealed(text, name);
  const values = await openValues(document, secretEntries(document), [identity]);
  return Object.fromEntries([...values].map(([key, bytes]) => [key, bytes.toString()]));
}

/** All that is awkward in YAML, JSON and their numbers. */
const awkward = fc.constantFrom<JsonValue>(
  ...[
    'no',
    'yes',
    '0755',
    '1e3',
    '~',
    '=',
    'null',
    'ENC[',
    '#',
    ': ',
    '- a',
    '2024-01-02',
    '1_000',
    ' ',
    '\t',
  ],
  ...[
    'line\nline\n',
    '\n',
    ' leading',
    'trailing ',
    'é',
    '漢字',
    '😀',
    'x'.repeat(300),
    '"quoted"',
    "it's",
    '\\n',
    '%',
  ],
  ...[0, 1, -1, 1.5, 1e21, 1e-7, 123456789012, true, false],
);
const scalar = fc.oneof(
  awkward,
  fc.string({ unit: 'binary' }).filter(isPrintable),
  fc.integer(),
  fc.boolean(),
);
const key = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9._-]{0,8}$/),
  fc.constantFrom('1', '10', 'no', 'true', '__proto__'),
);
const tree = fc.letrec<{ node: JsonValue; map: JsonObject }>((tie) => ({
  node: fc.oneof({ maxDepth: 3 }, scalar, tie('map'), fc.array(tie('node'), { maxLength: 3 })),
  map: fc.dictionary(key.filter(isFree), tie('node'), { maxKeys: 4, noNullPrototype: true }),
})).map;

/** What go-yaml writes as something else than it read is nothing that we could read. */
function isPrintable(text: string): boolean {
  return text.isWellFormed() && !/[^\P{C}\n\t]/u.test(text) && !/[\u0085\u2028\u2029\ufeff\r]/.test(text);
}

function isFree(name: string): boolean {
  return name !== 'sops' && !name.endsWith('_unencrypted');
}

describeWithSops('files that sops sealed', () => {
  it.each([
    ['yaml', []],
    ['yaml', ['--mac-only-encrypted', '--encrypted-regex', '^[a-m]']],
    ['yaml', ['--unencrypted-regex', '^[a-m]']],
    ['yaml', ['--encrypted-suffix', 'a']],
    ['json', []],
    ['json', ['--encrypted-regex', '^[a-m1]']],
  ])('are opened here, whatever is in them: %s %j', async (format, options) => {
    await fc.assert(
      fc.asyncProperty(tree, async (content) => {
        const text = sealedBySops(`any.${format}`, JSON.stringify(content), ...options);
        const { leaves } = await openDocument(readSealed(text, `any.${format}`), [identity]);
        expect(leaves.map(({ path, leaf }) => [path, asJson(leaf)])).toEqual(leavesIn(content));
      }),
      { numRuns: 25 },
    );
  });

  it('become Secrets: a Secret, a map, variables, a file of any sort', async () => {
    const secret = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: db # of the shop\ntype: kubernetes.io/basic-auth\nstringData:\n  # who\n  username: shop\n  password: "0755"\ndata:\n  bytes: aGVsbG8=\n`;
    const regex = ['--encrypted-regex', '^(data|stringData)$'];
    expect(await openedByUs('s.yaml', sealedBySops('s.yaml', secret, ...regex))).toEqual({
      username: 'shop',
      password: '0755',
      bytes: 'hello',
    });
    expect(
      await openedByUs('m.yaml', sealedBySops('m.yaml', 'a: yes\nport: 0x10\non: true\nf: 1.50\n')),
    ).toEqual({
      a: 'yes',
      port: '16',
      on: 'true',
      f: '1.5',
    });
    expect(
      await openedByUs('v.env', sealedBySops('v.env', '# c\nA=1\nB=two words\nC=a\\nb\nEMPTY=\n')),
    ).toEqual({
      A: '1',
      B: 'two words',
      C: 'a\nb',
      EMPTY: '',
    });
    expect(await openedByUs('tls.pem', sealedBySops('tls.pem', '-----BEGIN\nx\n'))).toEqual({
      data: '-----BEGIN\nx\n',
    });
  });

  it('are sealed here for others, and still open in sops', async () => {
    const other = await recipientOf(await newIdentity());
    for (const [name, text] of [
      ['r.yaml', 'a: one\nb: {c: two}\nlist: [1, {d: x}]\n'],
      ['r.json', '{"10": "one", "2": {"c": "two"}, "list": [1, {"d": true}]}'],
      ['r.env', 'A=1\nB=a\\nb\n'],
    ] as const) {
      const before = sealedBySops(name, text);
      const plain = openedBySops(name, before);
      const document = readSealed(before, name);
      const opened = await openDocument(document, [identity]);
      for (const newKey of [false, true]) {
        const options = { recipients: [other, recipient], now: new Date(), newKey };
        const after = await resealFor(document, opened, options);
        expect(readSealed(after, name).metadata.age.map((one) => one.recipient)).toEqual([other, recipient]);
        expect(openedBySops(name, after)).toBe(plain);
      }
    }
  });
});

describeWithSops('files that were edited here', () => {
  it.each([
    ['yaml', []],
    ['yaml', ['--mac-only-encrypted', '--encrypted-regex', '^[a-m]']],
    ['json', ['--unencrypted-regex', '^[a-m]']],
  ])('are opened by sops, with what was written into them: %s %j', async (format, options) => {
    const written = (content: JsonObject) =>
      format === 'json' ? JSON.stringify(content) : emitYaml(content);
    await fc.assert(
      fc.asyncProperty(tree, tree, async (first, second) => {
        const name = `edited.${format}`;
        const document = readSealed(sealedBySops(name, written(first), ...options), name);
        const opened = await openDocument(document, [identity]);
        const [plain] = parseYaml(plainText(document, opened), { file: name });
        expect(plain?.value).toEqual(first);
        const after = sealEdited(document, opened, written(second), new Date()) ?? document.text;
        const [read] = parseYaml(openedBySops(name, after), { file: name });
        expect(read?.value).toEqual(second);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['e.env', 'A=1\nB=a\\nb\nEMPTY=\n', 'A=1', 'A=two', []],
    ['e.pem', 'line\nline\n', 'line\n', 'other\n', []],
    [
      'e.yaml',
      '# top\na: "x" # why\nlist:\n    - y\n    - z\n',
      'a: x',
      "a: 'x: y'",
      ['--encrypted-regex', '^(a|list)$'],
    ],
  ])('keep what was not edited: %s', async (name, text, from, to, options) => {
    const document = readSealed(sealedBySops(name, text, ...options), name);
    const opened = await openDocument(document, [identity]);
    const plain = plainText(document, opened);
    expect(plain).toContain(from);
    const after = sealEdited(document, opened, plain.replace(from, to), new Date())!;
    expect(openedBySops(name, after)).toBe(openedBySops(name, document.text).replace(from, to));
  });
});

describeWithSops('files that were sealed here', () => {
  const values = fc.dictionary(
    fc.stringMatching(/^[-._a-zA-Z0-9]{1,12}$/).filter((name) => name !== '.' && !name.startsWith('..')),
    fc
      .oneof(fc.uint8Array(), awkward.map(String), fc.string({ unit: 'binary' }))
      .map((value) => Buffer.from(value as string)),
    { minKeys: 1, maxKeys: 5, noNullPrototype: true },
  );

  it('are opened by sops, with the same values', async () => {
    await fc.assert(
      fc.asyncProperty(values, async (content) => {
        const given = new Map(Object.entries(content));
        const text = await sealSecret(
          { name: 'db', values: given },
          { recipients: [recipient], now: new Date() },
        );
        const [document] = parseYaml(openedBySops('ours.yaml', text), { file: 'ours.yaml' });
        const secret = document?.value as {
          data?: Record<string, string>;
          stringData?: Record<string, string>;
        };
        const found = [
          ...Object.entries(secret.data ?? {}).map(
            ([name, value]) => [name, Buffer.from(value, 'base64')] as const,
          ),
          ...Object.entries(secret.stringData ?? {}).map(
            ([name, value]) => [name, Buffer.from(value)] as const,
          ),
        ];
        expect(new Map(found)).toEqual(given);
      }),
      { numRuns: 40 },
    );
  });

  it('are refused by sops when they were changed, as they are here', async () => {
    const content = new Map([['password', Buffer.from('hunter2')]]);
    const text = await sealSecret(
      { name: 'db', values: content },
      { recipients: [recipient], now: new Date() },
    );
    expect(() => openedBySops('ours.yaml', text)).not.toThrow();
    const changed = text.replace('name: db', 'name: other');
    expect(() => openedBySops('ours.yaml', changed)).toThrow(/MAC mismatch/);
    await expect(openedByUs('ours.yaml', changed)).rejects.toMatchObject({ code: 'SEALED_CHANGED' });
  });
});

describe('the comparison', () => {
  it('sees what differs', () => {
    expect(leavesIn({ a: [1, { b: 'x' }] })).not.toEqual(leavesIn({ a: [1, { b: 'y' }] }));
  });
});

function leavesIn(value: JsonValue | undefined, path: readonly string[] = []): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => leavesIn(item, path));
  if (value !== null && typeof value === 'object')
    return Object.entries(value).flatMap(([name, field]) => leavesIn(field, [...path, name]));
  return [[path, value]];
}

function asJson({ type, text }: { readonly type: string; readonly text: string }): JsonValue {
  if (type === 'int' || type === 'float') return Number(text);
  if (type === 'bool') return text === 'True';
  return type === 'null' ? null : text;
}
