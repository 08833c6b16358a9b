import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ApiObject, JsonPatch } from 'cdk8s';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TruekeelError } from '../objects/index.ts';
import { renderTree } from '../render/index.ts';
import {
  newIdentity,
  openDocument,
  readSealed,
  recipientOf,
  resealFor,
  sealSecret,
} from '../sealed/index.ts';
import { validateObjects } from '../validate/index.ts';
import {
  App,
  Application,
  Environment,
  EnvironmentSource,
  EnvironmentValue,
  Mount,
  SealedSecret,
  type SealedSecretProps,
  Workload,
} from './index.ts';
import { objectOf, objectsOf, problemsOf } from './testing/program.ts';

let directory: string;
let identity: string;
const program = process.argv[1];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'truekeel-sealed-'));
  process.argv[1] = join(directory, 'main.ts');
  identity = await newIdentity();
});
afterAll(() => {
  if (program !== undefined) process.argv[1] = program;
  rmSync(directory, { recursive: true, force: true });
});

function write(name: string, text: string): string {
  mkdirSync(dirname(join(directory, name)), { recursive: true });
  writeFileSync(join(directory, name), text);
  return text;
}

async function seal(name: string, values: Readonly<Record<string, string>>, type?: string): Promise<string> {
  const content = new Map(Object.entries(values).map(([key, value]) => [key, Buffer.from(value)]));
  const recipients = [await recipientOf(identity)];
  const text = await sealSecret(
    { name: 'db', values: content, ...(type !== undefined && { type }) },
    { recipients, now: new Date() },
  );
  return write(name, text);
}

const secretOf = (props: SealedSecretProps) =>
  objectOf('Secret', (web) => void new SealedSecret(web, 'db', props));

