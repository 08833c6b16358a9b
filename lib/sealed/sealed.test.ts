import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../objects/index.ts';
import { TruekeelError } from '../objects/index.ts';
import { closedSecret, isSealed, secretEntries } from './document/index.ts';
import { plainLeaf } from './document/scalar.ts';
import {
  newIdentity,
  openValues,
  readSealed,
  recipientOf,
  resealFor,
  sealSecret,
  secretOpener,
} from './index.ts';
import { openDocument } from './open.ts';

let identity: string;
let recipient: string;
let stranger: string;

beforeAll(async () => {
  [identity, stranger] = [await newIdentity(), await newIdentity()];
  recipient = await recipientOf(identity);
});

const NOW = new Date('2026-01-02T03:04:05.678Z');
const seal = (values: ReadonlyMap<string, Buffer>, recipients = [recipient]) =>
  sealSecret({ name: 'db', values }, { recipients, now: NOW });

async function opened(text: string, identities = [identity]): Promise<ReadonlyMap<string, Buffer>> {
  const document = readSealed(text, 'db.yaml');
  return openValues(document, secretEntries(document), identities);
}

async function refusal(text: string, identities = [identity]): Promise<TruekeelError> {
  const error = await opened(text, identities).catch((thrown: unknown) => thrown);
  if (error instanceof TruekeelError) return error;
  throw new Error(`it was not refused: ${JSON.stringify(error)}`);
}

const PASSWORD = 'correct horse battery staple';
const values = fc.dictionary(
  fc.stringMatching(/^[-_a-zA-Z0-9]{1,12}$/),
  fc.oneof(fc.uint8Array(), fc.string({ unit: 'binary' })).map((value) => Buffer.from(value as string)),
  { minKeys: 1, maxKeys: 6, noNullPrototype: true },
);

