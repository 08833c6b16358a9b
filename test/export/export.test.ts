/** What others are told to follow: taken by their own definitions, and, by way of kustomize, the same objects. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from 'vitest';
import { canonicalJson, type KubernetesObject, keyOf, parseYaml } from '../../lib/objects/index.ts';
import { validateObjects } from '../../lib/validate/index.ts';
import { packageRoot } from '../../synth/version.ts';
import { cacheDirectory } from '../controlplane/binaries.ts';
import { Project } from '../e2e/project.ts';
import { withResult } from '../e2e/workbench.ts';
import { scratch } from '../git/scratch.ts';

const URL_OF_REPOSITORY = 'https://git.example.com/shop.git';

const PROGRAM = `import { ApiObject, Duration } from 'cdk8s';
import { Apply, App, Application, Config, Environment, HealthRule, Hook, OnFailure, Prune, Wait } from 'truekeel';
const app = new App();
const map = (scope: Application, id: string, annotations = {}) =>
  new ApiObject(scope, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: id, annotations }, data: { key: id } });
const health = (current: string, kind: string) => HealthRule.of({ group: 'acme.io', kind, failed: 'object.status.broken', current });
const production = new Environment(app, 'production', {
  namespace: 'shop',
  health: [health('has(object.status.ready)', 'Gadget'), health('has(object.status)', 'Widget')],
});
const database = new Application(production, 'database', { createNamespace: true });
map(database, 'kept.for.ever', { 'truekeel.dev/prune': 'protect' });
map(database, 'first', { 'truekeel.dev/apply': 'create-only' });
const web = new Application(production, 'web', { wait: Wait.PRESENT, onFailure: OnFailure.ROLL_BACK });
web.node.addDependency(database);
map(web, 'plain');
for (const kind of ['Gadget', 'Widget']) new ApiObject(web, kind, { apiVersion: 'acme.io/v1', kind, metadata: { name: 'x' } });
map(web, 'own', { 'truekeel.dev/apply': 'paused', 'truekeel.dev/wait': 'ready', 'truekeel.dev/drift': 'report' });
new ApiObject(web, 'migrate', {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'migrate', annotations: { 'truekeel.dev/hook': 'before' } },
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'example/web:1' }] } } },
});
void [Apply, Config, Duration, Hook, Prune];
app.synth();
`;

function definition(name: string): KubernetesObject {
  return JSON.parse(readFileSync(new URL(`testdata/${name}.json`, import.meta.url), 'utf8'));
}

/** What their own definitions say of objects. */
function problems(objects: readonly KubernetesObject[]): readonly string[] {
  const definitions = ['gitrepositories', 'kustomizations', 'applications'].map(definition);
  const all = [...definitions, ...objects].map((object) => ({ object, key: keyOf(object) }));
  const { errors, warnings } = validateObjects(all, { refuseUnknownKinds: true });
  return [...errors, ...warnings].map(({ message, field }) => `${field} ${message}`);
}

const p = new Project({ 'package.json': '{ "name": "shop", "type": "module" }', 'main.ts': PROGRAM });
beforeAll(async () => {
  p.commit('The shop');
  const render = await p.truekeel(['render', '--no-typecheck']);
  expect(render.exit, render.stderr).toBe(0);
});
afterAll(() => p.remove());

async function exported(what: string, ...flags: readonly string[]) {
  const args = ['export', what, '--environment', 'production', '--url', URL_OF_REPOSITORY, ...flags];
  const outcome = await p.truekeel([...args, '-o', 'json']);
  expect(outcome.exit, outcome.stderr).toBe(0);
  const { result } = withResult('export', outcome);
  const printed = await p.truekeel(args);
  expect(parseYaml(printed.stdout, { file: 'out.yaml' }).map(({ value }) => value)).toEqual(result.objects);
  for (const { what: who, because } of result.left) expect(printed.stderr).toContain(`${who}: ${because}`);
  return {
    objects: result.objects as unknown as readonly KubernetesObject[],
    left: result.left.map(({ what: who, because }) => `${who}: ${because}`),
  };
}

