import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App as Cdk8sApp, Chart } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RenderedObject } from '../objects/index.ts';
import { collect, receiveTrees, renderTree } from '../render/index.ts';
import {
  App,
  Application,
  Apply,
  Cluster,
  Conflicts,
  Drift,
  Environment,
  Hook,
  Prune,
  Rerun,
  Settings,
  Wait,
} from './index.ts';

const config = (scope: Construct, id: string) =>
  new ApiObject(scope, id, { apiVersion: 'v1', kind: 'ConfigMap' });

function objects(app: App): readonly RenderedObject[] {
  return renderTree(app).flatMap(({ applications }) =>
    applications.flatMap((application) => application.objects),
  );
}

function application(props = {}): { app: App; web: Application } {
  const app = new App();
  return {
    app,
    web: new Application(new Environment(app, 'staging'), 'web', { namespace: 'shop', ...props }),
  };
}

it('lets objects pass for a reason', () => {
  const app = new App();
  const web = new Application(new Environment(app, 'staging', { namespace: 'web' }), 'web');
  Settings.of(config(web, 'one')).skipValidation('the server is patched');
  const [environment] = renderTree(app);
  expect(environment?.applications[0]?.objects[0]?.object.metadata.annotations).toEqual({
    'truekeel.dev/validation': 'off: the server is patched',
  });
});

describe('the Kubernetes version of an environment', () => {
  it.each(['1.26', '1.38', '2.0', 'newest', ''])('cannot be %j', (kubernetesVersion) => {
    expect(() => new Environment(new App(), 'staging', { kubernetesVersion })).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_KUBERNETES_VERSION',
        family: 'validation',
        constructPath: 'staging',
        hint: 'It can be a version from "1.27" to "1.37".',
      }),
    );
  });

  it.each(['1.27', '1.33', '1.37.2'])('can be %s', (kubernetesVersion) => {
    const app = new App();
    new Environment(app, 'staging', { kubernetesVersion, refuseUnknownKinds: true });
    expect(collect(app).environments).toMatchObject([{ kubernetesVersion, refuseUnknownKinds: true }]);
  });
});

describe('Environment', () => {
  it('says where it goes, and what comes before it', () => {
    const app = new App();
    const staging = new Environment(app, 'staging', {
      cluster: Cluster.fromContext('stage'),
      branch: 'deploy/staging',
    });
    new Environment(app, 'production', {
      cluster: Cluster.fromServer('https://10.0.0.1:6443'),
      promotesFrom: [staging],
    });
    new Environment(app, 'local', { cluster: Cluster.current() });
    expect(renderTree(app)).toEqual([
      {
        name: 'staging',
        branch: 'deploy/staging',
        cluster: { context: 'stage' },
        promotesFrom: [],
        applications: [],
      },
      {
        name: 'production',
        branch: 'rendered/production',
        cluster: { server: 'https://10.0.0.1:6443' },
        promotesFrom: ['staging'],
        applications: [],
      },
      { name: 'local', branch: 'rendered/local', cluster: {}, promotesFrom: [], applications: [] },
    ]);
  });

  it('is found from anything inside it, and only there', () => {
    const app = new App();
    const staging = new Environment(app, 'staging');
    const inside = new Construct(new Application(staging, 'web', { namespace: 'x' }), 'inside');
    expect(Environment.of(inside)).toBe(staging);
    expect(Environment.of(staging)).toBe(staging);
    expect(() => Environment.of(app)).toThrow('stands in no Environment');
  });

  it('gives its namespace to applications that name none', () => {
    const app = new App();
    const staging = new Environment(app, 'staging', { namespace: 'shop' });
    config(new Application(staging, 'a'), 'x');
    config(new Application(staging, 'b', { namespace: 'own' }), 'x');
    expect(objects(app).map(({ key }) => key.namespace)).toEqual(['shop', 'own']);
  });

  it.each(['Staging', '', '-a', 'a_b', 'a'.repeat(64)])('cannot be named %j', (name) => {
    expect(() => new Environment(new App(), name)).toThrow(
      expect.objectContaining({ code: 'INVALID_NAME', family: 'validation' }),
    );
  });
});