describe('SealedSecret', () => {
  it('is a Secret that cannot change, with the sealed file in the place of its values', async () => {
    const text = await seal('secrets/db.sops.yaml', { password: 'hunter2' }, 'example.org/login');
    expect(secretOf({ file: 'secrets/db.sops.yaml', metadata: { labels: { team: 'blue' } } })).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: expect.stringMatching(/^db-[0-9a-f]{10}$/),
        namespace: 'shop',
        labels: { team: 'blue' },
        annotations: {
          'truekeel.dev/prune': 'allow',
          'truekeel.dev/version-of': 'db',
          'truekeel.dev/keep-versions': '3',
        },
      },
      immutable: true,
      type: 'example.org/login',
      sealed: { file: 'secrets/db.sops.yaml', format: 'yaml', text },
    });
  });

  it('has another name when its values are sealed anew, and the same one when somebody else may open them', async () => {
    const text = await seal('a.yaml', { password: 'hunter2' });
    const { name } = secretOf({ file: 'a.yaml' }).metadata;
    const document = readSealed(text, 'a.yaml');
    const opened = await openDocument(document, [identity]);
    const recipients = [await recipientOf(identity), await recipientOf(await newIdentity())];
    const options = { recipients, now: new Date(), newKey: false };
    write('a.yaml', await resealFor(document, opened, options));
    expect(secretOf({ file: 'a.yaml' }).metadata.name).toBe(name);
    write('a.yaml', await resealFor(document, opened, { ...options, newKey: true }));
    expect(secretOf({ file: 'a.yaml' }).metadata.name).not.toBe(name);
  });

  it('keeps a name that is given to it, and may change then', async () => {
    await seal('a.yaml', { password: 'hunter2' });
    const secret = secretOf({ file: 'a.yaml', fixedName: 'login' });
    expect(secret.metadata).toEqual({ name: 'login', namespace: 'shop' });
    expect(secret.immutable).toBeUndefined();
  });

  it('tells its name and its keys to what uses it', async () => {
    await seal('a.yaml', { user: 'shop', password: 'hunter2' });
    let keys: string[] = [];
    const [deployment, secret] = objectsOf((web) => {
      const db = new SealedSecret(web, 'db', { file: 'a.yaml' });
      keys = db.keys;
      new Workload(web, 'api', {
        image: 'a',
        mounts: [Mount.secret('/etc/db', db.secretName)],
        environmentFrom: [EnvironmentSource.secret(db.secretName)],
      });
    }).filter(({ kind }) => kind === 'Deployment' || kind === 'Secret');
    expect(keys).toEqual(['password', 'user']);
    expect(deployment?.spec.template.spec.containers[0].envFrom[0].secretRef.name).toBe(
      secret?.metadata.name,
    );
  });

  it('is validated with its keys: what refers to another one is told', async () => {
    await seal('a.yaml', { password: 'hunter2' });
    const errorsOf = (key: string): readonly TruekeelError[] => {
      const app = new App();
      const web = new Application(new Environment(app, 'test', { namespace: 'shop' }), 'web');
      const db = new SealedSecret(web, 'db', { file: 'a.yaml' });
      new Workload(web, 'api', {
        image: 'a',
        environmentValues: { P: EnvironmentValue.secret(db.secretName, key) },
      });
      try {
        renderTree(app, { validate: validateObjects });
        return [];
      } catch (error) {
        return (error as { readonly errors: readonly TruekeelError[] }).errors;
      }
    };
    expect(errorsOf('password')).toEqual([]);
    expect(
      errorsOf('pasword')
        .map(({ message }) => message)
        .join(),
    ).toContain('pasword');
  });

  it.each<[string, SealedSecretProps]>([
    ['there is no file gone.yaml', { file: 'gone.yaml' }],
    ['is a path of one machine', { file: '/etc/db.yaml' }],
    ['plain.yaml is not sealed', { file: 'plain.yaml' }],
    ['for nobody who has a key of age (only: pgp)', { file: 'pgp.yaml' }],
    ['keep is 0', { file: 'a.yaml', keep: 0 }],
    ['give baseName or fixedName instead', { file: 'a.yaml', metadata: { name: 'x' } }],
    ['it has baseName and fixedName', { file: 'a.yaml', baseName: 'x', fixedName: 'y' }],
  ])('refuses: %s', async (message, props) => {
    await seal('a.yaml', { password: 'hunter2' });
    write('plain.yaml', 'password: hunter2\n');
    write(
      'pgp.yaml',
      'a: ""\nsops:\n  pgp: [{fp: x}]\n  mac: ENC[x]\n  lastmodified: "2026-01-01T00:00:00Z"\n',
    );
    const problems = problemsOf((web) => void new SealedSecret(web, 'db', props));
    expect(problems[0]).toContain(message);
    expect(problems[0]).not.toContain('hunter2');
  });

  it('refuses to be changed after its name was made', async () => {
    await seal('a.yaml', { password: 'hunter2' });
    const patched = (patch: JsonPatch) =>
      problemsOf((web) => new SealedSecret(web, 'db', { file: 'a.yaml' }).addJsonPatch(patch)).join();
    expect(patched(JsonPatch.replace('/metadata/name', 'x'))).toContain('it was changed after its name');
    expect(patched(JsonPatch.replace('/sealed/text', 'x'))).toContain('it was changed after its name');
  });
});

describe('what a program hands over as sealed', () => {
  it.each<[string, object]>([
    ['has something else in `sealed`', { sealed: true }],
    ['has something else in `sealed`', { sealed: { file: 'a', format: 'ini', text: '' } }],
    [
      'is sealed, and has values beside that',
      { sealed: { file: 'a', format: 'yaml', text: '' }, data: { a: '' } },
    ],
    ['a is not sealed', { sealed: { file: 'a', format: 'yaml', text: 'password: hunter2' } }],
  ])('is refused where it is not: %s', (message, fields) => {
    const problems = problemsOf(
      (web) => void new ApiObject(web, 'x', { apiVersion: 'v1', kind: 'Secret', ...fields }),
    );
    expect(problems.join()).toContain(message);
    expect(problems.join()).not.toContain('hunter2');
  });
});
