/** What somebody changed in the cluster, as an edit of the program: the shop of the examples, as people would find it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type JsonValue, parseApiVersion } from '../../lib/objects/index.ts';
import { packageRoot } from '../../synth/version.ts';
import { editAs, embeddedCluster, live, onBothClusters, unique } from './clusters.ts';
import { Workbench } from './workbench.ts';

const cluster = embeddedCluster();

/** The files of the shop, in a namespace of its own. */
function shopFiles(namespace: string): Record<string, string> {
  const directory = join(packageRoot(), 'examples', 'shop');
  const names = readdirSync(directory).filter((name) => !name.endsWith('.test.ts'));
  return Object.fromEntries(
    names.map((name) => {
      const text = readFileSync(join(directory, name), 'utf8');
      return [name, text.replaceAll("namespace: 'shop'", `namespace: '${namespace}'`)];
    }),
  );
}

/** Production of the shop, applied. */
async function shop(files: Record<string, string> = {}) {
  const bench = new Workbench(cluster(), unique('shop'));
  const { namespace, project } = bench;
  project.commit('The shop', { ...shopFiles(namespace), ...files });
  const target = ['--environment', 'production'];
  const deploy = async () => {
    expect((await bench.json('render', ['--no-typecheck', ...target])).exit).toBe(0);
    const applied = await bench.apply([...target, '--yes', '--no-wait']);
    expect(applied.exit, applied.stderr).toBe(0);
  };
  await deploy();
  const kubeconfig = ['--kubeconfig', cluster().kubeconfig];
  const adopt = (...flags: readonly string[]) =>
    bench.json('adopt', [...flags, '--no-typecheck', ...target, ...kubeconfig]);
  const object = (apiVersion: string, kind: string, name: string) => ({ apiVersion, kind, name, namespace });
  const status = () => bench.status(target);
  return { bench, namespace, project, deploy, adopt, status, object };
}

type Shop = Awaited<ReturnType<typeof shop>>;

/** Writes fields as somebody with kubectl. @param at JSON pointers */
async function edit(reference: ReturnType<Shop['object']>, at: Readonly<Record<string, JsonValue>>) {
  const { client } = cluster();
  const { apiVersion, kind, name, namespace } = reference;
  const resource = await client.resource({ ...parseApiVersion(apiVersion), kind });
  const patch = Object.entries(at).map(([path, value]) => ({ op: 'add', path, value }));
  await client.patch(resource, { namespace, name }, patch, { type: 'json', fieldManager: 'kubectl-edit' });
}

const container = 'spec.template.spec.containers[name=main]';
/** Ends any literal that it would get into unescaped. */
const HOSTILE = `it's \`\${process.exit(1)}\` "\\\\`;
const TSCONFIG = JSON.stringify({
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    customConditions: ['source'],
    allowImportingTsExtensions: true,
  },
});

const MAIN = '/spec/template/spec/containers/0';

