import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { KubernetesObject } from '../../lib/objects/index.ts';
import {
  type AgeIdentity,
  newIdentity,
  openDocument,
  readIdentities,
  readSealed,
  recipientOf,
  resealFor,
  sealSecret,
  secretOpener,
} from '../../lib/sealed/index.ts';
import { scratch } from '../git/scratch.ts';
import { AgentBench } from './agent-bench.ts';
import { type ClusterUnderTest, editAs, live, onBothClusters, unique } from './clusters.ts';
import type { Outcome } from './project.ts';
import { actionsOf, Workbench } from './workbench.ts';

const FIRST = 'correct-horse-battery-staple';
const SECOND = 'hunter2-hunter2-hunter2';
const FILE = 'secrets/db.sops.yaml';

let identity: AgeIdentity;
let recipient: string;
beforeAll(async () => {
  identity = await newIdentity();
  recipient = await recipientOf(identity);
});

const sealed = (values: Readonly<Record<string, string>>, recipients = [recipient]) =>
  sealSecret(
    { name: 'db', values: new Map(Object.entries(values).map(([key, value]) => [key, Buffer.from(value)])) },
    { recipients, now: new Date() },
  );

/** A program whose deployment uses the Secret, beside a ConfigMap that has nothing to do with it. */
const program = (namespace: string, props = '') => `
import { ApiObject } from 'cdk8s';
import { App, Application, Environment, EnvironmentSource, SealedSecret, Workload } from 'truekeel';
const app = new App();
const web = new Application(new Environment(app, 'staging'), 'web', { namespace: '${namespace}', createNamespace: true });
const db = new SealedSecret(web, 'db', { file: '${FILE}'${props} });
new Workload(web, 'api', { image: 'example/api:1', replicas: 1, environmentFrom: [EnvironmentSource.secret(db.secretName)] });
new ApiObject(web, 'settings', { apiVersion: 'v1', kind: 'ConfigMap' });
app.synth();
`;

/** The verbs with a key or without, whatever the machine has of keys; and all that they printed. */
class SealedBench extends Workbench {
  readonly printed: string[] = [];
  readonly #home = scratch();

  async with(
    key: 'key' | 'no key' | 'another key',
    verb: string,
    ...flags: readonly string[]
  ): Promise<Outcome> {
    const env = {
      ...process.env,
      HOME: this.#home,
      XDG_CONFIG_HOME: this.#home,
      SOPS_AGE_KEY_FILE: undefined,
      SOPS_AGE_KEY: key === 'key' ? identity : key === 'another key' ? await newIdentity() : undefined,
    };
    const outcome = await this.run(verb, flags, { env });
    this.printed.push(outcome.stdout, outcome.stderr);
    return outcome;
  }

  async planWith(key: 'key' | 'no key'): Promise<Awaited<ReturnType<Workbench['plan']>>['result']> {
    const outcome = await this.with(key, 'plan', '-o', 'json');
    expect(outcome.exit, outcome.stderr).toBe(0);
    return JSON.parse(outcome.stdout);
  }

  async applyWith(key: 'key' | 'no key', ...flags: readonly string[]) {
    const outcome = await this.with(key, 'apply', '--yes', '--log-format', 'json', '-o', 'json', ...flags);
    return { ...outcome, result: JSON.parse(outcome.stdout) };
  }

  /** Nothing that was printed, rendered or recorded has a value. */
  expectSilence(...values: readonly string[]): void {
    const branch = this.project.git('log', '-p', '--all', '--format=%B');
    for (const value of values.flatMap((one) => [one, Buffer.from(one).toString('base64')])) {
      expect(this.printed.join('\n')).not.toContain(value);
      expect(branch).not.toContain(value);
    }
  }
}

