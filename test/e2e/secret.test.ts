import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Results } from '../../synth/cli/results.ts';
import { packageRoot } from '../../synth/version.ts';
import { scratch } from '../git/scratch.ts';
import { project } from './clusters.ts';
import type { Outcome, Project } from './project.ts';

const FILE = 'secrets/db.sops.yaml';

let here: Project;
let home: string;
let recipient: string;

beforeEach(async () => {
  here = project();
  home = scratch();
  recipient = (await secret('keygen', 'key.txt')).stdout.trim();
});

/** Without any key but those that the flags name. */
function secret(...args: readonly string[]): Promise<Outcome> {
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, SOPS_AGE_KEY: '', SOPS_AGE_KEY_FILE: '' };
  return here.truekeel(['secret', ...args], { env });
}

const KEY = ['--age-key-file', 'key.txt'];
const read = (file: string) => readFileSync(join(here.directory, file), 'utf8');
const unsealed = async (...flags: readonly string[]) =>
  JSON.parse((await secret('unseal', FILE, '-o', 'json', ...(flags.length > 0 ? flags : KEY))).stdout);

describe('truekeel secret', () => {
  it('makes a key that only its owner may read, and writes over none', async () => {
    expect(recipient).toMatch(/^age1[a-z0-9]{58}$/);
    expect(statSync(join(here.directory, 'key.txt')).mode & 0o777).toBe(0o600);
    const before = read('key.txt');
    const again = await secret('keygen', 'key.txt');
    expect(again).toMatchObject({ exit: 3, stdout: '' });
    expect(again.stderr).toContain('FILE_EXISTS');
    expect(read('key.txt')).toBe(before);
  });

  it('seals values for whom .sops.yaml says, without any key, and unseals them with one', async () => {
    here.write({
      '.sops.yaml': `creation_rules:\n  - path_regex: other/.*\n    age: age1other\n  - path_regex: secrets/.*\\.yaml$\n    age: >-\n      ${recipient}\n`,
      'tls.key': 'line one\nline two\n',
    });
    const sealed = await secret(
      'seal',
      FILE,
      '--from-literal',
      'user=shop',
      'query=a=b',
      '--from-file',
      'tls.key',
      '-o',
      'json',
    );
    expect(sealed.exit, sealed.stderr).toBe(0);
    expect(Results.secret.parse(JSON.parse(sealed.stdout))).toEqual([
      { file: FILE, recipients: [recipient], keys: ['query', 'tls.key', 'user'] },
    ]);
    expect(read(FILE)).not.toContain('line one');
    expect(await unsealed()).toEqual({
      stringData: { query: 'a=b', 'tls.key': 'line one\nline two\n', user: 'shop' },
    });
    const none = await secret('unseal', FILE);
    expect(none.exit).toBe(3);
    expect(none.stdout).toBe('');
    expect(none.stderr).toContain(`It is sealed for ${recipient}`);
  });

  it('changes some values of a file and keeps the others, which takes a key', async () => {
    await secret(
      'seal',
      FILE,
      '--from-literal',
      'a=1',
      'b=2',
      '--type',
      'example.org/x',
      '--recipient',
      recipient,
    );
    const before = read(FILE);
    const refused = await secret('seal', FILE, '--from-literal', 'a=3');
    expect(refused.exit).toBe(3);
    expect(refused.stderr).toContain('SECRET_KEY_MISSING');
    expect(read(FILE)).toBe(before);
    const changed = await secret('seal', FILE, '--from-literal', 'a=3', ...KEY);
    expect(changed.exit, changed.stderr).toBe(0);
    expect(await unsealed()).toEqual({ stringData: { a: '3', b: '2' } });
    expect(read(FILE)).toContain('type: example.org/x');
  });

  it('takes the values of a plain Secret, bytes too', async () => {
    const bytes = Buffer.from([0, 255, 10]).toString('base64');
    here.write({
      'plain.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: db, uid: x}\ntype: Opaque\ndata: {blob: ${bytes}, text: aGk=}\n`,
    });
    const sealed = await secret('seal', FILE, '--from-secret', 'plain.yaml', '--recipient', recipient);
    expect(sealed.exit, sealed.stderr).toBe(0);
    expect(await unsealed()).toEqual({ data: { blob: bytes }, stringData: { text: 'hi' } });
  });

  it('seals for others: with the values as they are when somebody is added, anew when somebody goes', async () => {
    await secret('seal', FILE, '--from-literal', 'a=1', '--recipient', recipient);
    const other = (await secret('keygen', 'other.txt')).stdout.trim();
    const values = () => /^ {2}a: .*$/m.exec(read(FILE))?.[0];
    const first = values();
    const rotate = async (...flags: readonly string[]) => {
      const outcome = await secret('rotate', FILE, '-o', 'json', ...flags);
      expect(outcome.exit, outcome.stderr).toBe(0);
      return Results.secret.parse(JSON.parse(outcome.stdout))[0]?.change;
    };
    expect(await rotate('--recipient', recipient, other, ...KEY)).toBe('recipients');
    expect(values()).toBe(first);
    expect(await unsealed('--age-key-file', 'other.txt')).toEqual({ stringData: { a: '1' } });
    expect(await rotate(...KEY)).toBe('none');
    expect(await rotate('--recipient', recipient, ...KEY)).toBe('new key');
    expect(values()).not.toBe(first);
    expect((await secret('unseal', FILE, '--age-key-file', 'other.txt')).stderr).toContain(
      'SECRET_KEY_MISSING',
    );
    expect(await rotate('--new-key', ...KEY)).toBe('new key');
    expect(await unsealed()).toEqual({ stringData: { a: '1' } });
  });

  it.each<[string, string, readonly string[]]>([
    ['INVALID_FLAG', 'there is no "open" of secrets', ['open', FILE]],
    ['INVALID_FLAG', 'which file?', ['seal']],
    ['INVALID_FLAG', 'does not end in .yaml', ['seal', 'db.json', '--from-literal', 'a=1']],
    ['INVALID_FLAG', 'there is nothing to seal', ['seal', FILE, '--recipient', 'age1x']],
    ['INVALID_FLAG', '--from-literal takes KEY=VALUE', ['seal', FILE, '--from-literal', 'hunter2']],
    ['INVALID_FLAG', '"a b" cannot be a key', ['seal', FILE, '--from-literal', 'a b=hunter2']],
    ['INVALID_FLAG', 'is not one Secret', ['seal', FILE, '--from-secret', 'package.json']],
    ['NO_RECIPIENTS', 'nothing says for whom', ['seal', FILE, '--from-literal', 'a=hunter2']],
    [
      'NO_RECIPIENTS',
      'age1x is no recipient',
      ['seal', FILE, '--from-literal', 'a=hunter2', '--recipient', 'age1x'],
    ],
    ['FILE_UNREADABLE', 'gone cannot be read', ['seal', FILE, '--from-file', 'gone']],
    ['FILE_UNREADABLE', 'cannot be read', ['unseal', 'gone.yaml']],
    ['SEALED_UNREADABLE', 'is not sealed', ['unseal', 'plain.yaml']],
    ['SECRET_KEY_UNREADABLE', 'gone cannot be read', ['unseal', 'sealed.yaml', '--age-key-file', 'gone']],
    ['SECRET_KEY_UNREADABLE', 'key 1 of', ['unseal', 'sealed.yaml', '--age-key-file', 'plain.yaml']],
  ])('refuses, with %s: %s', async (code, message, args) => {
    await secret('seal', 'sealed.yaml', '--from-literal', 'a=hunter2', '--recipient', recipient);
    here.write({ 'plain.yaml': 'password: hunter2\n' });
    const refused = await secret(...args);
    expect(refused.exit).toBe(code === 'SEALED_UNREADABLE' ? 4 : 3);
    expect(refused.stderr).toContain(code);
    expect(refused.stderr).toContain(message);
    expect(refused.stderr).not.toContain('hunter2');
    expect(() => read(FILE)).toThrow('ENOENT');
  });

  it('is shown by an example, which renders without any key', async () => {
    const example = join(packageRoot(), 'examples', 'sealed');
    const files = ['main.ts', 'secrets/db.sops.yaml', 'secrets/license.txt'];
    here.write(Object.fromEntries(files.map((file) => [file, readFileSync(join(example, file), 'utf8')])));
    const made = await here.truekeel(['synth', '--no-typecheck', '--out', 'dist']);
    expect(made.exit, made.stderr).toBe(0);
    const yaml = read('dist/staging/web.yaml');
    expect(yaml).toContain('file: secrets/db.sops.yaml');
    expect(yaml).toContain('key: license.txt');
  });

  it('seals what import yaml takes along as it is', async () => {
    await secret('seal', 'manifests/db.yaml', '--from-literal', 'a=hunter2', '--recipient', recipient);
    const imported = await here.truekeel(['import', 'yaml', 'manifests', '--out', 'main.ts']);
    expect(imported.exit, imported.stderr).toBe(0);
    expect(imported.stdout).toContain('renders the same');
    expect(read('main.ts')).toContain('ENC[AES256_GCM');
    expect(read('main.ts')).not.toContain('hunter2');
  });

  it('says which rule of .sops.yaml is missing', async () => {
    here.write({ '.sops.yaml': 'creation_rules:\n  - path_regex: ^other/\n    age: age1x\n  - pgp: x\n' });
    const refused = await secret('seal', FILE, '--from-literal', 'a=1');
    expect(refused.stderr).toContain(
      `the rule of ${join(here.directory, '.sops.yaml')} for ${FILE} has no recipient of age`,
    );
    here.write({ '.sops.yaml': 'creation_rules: []\n' });
    expect((await secret('seal', FILE, '--from-literal', 'a=1')).stderr).toContain(
      'has no creation rule for',
    );
  });
});