describe('Application', () => {
  it('names objects after their place, the same in every environment', () => {
    const app = new App();
    for (const id of ['staging', 'production']) {
      const web = new Application(new Environment(app, id, { namespace: 'x' }), 'web');
      new Deployment(web, 'Front End', { containers: [{ image: 'a', portNumber: 80 }] }).exposeViaService();
      config(new Construct(web, 'group'), 'Default');
      config(web, 'Resource');
    }
    const names = (environment: string) =>
      renderTree(app)
        .find(({ name }) => name === environment)
        ?.applications[0]?.objects.map(({ key }) => `${key.kind} ${key.name}`);
    expect(names('staging')).toEqual([
      'ConfigMap group',
      'ConfigMap web',
      'Deployment front-end',
      'Service front-end-service',
    ]);
    expect(names('production')).toEqual(names('staging'));
  });

  it('shortens names that are too long, and keeps them apart', () => {
    const { app, web } = application();
    for (const end of ['one', 'two']) config(web, `${'long-'.repeat(20)}${end}`);
    new ApiObject(web, 'c'.repeat(60), { apiVersion: 'batch/v1', kind: 'CronJob' });
    const names = objects(app).map(({ key }) => key.name);
    expect(new Set(names).size).toBe(3);
    expect(names.map((name) => name.length)).toEqual([63, 63, 52]);
  });

  it('makes its namespace when asked', () => {
    const { app } = application({ createNamespace: true });
    expect(objects(app).map(({ path }) => path)).toEqual(['web/_cluster/Namespace/shop.yaml']);
  });

  it('puts its labels on its objects', () => {
    const { app, web } = application({ labels: { team: 'blue' } });
    config(web, 'a');
    expect(objects(app)[0]?.object.metadata.labels).toEqual({ team: 'blue' });
  });

  it('says who looks after it, and where more is to be found', () => {
    const about = {
      owners: ['team-web', 'team-web'],
      links: [{ title: 'Runbook', url: 'https://example.com/web' }],
    };
    const { app, web } = application(about);
    config(web, 'a');
    expect(renderTree(app)[0]?.applications[0]).toMatchObject({ ...about, owners: ['team-web'] });
    const wrong = application({
      owners: [' '],
      links: [
        { title: '', url: 'https://example.com' },
        { title: 'Script', url: 'javascript:alert(1)' },
        { title: 'Nowhere', url: 'runbook' },
      ],
    });
    config(wrong.web, 'a');
    expect(() => renderTree(wrong.app)).toThrow(
      expect.objectContaining({
        errors: [
          'application web has the owner " "',
          'application web has a link to https://example.com without a title',
          'application web links to "javascript:alert(1)"',
          'application web links to "runbook"',
        ].map((message) => expect.objectContaining({ code: 'INVALID_SETTING', message })),
      }),
    );
  });

  it('makes Jobs hooks, and refuses to make anything else one', () => {
    const { app, web } = application();
    const job = new ApiObject(web, 'migrate', { apiVersion: 'batch/v1', kind: 'Job' });
    Settings.of(job).hook(Hook.BEFORE);
    const other = new ApiObject(web, 'check', { apiVersion: 'batch/v1', kind: 'Job' });
    Settings.of(other).hook(Hook.AFTER).rerun(Rerun.EVERY_RELEASE);
    config(web, 'settings');
    const hooks = objects(app).map(({ key, hook }) => [key.name, hook?.place, hook?.rerun]);
    expect(hooks).toContainEqual(['migrate', 'before', 'on-change']);
    expect(hooks).toContainEqual(['check', 'after', 'every-release']);
    expect(hooks).toContainEqual(['settings', undefined, undefined]);

    Settings.of(config(web, 'wrong')).hook(Hook.ORDERED);
    expect(() => objects(app)).toThrow('truekeel.dev/hook of ConfigMap shop/wrong is "ordered"');
  });

  it('gives its settings to its objects, which may differ', () => {
    const { app, web } = application({
      apply: Apply.CREATE_ONLY,
      prune: Prune.DETACH,
      conflicts: Conflicts.FORCE,
      drift: Drift.IGNORE,
      wait: Wait.NONE,
    });
    config(web, 'a');
    const other = new Construct(web, 'b');
    config(other, 'c');
    Settings.of(other)
      .apply(Apply.PAUSED)
      .prune(Prune.PROTECT)
      .conflicts(Conflicts.YIELD)
      .drift(Drift.REPORT)
      .wait(Wait.PRESENT);
    expect(objects(app).map(({ settings }) => settings)).toEqual([
      { apply: 'create-only', prune: 'detach', conflicts: 'force', drift: 'ignore', wait: 'none' },
      { apply: 'paused', prune: 'protect', conflicts: 'yield', drift: 'report', wait: 'present' },
    ]);
    expect(objects(app)[1]?.object.metadata.annotations).toEqual({
      'truekeel.dev/apply': 'paused',
      'truekeel.dev/prune': 'protect',
      'truekeel.dev/conflicts': 'yield',
      'truekeel.dev/drift': 'report',
      'truekeel.dev/wait': 'present',
    });
  });

  it('waits for others with addDependency', () => {
    const app = new App();
    const staging = new Environment(app, 'staging', { namespace: 'x' });
    const [web, api] = [new Application(staging, 'web'), new Application(staging, 'api')];
    web.addDependency(api);
    expect(renderTree(app)[0]?.applications.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([
      ['api', []],
      ['web', ['api']],
    ]);
  });

  it.each(['Web', 'a.b', ''])('cannot be named %j', (name) => {
    const staging = new Environment(new App(), 'staging');
    expect(() => new Application(staging, name)).toThrow(
      expect.objectContaining({ code: 'INVALID_NAME', constructPath: `staging/${name}` }),
    );
  });

  it('is a Chart of cdk8s, and stands in its App too', () => {
    const app = new Cdk8sApp();
    const web = new Application(app, 'web', { namespace: 'x' });
    expect(Chart.isChart(web)).toBe(true);
    config(web, 'a');
    expect(renderTree(app)[0]).toMatchObject({
      name: 'default',
      applications: [{ name: 'web', objects: [{ path: 'web/x/ConfigMap/a.yaml' }] }],
    });
  });
});

describe('App.synth', () => {
  function scratch(): string {
    const directory = mkdtempSync(join(tmpdir(), 'truekeel-app-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    return join(directory, 'out');
  }

  function program(outdir: string): App {
    const app = new App({ outdir });
    config(new Application(new Environment(app, 'staging'), 'web', { namespace: 'x' }), 'a');
    return app;
  }

  it('writes files when the program runs by itself', () => {
    const outdir = scratch();
    program(outdir).synth();
    expect(readFileSync(join(outdir, 'staging/web.yaml'), 'utf8')).toBe(
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: x\n',
    );
  });

  it('hands the tree over, and writes nothing, when somebody takes it', () => {
    const outdir = scratch();
    const app = program(outdir);
    const received: unknown[] = [];
    receiveTrees((root) => received.push(root));
    onTestFinished(() => void Reflect.deleteProperty(globalThis, Symbol.for('truekeel.dev/receiver')));
    app.synth();
    expect(received).toEqual([app]);
    expect(existsSync(outdir)).toBe(false);
  });

  it('writes nothing when something is wrong', () => {
    const outdir = scratch();
    const app = program(outdir);
    new Application(new Environment(app, 'production'), 'web').node.addValidation({ validate: () => ['no'] });
    expect(() => app.synth()).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }));
    expect(existsSync(outdir)).toBe(false);
  });
});