async function secretsOf({ client }: ClusterUnderTest, namespace: string) {
  const { items } = await client.list(await client.resource({ group: '', version: 'v1', kind: 'Secret' }), {
    namespace,
  });
  return [...items].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

const passwordIn = (secret: KubernetesObject | undefined) =>
  Buffer.from(secret?.data?.password ?? '', 'base64').toString();

onBothClusters('a sealed Secret', (cluster) => {
  it('stays sealed in Git and in all that is printed, and is opened by who has the key', async () => {
    const bench = new SealedBench(cluster());
    const { namespace, project } = bench;
    project.write({ [FILE]: await sealed({ password: FIRST, user: 'shop' }) });
    const rendered = await bench.render(program(namespace));
    expect(rendered.exit, rendered.stderr).toBe(0);
    expect(project.git('grep', 'ENC', 'rendered/staging')).toContain('password: ENC[AES256_GCM');

    const [blind, seeing] = [await bench.planWith('no key'), await bench.planWith('key')];
    expect(blind.planDigest).toBe(seeing.planDigest);
    const secret = blind.changes.find(({ key }) => key.startsWith('Secret '));
    expect(secret?.seal).toEqual({ opened: false, recipients: [recipient] });
    const shown = await bench.with('no key', 'plan');
    expect(shown.stdout).toContain('is sealed, and there is no key here: its values were not compared');
    expect(shown.stdout).toContain(recipient);

    const failed = await bench.applyWith('no key');
    expect(failed.exit).toBe(3);
    expect(failed.result.errors).toEqual([
      expect.objectContaining({ code: 'SECRET_KEY_MISSING', message: expect.stringContaining(recipient) }),
    ]);
    expect(failed.result.errors[0].source).toMatchObject({ file: 'main.ts' });
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' };
    expect(await live(cluster(), settings)).toBeDefined();
    expect(await secretsOf(cluster(), namespace)).toEqual([]);
    expect((await bench.with('another key', 'apply', '--yes')).stderr).toContain(
      'none of 1 private keys fits',
    );

    const applied = await bench.applyWith('key');
    expect(applied.exit, applied.stderr).toBe(0);
    const [made] = await secretsOf(cluster(), namespace);
    expect(passwordIn(made)).toBe(FIRST);
    expect(made).toMatchObject({ immutable: true, type: 'Opaque' });
    expect(made).not.toHaveProperty('sealed');
    // Nothing is to be done, and it takes no key to know that.
    expect((await bench.with('no key', 'plan', '--exit-code')).exit).toBe(0);
    bench.expectSilence(FIRST);
    const recorded = JSON.stringify(made?.metadata);
    expect(recorded).not.toContain(FIRST);
  });

  it('rolls what uses it when it changes, keeps the former one, and comes back with a rollback', async () => {
    const bench = new SealedBench(cluster());
    const { namespace, project } = bench;
    const deploy = async (password: string) => {
      project.write({ [FILE]: await sealed({ password }) });
      await bench.render(program(namespace));
      return bench.applyWith('key');
    };
    const api = () => live(cluster(), { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'api' });
    const used = async () => (await api())?.spec.template.spec.containers[0].envFrom[0].secretRef.name;
    expect((await deploy(FIRST)).exit).toBe(0);
    const before = await used();
    const changed = await deploy(SECOND);
    expect(changed.exit, changed.stderr).toBe(0);
    const after = await used();
    expect(after).not.toBe(before);
    const byName = new Map((await secretsOf(cluster(), namespace)).map((one) => [one.metadata.name, one]));
    expect(passwordIn(byName.get(before))).toBe(FIRST);
    expect(passwordIn(byName.get(after))).toBe(SECOND);

    const back = await bench.project.truekeel(['rollback', '--environment', 'staging', '--yes']);
    expect(back.exit, back.stderr).toBe(0);
    expect((await bench.applyWith('key')).exit).toBe(0);
    expect(await used()).toBe(before);
    bench.expectSilence(FIRST, SECOND);
  });

  it('with a name of its own shows masked what changes, and the same plan to those without a key', async () => {
    const bench = new SealedBench(cluster());
    const { namespace, project } = bench;
    const write = async (values: Record<string, string>) => {
      project.write({ [FILE]: await sealed(values) });
      const rendered = await bench.render(program(namespace, ", fixedName: 'db'"));
      expect(rendered.exit, rendered.stderr).toBe(0);
    };
    await write({ password: FIRST, user: 'shop' });
    expect((await bench.applyWith('key')).exit).toBe(0);
    await write({ password: SECOND, user: 'shop', host: 'db.example' });

    const [blind, seeing] = [await bench.planWith('no key'), await bench.planWith('key')];
    const of = (plan: typeof blind) => plan.changes.find(({ key }) => key === `Secret ${namespace}/db`);
    expect(of(seeing)?.changes).toEqual([
      { path: 'data.host', after: '<masked #1>' },
      { path: 'data.password', before: '<masked #2>', after: '<masked #3>' },
    ]);
    expect(of(seeing)?.seal).toEqual({ opened: true, recipients: [recipient] });
    expect(of(blind)?.changes).toEqual([{ path: 'data.host', after: '<masked #1>' }]);
    expect(of(blind)?.because).toContain('sealed, values not compared: no key');
    expect(of(blind)?.outcome).toBe(of(seeing)?.outcome);

    // What was agreed to without a key is applied by who has it.
    const applied = await bench.applyWith('key', '--plan', blind.planDigest);
    expect(applied.exit, applied.stderr).toBe(0);
    const db = { apiVersion: 'v1', kind: 'Secret', namespace, name: 'db' };
    expect(passwordIn(await live(cluster(), db))).toBe(SECOND);

    const diff = await bench.with('no key', 'diff', 'rendered/staging~1', 'rendered/staging');
    expect(diff.stdout).toContain('data.password');
    expect(diff.stdout).toContain('<masked #');
    bench.expectSilence(FIRST, SECOND);
  });

  it('sealed for one more changes its record, and no value', async () => {
    const bench = new SealedBench(cluster());
    const { namespace, project } = bench;
    const text = await sealed({ password: FIRST });
    project.write({ [FILE]: text });
    await bench.render(program(namespace));
    expect((await bench.applyWith('key')).exit).toBe(0);
    const document = readSealed(text, FILE);
    const opened = await openDocument(document, [identity]);
    const recipients = [recipient, await recipientOf(await newIdentity())];
    project.write({
      [FILE]: await resealFor(document, opened, { recipients, now: new Date(), newKey: false }),
    });
    await bench.render(program(namespace));
    const [blind, seeing] = [await bench.planWith('no key'), await bench.planWith('key')];
    expect(seeing.actions).toMatchObject({ change: 1, create: 0 });
    expect(blind.planDigest).toBe(seeing.planDigest);
    expect((await bench.applyWith('key')).exit).toBe(0);
    expect((await bench.with('no key', 'plan', '--exit-code')).exit).toBe(0);
  });

  it('that somebody changed is seen without a key, and healed with one', async () => {
    const bench = new SealedBench(cluster());
    const { namespace, project } = bench;
    project.write({ [FILE]: await sealed({ password: FIRST }) });
    await bench.render(program(namespace, ", fixedName: 'db'"));
    expect((await bench.applyWith('key')).exit).toBe(0);
    const db = { apiVersion: 'v1', kind: 'Secret', namespace, name: 'db' };
    await editAs(cluster(), 'kubectl-edit', db, {
      data: { password: Buffer.from(SECOND).toString('base64') },
    });
    const blind = await bench.planWith('no key');
    expect(actionsOf(blind)).toEqual(['change Secret db']);
    expect(blind.changes[0]?.because).toContain('kubectl-edit changed data.password');
    expect((await bench.applyWith('no key')).result.errors[0].code).toBe('SECRET_KEY_MISSING');
    const healed = await bench.applyWith('key');
    expect(healed.exit, healed.stderr).toBe(0);
    expect(passwordIn(await live(cluster(), db))).toBe(FIRST);
    bench.expectSilence(FIRST, SECOND);
  });

  it('that is not as it was sealed is not applied, and harms nothing else', async () => {
    const bench = new SealedBench(cluster());
    const { namespace, project } = bench;
    const text = await sealed({ password: FIRST, user: 'shop' });
    project.write({ [FILE]: text.replace('name: db', 'name: bd') });
    await bench.render(program(namespace));
    const plan = await bench.with('key', 'plan', '-o', 'json');
    expect(plan.exit).toBe(4);
    expect(JSON.parse(plan.stdout).errors).toEqual([
      expect.objectContaining({
        code: 'SEALED_CHANGED',
        key: expect.stringContaining(`Secret ${namespace}/db-`),
      }),
    ]);
    const applied = await bench.applyWith('key');
    expect(applied.exit).toBe(4);
    expect(await secretsOf(cluster(), namespace)).toEqual([]);
    expect(
      await live(cluster(), { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' }),
    ).toBeDefined();
    bench.expectSilence(FIRST);
  });

  it('in a folder of YAML is opened, too, as it was sealed for others who read SOPS', async () => {
    const bench = new SealedBench(cluster());
    const { namespace, project } = bench;
    const text = await sealed({ password: FIRST });
    project.write({ 'manifests/db.yaml': text });
    const target = ['--files', 'manifests', '--application', unique('app')];
    // It says no namespace itself, as that is not sealed and would not be as it was.
    const applied = await bench.applyWith('key', ...target);
    expect(applied.exit, applied.stderr).toBe(0);
    const db = { apiVersion: 'v1', kind: 'Secret', namespace: 'default', name: 'db' };
    expect(passwordIn(await live(cluster(), db))).toBe(FIRST);
    project.write({
      'manifests/db.yaml': undefined,
      'manifests/keep.yaml': `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${namespace}}\n`,
    });
    expect((await bench.applyWith('key', ...target)).exit).toBe(0);
    expect(await live(cluster(), db)).toBeUndefined();
    bench.expectSilence(FIRST);
  });

  it('is applied by the agent once it has the key, which may come later', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    bench.project.write({ [FILE]: await sealed({ password: FIRST }) });
    bench.push(program(namespace));
    const keys = join(scratch(), 'keys.txt');
    mkdirSync(join(keys, '..'), { recursive: true });
    writeFileSync(keys, '# none yet\n');
    await bench.start(cluster().client, {
      openSecret: secretOpener(() => readIdentities({ env: { HOME: scratch() }, file: keys })),
    });
    const failed = await bench.line('failed');
    expect(failed).toMatchObject({ level: 'error', error: { code: 'SECRET_KEY_MISSING' } });
    await bench.line('applied in part');
    writeFileSync(keys, `${identity}\n`);
    await bench.line(/^applied$/);
    expect(passwordIn((await secretsOf(cluster(), namespace))[0])).toBe(FIRST);
    expect(JSON.stringify(bench.lines)).not.toContain(FIRST);
  });
});