describe('the shop, after somebody changed what runs', () => {
  it('is edited where one literal makes a field, and overridden for its environment where it makes more', async () => {
    const { adopt, object, namespace, project, deploy, status, bench } = await shop();
    await edit(object('apps/v1', 'Deployment', 'packing'), { '/spec/replicas': 6 });
    await edit(object('apps/v1', 'Deployment', 'web'), {
      [`${MAIN}/image`]: 'ghcr.io/stefanprodan/podinfo:6.8.0',
      [`${MAIN}/resources/limits/memory`]: '512Mi',
    });
    await edit(object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web'), { '/spec/minReplicas': 5 });
    await edit(object('apps/v1', 'Deployment', 'api'), {
      [`${MAIN}/env/0/value`]: 'redis://elsewhere:6379',
      '/metadata/labels/tier': 'gold',
    });
    await edit(object('networking.k8s.io/v1', 'Ingress', 'front'), {
      '/spec/rules/0/host': 'www.example.com',
    });

    const shared = await adopt(
      'deployment/web',
      '--field',
      `${container}.resources.limits.memory`,
      '--shared',
    );
    expect(shared.result.adopted).toMatchObject([{ edit: { kind: 'code', file: 'web-service.ts' } }]);
    expect(shared.result.diff).toContain('memory: Bytes.mebibytes(512)');
    const others = shared.result.adopted[0]!.edit.others.map((one) => `${one.environment} ${one.key}`);
    const services = (environment: string, ...names: readonly string[]) =>
      names.map((name) => `${environment} Deployment.apps ${namespace}/${name}`);
    expect(others.toSorted()).toEqual([
      ...services('production', 'api', 'back-office'),
      ...services('staging', 'api', 'back-office', 'web'),
    ]);
    expect(project.git('status', '--porcelain')).toBe('');

    const done = await adopt('--write');
    expect(done.exit, done.stderr).toBe(0);
    const { adopted, unplaced, left, written, digest } = done.result;
    const placed = adopted.map(({ key, field, edit: at, passedOver }) => [
      key.replace(`${namespace}/`, ''),
      field,
      `${at.kind} ${at.file}`,
      passedOver?.file,
    ]);
    expect(placed).toEqual([
      ['Deployment.apps api', `${container}.env[name=CACHE].value`, 'override main.ts', 'cache.ts'],
      ['Deployment.apps web', `${container}.image`, 'override main.ts', 'web.ts'],
      ['Deployment.apps web', `${container}.resources.limits.memory`, 'override main.ts', 'web-service.ts'],
      ['HorizontalPodAutoscaler.autoscaling web', 'spec.minReplicas', 'override main.ts', 'sizes.ts'],
      ['Ingress.networking.k8s.io front', 'spec.rules', 'override main.ts', 'sizes.ts'],
      ['Deployment.apps packing', 'spec.replicas', 'code sizes.ts', undefined],
    ]);
    // Three services share one abstraction, in two environments.
    const memory = adopted.find(({ field }) => field.endsWith('memory'));
    expect(memory?.passedOver?.others).toHaveLength(5);
    expect(adopted[5]).toMatchObject({
      from: 4,
      to: 6,
      by: { manager: 'kubectl-edit', operation: 'Update' },
    });
    expect(unplaced).toEqual([]);
    expect(left).toMatchObject([{ field: 'metadata.labels.tier' }]);
    expect(written).toEqual(['main.ts', 'sizes.ts']);
    expect(project.git('diff', '--stat', '--', '.').split('\n').at(-1)).toContain('2 files changed');

    project.commit('Adopt');
    await deploy();
    const rendered = await bench.json('history', ['--environment', 'production']);
    expect(rendered.result[0]?.digest).toBe(digest);
    expect((await status()).result.drifted).toBe(false);
    const again = await adopt();
    expect(again.result.adopted).toEqual([]);
    expect(again.stderr).toBe('');
  });
});

/** One environment, whose words and values come to its objects by many ways. */
const greeter = (namespace: string) => `import { ApiObject } from 'cdk8s';
import { App, Application, Environment } from 'truekeel';

type Level = 'debug' | 'info' | 'warn';

const app = new App();
const staging = new Environment(app, 'staging', { namespace: '${namespace}' });
const web = new Application(staging, 'web', { createNamespace: true });

function greeter(id: string, { level, host }: { readonly level: Level; readonly host: string }): ApiObject {
  return new ApiObject(web, id, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    data: { level, greeting: \`Welcome to \${host}, from \${staging.name}\`, length: String(host.length) },
  });
}

greeter('settings', { level: 'info', host: 'shop.example.com' });

new ApiObject(web, 'web', {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    labels: {
      tier: 'silver', // as sold
    },
  },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [
          {
            name: 'main',
            image: 'example/web:1.4',
            args: ['--verbose', '--color'],
            env: [
              { name: 'GREETING', value: 'hello' },
              { name: 'TOKEN', value: 'none' },
            ],
          },
        ],
      },
    },
  },
});
new ApiObject(web, 'plain', { apiVersion: 'v1', kind: 'ConfigMap', data: { key: 'value', API_TOKEN: 'none' } });
app.synth();
`;

describe('a program', () => {
  async function deployed(change = (text: string) => text) {
    const bench = new Workbench(cluster(), unique('greeter'));
    const { namespace, project } = bench;
    await bench.deploy(change(greeter(namespace)));
    const target = ['--environment', 'staging', '--kubeconfig', cluster().kubeconfig];
    const adopt = (...flags: readonly string[]) => bench.json('adopt', [...flags, ...target]);
    const object = (apiVersion: string, kind: string, name: string) => ({
      apiVersion,
      kind,
      name,
      namespace,
    });
    const settings = object('v1', 'ConfigMap', 'settings');
    const web = object('apps/v1', 'Deployment', 'web');
    return { bench, project, adopt, settings, web, plain: object('v1', 'ConfigMap', 'plain') };
  }
  const changed = (diff: string) => diff.split('\n').filter((line) => /^[-+](?![-+])/.test(line));

  it('is edited in its props, templates, lists and variables', async () => {
    const { adopt, settings, web, bench } = await deployed();
    await edit(settings, {
      '/data/level': 'debug',
      '/data/greeting': 'Be greeted at shop.example.com, from staging',
    });
    await edit(web, {
      '/spec/replicas': 5,
      [`${MAIN}/image`]: 'example/web:1.5-rc.1',
      [`${MAIN}/args`]: ['--verbose', '--no-color', '--fast'],
      [`${MAIN}/env`]: [
        { name: 'GREETING', value: HOSTILE },
        { name: 'DEBUG', value: '1' },
      ],
    });
    const done = await adopt('--write');
    expect(done.exit, done.stderr).toBe(0);
    const rest = `{host}, from $\{staging.name}\`, length: String(host.length) },`;
    expect(changed(done.result.diff)).toEqual([
      `-    data: { level, greeting: \`Welcome to $${rest}`,
      `+    data: { level, greeting: \`Be greeted at $${rest}`,
      "-greeter('settings', { level: 'info', host: 'shop.example.com' });",
      "+greeter('settings', { level: 'debug', host: 'shop.example.com' });",
      '-    replicas: 2,',
      '+    replicas: 5,',
      "-            image: 'example/web:1.4',",
      "-            args: ['--verbose', '--color'],",
      "+            image: 'example/web:1.5-rc.1',",
      "+            args: ['--verbose', '--no-color', '--fast'],",
      "-              { name: 'GREETING', value: 'hello' },",
      "-              { name: 'TOKEN', value: 'none' },",
      `+              { name: 'GREETING', value: '${HOSTILE.replaceAll('\\', '\\\\').replace("'", "\\'")}' },`,
    ]);
    expect(done.result.left).toMatchObject([
      { field: `${container}.env[name=DEBUG]`, because: expect.stringContaining('--field') },
    ]);
    bench.project.commit('Adopt');
    const rendered = await bench.json('render', []);
    expect(rendered.exit, rendered.stderr).toBe(0);
    expect((await bench.apply()).exit).toBe(0);
    expect((await live(cluster(), settings))?.data).toMatchObject({ level: 'debug' });
    expect((await live(cluster(), web))?.spec.replicas).toBe(5);
    expect((await adopt()).result.adopted).toEqual([]);
  });

  it('is edited for what somebody added, when the field is named', async () => {
    const { adopt, web } = await deployed();
    await edit(web, {
      '/metadata/labels/example.com~1sold': 'yes',
      [`${MAIN}/imagePullPolicy`]: 'Always',
      [`${MAIN}/env/-`]: { name: 'DEBUG', value: '1' },
    });
    expect((await adopt('deployment/web')).result).toMatchObject({ adopted: [], left: [{}, {}, {}] });
    const asked = [
      'metadata.labels',
      '/spec/template/spec/containers/0/imagePullPolicy',
      'spec.template.spec.containers[main].env',
    ];
    const done = await adopt('deployment/web', '--field', ...asked);
    expect(done.exit, done.stderr).toBe(0);
    expect(changed(done.result.diff)).toEqual([
      "+      'example.com/sold': 'yes',",
      "+              { name: 'DEBUG', value: '1' },",
      "+            imagePullPolicy: 'Always',",
    ]);
  });

  it('keeps out of itself what is kept secret, and what a controller holds', async () => {
    const { adopt, web, plain } = await deployed();
    await edit(plain, { '/data/API_TOKEN': 'hunter2' });
    await edit(web, { [`${MAIN}/env/1/value`]: 'hunter3' });
    await editAs(cluster(), 'autoscaler', web, { spec: { replicas: 7 } });
    const done = await adopt();
    expect(done.result.adopted).toEqual([]);
    expect(`${done.stdout}${done.stderr}`).not.toMatch(/hunter/);
    expect(done.result.left.map(({ field }) => field)).toEqual([
      'data.API_TOKEN',
      'spec.replicas',
      `${container}.env[name=TOKEN].value`,
    ]);
    const held = await adopt('deployment/web', '--field', 'spec.replicas');
    expect(held.result.adopted).toMatchObject([{ to: 7, by: { manager: 'autoscaler' } }]);
  });

  it('keeps its types: what they do not allow is overridden', async () => {
    const { adopt, settings, bench } = await deployed();
    bench.project.commit('Check types', { 'tsconfig.json': TSCONFIG });
    await edit(settings, { '/data/level': 'trace' });
    const { result, stderr } = await adopt();
    expect(stderr).toBe('');
    expect(result.adopted).toMatchObject([{ edit: { kind: 'override' } }]);
  });

  it('is left as it is where nothing in it leads to a field, which is said', async () => {
    const inCall = (text: string) =>
      text.replace(/\{ namespace: .* \}\);/, (props) => `Object.freeze(${props.slice(0, -2)}));`);
    const { adopt, settings } = await deployed(inCall);
    await edit(settings, { '/data/length': '99' });
    const done = await adopt();
    expect(done.exit).toBe(1);
    expect(done.result).toMatchObject({
      adopted: [],
      unplaced: [{ field: 'data.length', to: '99' }],
      diff: '',
    });
    expect(done.result.errors).toMatchObject([{ code: 'ADOPT_NO_EDIT', source: { file: 'main.ts' } }]);
  });

  it('is not edited over what somebody works on, nor by flags that contradict each other', async () => {
    const { adopt, web, project, bench } = await deployed();
    const text = greeter(bench.namespace);
    await edit(web, { '/spec/replicas': 5 });
    project.write({ 'main.ts': `${text}// a note\n` });
    const dirty = await adopt('--write');
    expect([dirty.exit, dirty.stderr]).toEqual([5, expect.stringContaining('ADOPT_DIRTY')]);
    expect(readFileSync(join(project.directory, 'main.ts'), 'utf8')).toBe(`${text}// a note\n`);
    expect((await adopt('--write', '--pull-request')).exit).toBe(3);
    expect((await adopt('--trials', '0')).exit).toBe(3);
    const unknown = await adopt('deployment/wep');
    expect([unknown.exit, unknown.stderr]).toEqual([3, expect.stringContaining('deployment/web')]);
    expect((await adopt(`Deployment.apps ${bench.namespace}/wep`)).stderr).toContain('NO_SUCH_OBJECT');
    expect((await adopt('--field', 'spec..replicas')).stderr).toContain('INVALID_FIELD_NAME');
  });

  it('that changed meanwhile, or lost the object, is told so', async () => {
    const { adopt, web, plain, project, bench } = await deployed();
    await edit(web, { '/spec/replicas': 5, [`${MAIN}/image`]: 'example/web:2' });
    await edit(plain, { '/data/key': 'other' });
    const text = greeter(bench.namespace)
      .replace('replicas: 2', 'replicas: 5')
      .replace('example/web:1.4', 'example/web:1.5')
      .replace(/new ApiObject\(web, 'plain'.*\n/, '');
    project.commit('Go on', { 'main.ts': text });
    const { result } = await adopt();
    expect(result.adopted).toEqual([]);
    expect(result.left.map(({ because }) => because).toSorted()).toEqual([
      'the program changed it meanwhile: render and apply it first',
      'the program has it already: render and apply it',
      'the program no longer makes the object',
    ]);
  });
});

onBothClusters('a Deployment that somebody scaled', (both) => {
  it('is edited, with the one who did and how', async () => {
    const bench = new Workbench(both());
    const { namespace, project } = bench;
    await bench.deploy(greeter(namespace));
    const { client, kubeconfig } = both();
    const resource = await client.resource({ group: 'apps', version: 'v1', kind: 'Deployment' });
    const scaled = { type: 'merge', subresource: 'scale', fieldManager: 'kubectl' } as const;
    await client.patch(resource, { namespace, name: 'web' }, { spec: { replicas: 4 } }, scaled);
    const target = ['--environment', 'staging', '--kubeconfig', kubeconfig];
    const done = await bench.json('adopt', ['--write', '--no-typecheck', ...target]);
    expect(done.exit, done.stderr).toBe(0);
    const { adopted, left } = done.result;
    expect(left).toEqual([]);
    expect(adopted).toMatchObject([
      { field: 'spec.replicas', from: 2, to: 4, by: { manager: 'kubectl', subresource: 'scale' } },
    ]);
    expect(project.git('diff', '--numstat').split('\t')).toEqual(['1', '1', 'main.ts']);
  });
});
