import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { scratch } from '../git/scratch.ts';
import { expectSame, keptNames, settle } from '../kept-runs.ts';
import { Project } from './project.ts';

const SEALED = readFileSync(join(import.meta.dirname, '../../examples/sealed/secrets/db.sops.yaml'), 'utf8');

const application = (...lines: readonly string[]) => `
import { ApiObject } from 'cdk8s';
import { type Application, EnvironmentSource, PolicyException, SealedSecret, Workload } from 'truekeel';
export default (application: Application) => {
  ${lines.join('\n  ')}
};
`;
/** Warns of the ConfigMap, which is not there. */
const POD = `const pod = new ApiObject(application, 'pod', { apiVersion: 'v1', kind: 'Pod', metadata: { name: application.node.id }, spec: { containers: [
    { name: 'a', image: 'a:1', env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'missing', key: 'a' } } }] }] } });`;
const FILES = {
  'api.ts': application(POD, `new Workload(application, 'api', { image: 'a/api:1' });`),
  'db.ts': application(
    `const db = new SealedSecret(application, 'db', { file: 'db.sops.yaml' });`,
    `new Workload(application, 'server', { image: 'a/db:1', environmentFrom: [EnvironmentSource.secret(db.secretName)] });`,
  ),
  'db.sops.yaml': SEALED,
  'web.ts': application(POD, `new Workload(application, 'web', { image: 'a/web:1' });`),
};
const NAMES = ['api', 'db', 'web'];
const ALL = ['production', 'staging'].flatMap((environment) => NAMES.map((name) => `${environment}/${name}`));

interface Said {
  readonly app?: string;
  readonly environment?: string;
  readonly application?: string;
  /** Of `staging` alone. */
  readonly staging?: string;
}

function main({ app = '', environment = '', application = '', staging = '' }: Said = {}): string {
  return `
import { App, ApplicationFile, Environment, Gate, Notification, Policies, PolicyException } from 'truekeel';
const app = new App({ ${app} });
const environments: Environment[] = [];
for (const name of ['production', 'staging']) {
  const own = name === 'staging' ? { ${staging} } : {};
  const environment = new Environment(app, name, { namespace: 'shop', ...own, ${environment} });
  environments.push(environment);
  for (const id of ${JSON.stringify(NAMES)}) {
    const made = new ApplicationFile(environment, id, { file: \`./\${id}.ts\`, ${application} });
  }
}
app.synth();
`;
}

async function shop(files: Readonly<Record<string, string>> = {}): Promise<Project> {
  const project = new Project({ 'main.ts': main(), ...FILES, ...files });
  onTestFinished(() => project.remove());
  await settle(project);
  return project;
}

beforeEach(() => {
  vi.stubEnv('XDG_CACHE_HOME', scratch());
  return () => void vi.unstubAllEnvs();
});

describe('what is kept of applications', () => {
  it('changes nothing that synth writes or says', async () => {
    const project = await shop({ 'main.ts': main({ application: 'namespace: id,' }) });
    const first = await expectSame(project);
    expect(first.exit).toBe(0);
    expect(JSON.parse(first.stdout).warnings).toHaveLength(4);
    expect(keptNames()).toEqual(ALL);
    // Its warning is found before those of others are said again.
    await settle(project, { 'web.ts': FILES['web.ts'].replace('a/web:1', 'a/web:2') });
    expect(await expectSame(project)).toEqual(first);
    expect(keptNames()).toEqual(ALL);
  });

  it('is another one when a sealed file has changed', async () => {
    const project = await shop();
    await expectSame(project);
    await settle(project, { 'db.sops.yaml': SEALED.replace('18:59:09Z', '18:59:10Z') });
    await expectSame(project);
    expect(keptNames()).toEqual(ALL);
    expect(readFileSync(join(project.directory, 'kept/staging/db.yaml'), 'utf8')).toContain('18:59:10Z');
  });

  it('leaves gates and notifications to the program as it is', async () => {
    const at = (place: string): Said => ({
      staging: `promotesFrom: [...environments], gates: [Gate.http({ url: 'https://${place}.example/' })],`,
      environment: `notifications: [Notification.slack({ secretName: '${place}' })],`,
      application: `notifications: [Notification.webhook({ url: 'https://${place}.example/' })],`,
    });
    const project = await shop({ 'main.ts': main(at('one')) });
    await expectSame(project);
    await settle(project, { 'main.ts': main(at('two')) });
    await expectSame(project);
    expect(keptNames()).toEqual(ALL);
  });

  it('is judged by policies in every run', async () => {
    const project = await shop({ 'main.ts': main({ app: 'policies: Policies.starter()' }) });
    const { stdout } = await expectSame(project);
    expect(JSON.parse(stdout).warnings.length).toBeGreaterThan(4);
    expect(keptNames()).toEqual(ALL);
  });

  it('is judged by policies, with the exceptions that are made in it', async () => {
    const project = await shop({
      'main.ts': main({ app: 'policies: Policies.starter()' }),
      'web.ts': FILES['web.ts'].replace(
        '\n};',
        `\n  PolicyException.add(pod, { policy: 'probes', reason: 'a test', expires: '2999-12-31' });\n};`,
      ),
    });
    expect(JSON.parse((await expectSame(project)).stdout).warnings.length).toBeGreaterThan(4);
    // What is excepted in it is not kept, so it is made each time.
    expect(keptNames()).toEqual(ALL.filter((name) => !name.endsWith('/web')));
    await settle(project, { 'main.ts': main() });
    await expectSame(project);
    await settle(project, { 'main.ts': main({ staging: 'policies: Policies.starter(),' }) });
    await expectSame(project);
  });

  it('is nothing where an environment overrides what it is made of', async () => {
    const overrides = (replicas: number) =>
      main({
        staging: `overrides: [{ path: '/spec/replicas', value: ${replicas}, kind: 'Deployment', reason: 'small' }],`,
      });
    const project = await shop({ 'main.ts': overrides(1) });
    await expectSame(project);
    expect(keptNames()).toEqual(ALL.filter((name) => name.startsWith('production/')));
    await settle(project, { 'main.ts': overrides(2) });
    expect(JSON.parse((await expectSame(project)).stdout).overridden).not.toEqual([]);
  });

  it('is judged again by rules of definitions that have changed', async () => {
    const definition = (rule: string) =>
      application(
        `new ApiObject(application, 'definition', { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.acme.io' }, spec: { group: 'acme.io', scope: 'Namespaced', names: { kind: 'Widget', plural: 'widgets' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: {
        spec: { type: 'object', properties: { size: { type: 'integer' } },
          'x-kubernetes-validations': [{ rule: '${rule}', message: 'too large' }] } } } } }] } });`,
      );
    const project = await shop({
      'api.ts': definition('self.size < 5'),
      'web.ts': application(
        `new ApiObject(application, 'widget', { apiVersion: 'acme.io/v1', kind: 'Widget', spec: { size: 3 } });`,
      ),
    });
    expect((await expectSame(project)).exit).toBe(0);
    expect(keptNames()).toEqual(ALL);
    await settle(project, { 'api.ts': definition('self.size < 2') });
    const { exit, stdout } = await project.truekeel(['synth', '-o', 'json', '--no-typecheck']);
    expect(exit).not.toBe(0);
    expect(stdout).toContain('too large');
  });
});