describe('export flux', () => {
  let objects: readonly KubernetesObject[];
  let left: readonly string[];
  beforeAll(async () => {
    ({ objects, left } = await exported('flux', '--secret', 'git', '--interval', '5m'));
  });

  it('gives what Flux takes', () => {
    const [source, database, web] = objects;
    expect(problems(objects)).toEqual([]);
    expect(source).toEqual({
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name: 'shop-production', namespace: 'flux-system' },
      spec: {
        interval: '5m',
        url: URL_OF_REPOSITORY,
        ref: { branch: 'rendered/production' },
        secretRef: { name: 'git' },
      },
    });
    expect(database?.spec).toMatchObject({ path: './database', prune: true, wait: true });
    expect(web?.metadata.name).toBe('shop-production-web');
    expect(web?.spec).toMatchObject({
      dependsOn: [{ name: 'shop-production-database' }],
      healthChecks: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'own', namespace: 'shop' }],
      healthCheckExprs: [
        { apiVersion: 'acme.io/v1', kind: 'Gadget', failed: 'status.broken', current: 'has(status.ready)' },
      ],
    });
    expect(web?.spec).not.toHaveProperty('wait');
  });

  it('says what Flux is not told', () => {
    expect(left).toEqual([
      'web: the health rule of Widget asks about the object as a whole, which Flux cannot',
      'web: Flux does not take a release back that fails',
      'Job.batch shop/migrate: it runs before the others, and in Flux beside them',
    ]);
  });

  const kubectl = join(cacheDirectory(), 'bin', 'kubectl');
  test.skipIf(!existsSync(kubectl))(
    'has kustomize build the objects of the branch, with what Flux is told of some',
    () => {
      const tree = scratch();
      p.git('worktree', 'add', '--detach', '--quiet', join(tree, 'branch'), 'rendered/production');
      const inFolder = (folder: string) =>
        globSync('**/*.yaml', { cwd: join(tree, 'branch', folder) }).sort();
      const built = (kustomization: KubernetesObject): readonly KubernetesObject[] => {
        const { path, patches } = kustomization.spec as { path: string; patches?: object[] };
        const folder = join(tree, 'branch', path);
        mkdirSync(folder, { recursive: true });
        const file = { resources: inFolder(path), patches: patches ?? [] };
        writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(file));
        const text = execFileSync(kubectl, ['kustomize', folder], { encoding: 'utf8' });
        return parseYaml(text, { file: path }).map(({ value }) => value as unknown as KubernetesObject);
      };
      const told = new Map([
        ['kept.for.ever', { 'kustomize.toolkit.fluxcd.io/prune': 'Disabled' }],
        ['first', { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' }],
        ['own', { 'kustomize.toolkit.fluxcd.io/ssa': 'Ignore' }],
        ['migrate', { 'kustomize.toolkit.fluxcd.io/force': 'Enabled' }],
      ]);
      for (const kustomization of objects.slice(1)) {
        const { path } = kustomization.spec as { path: string };
        const wanted = inFolder(path).map((file) => {
          const text = readFileSync(join(tree, 'branch', path, file), 'utf8');
          const object = parseYaml(text, { file })[0]!.value as unknown as KubernetesObject;
          const annotations = { ...object.metadata.annotations, ...told.get(object.metadata.name) };
          if (Object.keys(annotations).length === 0) return object;
          return { ...object, metadata: { ...object.metadata, annotations } };
        });
        expect(wanted.length).toBeGreaterThan(1);
        const sorted = (list: readonly KubernetesObject[]) =>
          list.map((object) => canonicalJson(object as never)).sort();
        expect(sorted(built(kustomization))).toEqual(sorted(wanted));
      }
    },
  );
});

