import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseYaml, TruekeelError } from '../objects/index.ts';
import { sealValue } from './cipher.ts';
import { leavesOf } from './document/tree.ts';
import {
  newIdentity,
  openDocument,
  plainText,
  readSealed,
  recipientOf,
  sealEdited,
  sealSecret,
} from './index.ts';

let identity: string;
let recipient: string;
beforeAll(async () => {
  identity = await newIdentity();
  recipient = await recipientOf(identity);
});

const NOW = new Date('2026-01-02T03:04:05.678Z');
const KEY = 'correct\nhorse\n';

const sealed = (values: Record<string, string>) =>
  sealSecret(
    { name: 'db', values: new Map(Object.entries(values).map(([key, value]) => [key, Buffer.from(value)])) },
    { recipients: [recipient], now: NOW },
  );

async function open(text: string) {
  const document = readSealed(text, 'db.yaml');
  return { document, opened: await openDocument(document, [identity]) };
}

async function edit(text: string, change: (plain: string) => string): Promise<string | undefined> {
  const { document, opened } = await open(text);
  return sealEdited(document, opened, change(plainText(document, opened)), NOW);
}

const valuesOf = async (text: string) =>
  Object.fromEntries((await open(text)).opened.leaves.map(({ path, leaf }) => [path.join('.'), leaf.text]));

const sealedValues = (text: string) =>
  Object.fromEntries(
    leavesOf(readSealed(text, 'db.yaml').content).map(({ path, leaf }) => [path.join('.'), leaf.text]),
  );

describe('a sealed file in an editor', () => {
  it('shows values as they are, several lines as such', async () => {
    const { document, opened } = await open(await sealed({ key: KEY, user: 'no', port: '0755' }));
    expect(plainText(document, opened)).toBe(
      'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  key: |\n    correct\n    horse\n  port: "0755"\n  user: "no"\n',
    );
  });

  it('has those sealed anew that were changed, and no others', async () => {
    const before = await sealed({ key: KEY, user: 'shop', gone: 'x' });
    const after = (await edit(before, (plain) =>
      plain
        .replace('user: shop', 'user: "web" # who\n  # why\n  added: >-\n    two\n    words')
        .replace(/ {2}gone.*\n/, ''),
    ))!;
    expect(await valuesOf(after)).toMatchObject({
      'stringData.key': KEY,
      'stringData.user': 'web',
      'stringData.added': 'two words',
    });
    expect(Object.keys(await valuesOf(after))).not.toContain('stringData.gone');
    expect(sealedValues(after)['stringData.key']).toBe(sealedValues(before)['stringData.key']);
    expect(sealedValues(after)['stringData.user']).not.toBe(sealedValues(before)['stringData.user']);
    expect(after).toMatch(/user: ENC\[\S+\] # who\n {2}# why\n {2}added: ENC\[/);
    expect(after).not.toMatch(/web|words/);
  });

  it('is not written where nothing was changed', async () => {
    expect(await edit(await sealed({ key: KEY }), (plain) => plain)).toBeUndefined();
  });

  it('keeps a value at its place only: one that was moved is sealed anew', async () => {
    const before = await sealed({ a: 'same', b: 'other' });
    const after = (await edit(before, (plain) => plain.replace('b: other', 'b: same')))!;
    expect(await valuesOf(after)).toMatchObject({ 'stringData.a': 'same', 'stringData.b': 'same' });
    expect(sealedValues(after)['stringData.b']).not.toBe(sealedValues(before)['stringData.a']);
  });

  it('takes any values, and gives them back', async () => {
    const printable = fc.string({ unit: 'binary' }).filter((text) => !/[^\P{C}\n\t]/u.test(text));
    const contents = fc.dictionary(fc.stringMatching(/^[a-z][-._a-z0-9]{0,8}$/), printable, {
      minKeys: 1,
      maxKeys: 4,
      noNullPrototype: true,
    });
    await fc.assert(
      fc.asyncProperty(contents, contents, async (first, second) => {
        const text = await sealed(first);
        const other = await open(await sealed(second));
        const wanted = plainText(other.document, other.opened);
        const after =
          (await edit(text, (plain) => {
            const [shown] = parseYaml(plain, { file: 'plain' });
            expect(shown?.value).toMatchObject({ stringData: first });
            return wanted;
          })) ?? text;
        const { document, opened } = await open(after);
        expect(plainText(document, opened)).toBe(wanted);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['no YAML any more', 'a: [', 'the edited text is no YAML'],
    ['no map', '- a', 'the edited text is no map'],
    ['metadata', 'a: b\nsops: {}\n', 'the edited text has metadata of SOPS, which are not edited'],
    ['a key that stands twice', 'a: b\na: c\n', 'the edited text has "a" twice in one map'],
    ['a comment that looks sealed', 'a: b # ENC[x]\n', 'the edited text has a sealed comment'],
  ])('refuses a text that has %s', async (_name, text, message) => {
    const wrong = edit(await sealed({ key: KEY }), () => text);
    await expect(wrong).rejects.toBeInstanceOf(TruekeelError);
    await expect(wrong).rejects.toMatchObject({
      code: 'SEALED_UNREADABLE',
      message: expect.stringContaining(message),
    });
  });

  it('refuses files that others than age seal, which would no longer open them', async () => {
    const text = (await sealed({ key: KEY })).replace('sops:\n', 'sops:\n  kms: [{arn: x}]\n');
    await expect(edit(text, (plain) => plain)).rejects.toMatchObject({
      message: 'db.yaml is sealed by kms, too, which is not written here',
    });
  });

  it('refuses files with sealed comments', async () => {
    const text = await sealed({ key: KEY });
    const { opened } = await open(text);
    const comment = sealValue({ type: 'str', text: 'x' }, opened.key, '').replace('type:str', 'type:comment');
    await expect(
      edit(text.replace('stringData:', `# ${comment}\nstringData:`), (plain) => plain),
    ).rejects.toMatchObject({
      message: 'db.yaml has sealed comments, which are not written here',
    });
  });
});