describe('a file that was sealed', () => {
  it('is opened to what was sealed, by anyone whom it was sealed for', async () => {
    await fc.assert(
      fc.asyncProperty(values, async (content) => {
        const given = new Map(Object.entries(content));
        const text = await seal(given, [await recipientOf(stranger), recipient]);
        for (const one of [identity, stranger]) {
          expect(new Map([...(await opened(text, [one]))].sort())).toEqual(new Map([...given].sort()));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('shows the names of its values, and nothing of them', async () => {
    const text = await seal(new Map([['password', Buffer.from(PASSWORD)]]));
    expect(text).toContain('password: ENC[');
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain(Buffer.from(PASSWORD).toString('base64'));
  });

  it('is refused whatever single character of it is changed, and nothing is said of its values', async () => {
    const text = await seal(
      new Map([
        ['password', Buffer.from(PASSWORD)],
        ['user', Buffer.from('shop')],
      ]),
    );
    // What these say is not part of what the code is over: who else may open it, who wrote it, and how it is laid out.
    const free = /^ {2}version:.*$|^ {4}recipient:.*$|^ {2}(?:age|version):|\n/gm;
    const bound = [...text.matchAll(free)].map(
      ({ index, 0: found }) => [index, index + found.length] as const,
    );
    const places = [...text]
      .map((_, at) => at)
      .filter((at) => !bound.some(([from, to]) => at >= from && at < to));
    const before = await opened(text);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        fc.constantFrom('A', 'b', '7', '+', ' '),
        async (at, character) => {
          fc.pre(text[at] !== character);
          const changed = `${text.slice(0, at)}${character}${text.slice(at + 1)}`;
          const outcome = await opened(changed).catch((thrown: unknown) => thrown);
          if (outcome instanceof TruekeelError) {
            expect(outcome.code).toMatch(/^SEALED_(?:CHANGED|UNREADABLE)$/);
            expect(`${outcome.message} ${outcome.hint}`).not.toContain(PASSWORD);
          } else if (outcome instanceof Map) {
            // Not every character means something: base64 has spare bits, and white space need not be there.
            expect(outcome).toEqual(before);
          } else throw outcome;
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each<[string, (text: string) => string]>([
    [
      'a value is moved to another key',
      (text) => text.replace('user:', 'swap:').replace('password:', 'user:').replace('swap:', 'password:'),
    ],
    ['a value is left out', (text) => text.replace(/^ {2}user: .*\n/m, '')],
    [
      'a value is there twice, under another key',
      (text) => text.replace(/^ {2}user: (.*)\n/m, '  user: $1\n  usera: $1\n'),
    ],
    ['a value is emptied', (text) => text.replace(/^( {2}user:) .*$/m, '$1 ""')],
    ['its name is changed, which is not sealed', (text) => text.replace('name: db', 'name: other')],
    [
      'its type is added, which is not sealed',
      (text) => text.replace('stringData:', 'type: Opaque\nstringData:'),
    ],
    ['the time is changed', (text) => text.replace('2026-01-02T03', '2026-01-02T04')],
    ['what is sealed is said to be less', (text) => text.replace('^(data|stringData)$', '^data$')],
    [
      'its code is said to be over less',
      (text) => text.replace('  version:', '  mac_only_encrypted: true\n  version:'),
    ],
    [
      'the wrapped key is damaged',
      (text) => text.replace(/(-----BEGIN AGE ENCRYPTED FILE-----\n)( +)..../, '$1$2AAAA'),
    ],
  ])('is refused when %s', async (_, change) => {
    const text = await seal(
      new Map([
        ['password', Buffer.from(PASSWORD)],
        ['user', Buffer.from('shop')],
      ]),
    );
    const changed = change(text);
    expect(changed).not.toBe(text);
    const error = await refusal(changed);
    expect(error.code).toMatch(/^SEALED_(?:CHANGED|UNREADABLE)$/);
    expect(JSON.stringify(error)).not.toContain(PASSWORD);
  });

  it('is refused wherever it is cut off', async () => {
    const text = await seal(new Map([['password', Buffer.from(PASSWORD)]]));
    const lines = text.trimEnd().split('\n');
    // The last line says the version, on which nothing depends.
    for (let kept = 0; kept < lines.length - 1; kept += 1) {
      const error = await refusal(`${lines.slice(0, kept).join('\n')}\n`);
      expect(error.code).toMatch(/^SEALED_(?:CHANGED|UNREADABLE)$|^SECRET_KEY_MISSING$/);
    }
  });

  it('names for whom it is sealed when there is no key, or another one', async () => {
    const text = await seal(new Map([['password', Buffer.from(PASSWORD)]]));
    const none = await refusal(text, []);
    expect(none).toMatchObject({ code: 'SECRET_KEY_MISSING', family: 'usage' });
    expect(none.message).toBe(
      `db.yaml cannot be opened: there is no private key. It is sealed for ${recipient}`,
    );
    const other = await refusal(text, [stranger]);
    expect(other.message).toContain(`none of 1 private keys fits. It is sealed for ${recipient}`);
    expect(other.message).not.toContain(stranger);
  });
});

describe('sealing for others', () => {
  it('keeps the values sealed as they are when somebody is added, so that nothing is rolled', async () => {
    const text = await seal(new Map([['password', Buffer.from(PASSWORD)]]));
    const document = readSealed(text, 'db.yaml');
    const added = await recipientOf(stranger);
    const options = { recipients: [recipient, added], now: NOW, newKey: false };
    const after = await resealFor(document, await openDocument(document, [identity]), options);
    expect(/password: .*/.exec(after)?.[0]).toBe(/password: .*/.exec(text)?.[0]);
    expect((await opened(after, [stranger])).get('password')?.toString()).toBe(PASSWORD);
  });

  it('seals all values anew when somebody is left out, whom the old key is of no use then', async () => {
    const text = await seal(new Map([['password', Buffer.from(PASSWORD)]]), [
      recipient,
      await recipientOf(stranger),
    ]);
    const document = readSealed(text, 'db.yaml');
    const before = await openDocument(document, [stranger]);
    const options = { recipients: [recipient], now: NOW, newKey: false };
    const after = await resealFor(document, before, options);
    expect((await refusal(after, [stranger])).code).toBe('SECRET_KEY_MISSING');
    expect((await opened(after)).get('password')?.toString()).toBe(PASSWORD);
    const key = (await openDocument(readSealed(after, 'db.yaml'), [identity])).key;
    expect(key.equals(before.key)).toBe(false);
  });

  it('leaves what people wrote around the values', async () => {
    const text = `# of the shop\n${await seal(new Map([['password', Buffer.from(PASSWORD)]]))}# the end\n`;
    const document = readSealed(text, 'db.yaml');
    const options = { recipients: [recipient], now: NOW, newKey: true };
    const after = await resealFor(document, await openDocument(document, [identity]), options);
    expect(after).toContain('# of the shop\n');
    expect(after).toContain('# the end\n');
  });
});

describe('a file that cannot be a sealed Secret', () => {
  const META = `sops:\n  age:\n  - recipient: age1x\n    enc: x\n  lastmodified: "2026-01-01T00:00:00Z"\n  mac: ENC[x]\n`;
  it.each([
    ['is not sealed', 'a: b\n'],
    ['has no message authentication code', META.replace(/.*mac.*\n/, '')],
    ['has a plain value at a', `a: plain\n${META}`],
    [
      'has a value at stringData.a that is not sealed',
      `apiVersion: v1\nkind: Secret\nstringData: {a: b}\n${META}  encrypted_regex: ^data$\n`,
    ],
    ['has more than one value under a', `a:\n  b: ""\n${META}`],
    ['has no values', META],
    ['has the key "a b"', `a b: ""\n${META}`],
    ['has several documents', `a: ""\n---\n${META}`],
    ['has an alias', `a: &x ""\nb: *x\n${META}`],
    ['has "a" twice', `a: ""\na: ""\n${META}`],
    ['needs keys of several groups', `${META}  key_groups: [{}]\n`],
    ['says by comments what is sealed', `${META}  encrypted_comment_regex: x\n`],
    ['has several rules', `${META}  encrypted_regex: x\n  encrypted_suffix: y\n`],
    ['is no YAML', `{ ${META}`],
  ])('is refused: %s', (message, text) => {
    const read = () => secretEntries(readSealed(text, 'db.yaml'));
    expect(read).toThrow(expect.objectContaining({ code: 'SEALED_UNREADABLE' }));
    expect(read).toThrow(message);
  });
});

describe('a rendered Secret', () => {
  const rendered = async (): Promise<KubernetesObject> => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'db-1', namespace: 'shop' },
    immutable: true,
    sealed: {
      file: 'db.yaml',
      format: 'yaml',
      text: await seal(new Map([['password', Buffer.from(PASSWORD)]])),
    },
  });

  it('is opened to a Secret, with all else as it was', async () => {
    const { sealed: _, ...rest } = await rendered();
    expect(await secretOpener(async () => [identity])(await rendered())).toEqual({
      ...rest,
      data: { password: Buffer.from(PASSWORD).toString('base64') },
    });
  });

  it('has its keys without any key, and sealed values', async () => {
    const closed = closedSecret(await rendered());
    expect(isSealed(closed)).toBe(false);
    expect(Buffer.from(closed.data.password, 'base64').toString()).toMatch(/^ENC\[/);
  });

  it('is named in what is wrong with it', async () => {
    await expect(secretOpener(async () => [])(await rendered())).rejects.toMatchObject({
      code: 'SECRET_KEY_MISSING',
      message: expect.stringMatching(/^Secret shop\/db-1: db\.yaml cannot be opened/),
    });
  });
});

describe('plain scalars, as SOPS takes them', () => {
  it.each([
    ['1e3', 'float', '1000'],
    ['1e21', 'float', '1000000000000000000000'],
    ['1.5e-7', 'float', '0.00000015'],
    ['-1e-2', 'float', '-0.01'],
    ['0755', 'int', '493'],
    ['0o17', 'int', '15'],
    ['0x1F', 'int', '31'],
    ['-12', 'int', '-12'],
    ['1_000', 'int', '1000'],
    ['True', 'bool', 'True'],
    ['yes', 'str', 'yes'],
    ['~', 'null', ''],
    ['1:30', 'str', '1:30'],
  ])('%s', (text, type, bytes) => {
    expect(plainLeaf(text)).toEqual({ type, text: bytes });
  });

  it('are refused where SOPS reads a date', () => {
    expect(plainLeaf('2026-01-02')).toBeUndefined();
    expect(plainLeaf('2026-01-02T03:04:05Z')).toBeUndefined();
  });
});