describe('export argocd', () => {
  it('gives an Application for each application, and is as careful as its objects ask', async () => {
    const { objects, left } = await exported('argocd');
    expect(problems(objects)).toEqual([]);
    expect(objects.map(({ metadata }) => metadata)).toEqual([
      { name: 'shop-production-database', namespace: 'argocd' },
      {
        name: 'shop-production-web',
        namespace: 'argocd',
        annotations: { 'argocd.argoproj.io/sync-wave': '1' },
      },
    ]);
    expect(objects[1]?.spec).toEqual({
      project: 'default',
      source: {
        repoURL: URL_OF_REPOSITORY,
        targetRevision: 'rendered/production',
        path: 'web',
        directory: { recurse: true, exclude: 'application.json' },
      },
      destination: { server: 'https://kubernetes.default.svc' },
      syncPolicy: { automated: { prune: true, selfHeal: false }, syncOptions: ['ServerSideApply=true'] },
    });
    expect(objects[0]?.spec).toMatchObject({ syncPolicy: { automated: { prune: false, selfHeal: false } } });
    expect(left).toContain('Job.batch shop/migrate: it runs before the others, and in Argo CD beside them');
    expect(left).toContain(
      'database: nothing of it is deleted by itself, as some of it must not be (prune: false)',
    );
  });

  it('or one ApplicationSet, whose Applications are taken too', async () => {
    const { objects } = await exported(
      'argocd',
      '--application-set',
      '--destination',
      'eu',
      '--project',
      'p',
    );
    expect(objects).toHaveLength(1);
    const { template, generators } = objects[0]!.spec as {
      template: { metadata: { name: string }; spec: { source: { path: string } } };
      generators: object[];
    };
    expect(generators).toEqual([
      {
        git: {
          repoURL: URL_OF_REPOSITORY,
          revision: 'rendered/production',
          files: [{ path: '*/application.json' }],
        },
      },
    ]);
    // The generator gives the members of the file, and where it is.
    const folder = 'web';
    const { name } = JSON.parse(p.git('show', `rendered/production:${folder}/application.json`));
    const text = JSON.stringify(template)
      .replaceAll('{{ .name }}', name)
      .replaceAll('{{ .path.path }}', folder);
    const made = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', ...JSON.parse(text) };
    expect(problems([made])).toEqual([]);
    expect(made).toMatchObject({
      metadata: { name: 'shop-production-web' },
      spec: { project: 'p', source: { path: 'web' }, destination: { name: 'eu' } },
    });
  });
});

it.each(['flux', 'argocd'])('export %s tells of sealed Secrets', async (tool) => {
  const example = (file: string) => readFileSync(join(packageRoot(), 'examples/sealed', file), 'utf8');
  const sealed = new Project({
    'main.ts': `import { App, Application, Environment, SealedSecret } from 'truekeel';
const app = new App();
const shop = new Environment(app, 'production', { namespace: 'shop' });
new SealedSecret(new Application(shop, 'web'), 'db', { file: 'secrets/db.sops.yaml' });
app.synth();
`,
    'secrets/db.sops.yaml': example('secrets/db.sops.yaml'),
  });
  onTestFinished(() => sealed.remove());
  sealed.commit('A sealed Secret');
  const render = await sealed.truekeel(['render', '--no-typecheck']);
  expect(render.exit, render.stderr).toBe(0);
  const args = ['export', tool, '--environment', 'production', '--url', URL_OF_REPOSITORY];
  const { stderr } = await sealed.truekeel(args);
  expect(stderr).toMatch(/^left behind {2}Secret shop\/db-\w+: it is sealed, and .* cannot open it$/m);
});

describe('export refuses', () => {
  it.each([
    [
      ['flux', '--url', 'https://me:hunter2@git.example.com/shop.git'],
      '--url cannot be "https://…@git.example.com/shop.git"',
    ],
    [['flux', '--url', 'ext::sh -c x'], '--url cannot be'],
    [['flux', '--url', '/srv/shop.git'], '--url cannot be'],
    [['flux', '--url', URL_OF_REPOSITORY, '--interval', 'often'], '--interval cannot be "often"'],
    [['fleet', '--url', URL_OF_REPOSITORY], 'there is no export for "fleet"'],
    [['constructor', '--url', URL_OF_REPOSITORY], 'there is no export for "constructor"'],
  ])('%j', async (args, message) => {
    const outcome = await p.truekeel(['export', ...args, '--environment', 'production']);
    expect(outcome.exit).toBe(3);
    expect(outcome.stderr).toContain(message);
    expect(outcome.stdout + outcome.stderr).not.toContain('hunter2');
  });

  it('a branch that is not there', async () => {
    const args = ['export', 'flux', '--environment', 'staging', '--url', URL_OF_REPOSITORY];
    expect((await p.truekeel(args)).stderr).toContain('NOT_RENDERED');
  });
});
