import { ApiObject, App, Chart, Lazy } from 'cdk8s';
import { ConfigMap, Deployment } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  digestOf,
  formatKey,
  type RenderedApplication,
  TruekeelError,
  TruekeelErrors,
} from '../objects/index.ts';
import { markApplication, markEnvironment, renderTree } from './index.ts';

function config(
  scope: Construct,
  id: string,
  metadata: Record<string, unknown> = {},
  more: object = {},
): ApiObject {
  return new ApiObject(scope, id, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: id, ...metadata },
    ...more,
  });
}

function environment(app: App, name: string, mark: object = {}): Construct {
  const construct = new Construct(app, name);
  markEnvironment(construct, { name, cluster: {}, promotesFrom: [], ...mark });
  return construct;
}

function application(scope: Construct, id: string): Chart {
  const chart = new Chart(scope, id, { namespace: id });
  markApplication(chart, { settings: {} });
  return chart;
}

function errorsOf(app: App, options = {}): readonly { code: string; message: string }[] {
  try {
    renderTree(app, options);
  } catch (error) {
    if (error instanceof TruekeelErrors) return error.errors;
    throw error;
  }
  return [];
}

const only = (app: App, options = {}): RenderedApplication => {
  const [application] = renderTree(app, options)[0]?.applications ?? [];
  if (!application) throw new Error('nothing was rendered');
  return application;
};

const edges = (application: RenderedApplication) =>
  application.edges.map(({ from, to, until }) => `${from.name} ${until} ${to.name}`);

describe('renderTree', () => {
  it('gives each object key, bytes, digest and path, sorted by path', () => {
    const app = new App();
    const chart = new Chart(app, 'web', { namespace: 'shop' });
    config(chart, 'b');
    new ApiObject(chart, 'role', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'system:web' },
    });
    const { objects } = only(app);
    expect(objects.map(({ path }) => path)).toEqual([
      'web/_cluster/ClusterRole.rbac.authorization.k8s.io/system%3aweb.yaml',
      'web/shop/ConfigMap/b.yaml',
    ]);
    expect(objects[1]?.yaml).toBe(
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n  namespace: shop\n',
    );
    expect(objects[1]?.digest).toBe(digestOf(objects[1]?.yaml ?? ''));
    expect(objects[1]?.constructPath).toBe('web/b');
  });

  it('makes a cluster-scoped object of what cdk8s gave a namespace, whether built in or defined in the program', () => {
    const app = new App();
    const chart = new Chart(app, 'web', { namespace: 'shop' });
    new ApiObject(chart, 'ns', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    new ApiObject(chart, 'crd', {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'zones.example.com' },
      spec: { group: 'example.com', scope: 'Cluster', names: { kind: 'Zone', plural: 'zones' } },
    });
    new ApiObject(chart, 'zone', { apiVersion: 'example.com/v1', kind: 'Zone', metadata: { name: 'north' } });
    new ApiObject(chart, 'other', {
      apiVersion: 'other.example.com/v1',
      kind: 'Other',
      metadata: { name: 'x' },
    });
    expect(only(app).objects.map(({ key }) => formatKey(key))).toEqual([
      'CustomResourceDefinition.apiextensions.k8s.io zones.example.com',
      'Namespace shop',
      'Zone.example.com north',
      'Other.other.example.com shop/x',
    ]);
  });

  it('keeps environments apart, and puts charts that stand in none into default', () => {
    const app = new App();
    const staging = environment(app, 'staging', { branch: 'deploy/staging', cluster: { context: 'stage' } });
    config(application(staging, 'web'), 'a');
    config(new Chart(new Construct(app, 'Team A'), 'Web', { namespace: 'x' }), 'a');
    expect(
      renderTree(app).map(({ name, branch, cluster, applications }) => [
        name,
        branch,
        cluster,
        applications.map((a) => a.name),
      ]),
    ).toEqual([
      ['staging', 'deploy/staging', { context: 'stage' }, ['web']],
      ['default', 'rendered/default', {}, ['team-a-web']],
    ]);
  });

  it('gives objects of nested charts to the outermost one', () => {
    const app = new App();
    const outer = new Chart(app, 'outer', { namespace: 'x' });
    config(new Chart(outer, 'inner', { namespace: 'y' }), 'a');
    expect(only(app)).toMatchObject({ name: 'outer', objects: [{ key: { namespace: 'y', name: 'a' } }] });
  });

  it('reads settings from annotations, then from the application', () => {
    const app = new App();
    const chart = new Chart(app, 'web', { namespace: 'x' });
    markApplication(chart, { settings: { prune: 'protect', drift: 'report' } });
    config(chart, 'a', { annotations: { 'truekeel.dev/drift': 'ignore', 'truekeel.dev/wait': 'none' } });
    expect(only(app).objects[0]?.settings).toEqual({
      apply: 'always',
      prune: 'protect',
      conflicts: 'report',
      drift: 'ignore',
      wait: 'none',
    });
  });

  it('resolves lazy values and runs each validation once', () => {
    const app = new App();
    const chart = new Chart(app, 'web', { namespace: 'x' });
    let validated = 0;
    config(chart, 'a', {}, { data: { late: Lazy.any({ produce: () => 'value' }) } }).node.addValidation({
      validate: () => {
        validated += 1;
        return [];
      },
    });
    config(new Chart(app, 'other', { namespace: 'x' }), 'b');
    expect(renderTree(app)[0]?.applications[1]?.objects[0]?.object.data).toEqual({ late: 'value' });
    expect(validated).toBe(1);
  });

  it('gives the same bytes as cdk8s would give objects', () => {
    const app = new App();
    const chart = new Chart(app, 'web', { namespace: 'x' });
    new Deployment(chart, 'web', { containers: [{ image: 'a', portNumber: 80 }] }).exposeViaService();
    new ConfigMap(chart, 'settings', { data: { a: 'b' } });
    const rendered = only(app).objects.map(({ object }) => object);
    const order = (objects: readonly unknown[]) => objects.map((object) => JSON.stringify(object)).sort();
    expect(order(rendered)).toEqual(order(JSON.parse(JSON.stringify(chart.toJson()))));
  });
});

describe('dependencies', () => {
  it('between constructs of one application become edges between all their objects', () => {
    const app = new App();
    const chart = new Chart(app, 'web', { namespace: 'x' });
    const group = new Construct(chart, 'group');
    config(group, 'a');
    config(group, 'b');
    const c = config(chart, 'c');
    c.addDependency(group);
    group.node.addDependency(config(chart, 'd'));
    c.addDependency(group);
    expect(edges(only(app))).toEqual(['a ready d', 'b ready d', 'c ready a', 'c ready b']);
  });

  it('across applications make the one wait for the other', () => {
    const app = new App();
    const web = new Chart(app, 'web', { namespace: 'x' });
    const db = new Chart(app, 'db', { namespace: 'x' });
    const cache = new Chart(app, 'cache', { namespace: 'x' });
    web.addDependency(db);
    config(web, 'a').addDependency(config(cache, 'b'));
    expect(
      renderTree(app)[0]?.applications.map(({ name, dependsOn, edges }) => [name, dependsOn, edges]),
    ).toEqual([
      ['cache', [], []],
      ['db', [], []],
      ['web', ['cache', 'db'], []],
    ]);
  });

  it('are read from truekeel.dev/after', () => {
    const app = new App();
    const chart = new Chart(app, 'web', { namespace: 'x' });
    config(chart, 'a', { annotations: { 'truekeel.dev/after': 'ConfigMap x/b, Deployment.apps x/web' } });
    config(chart, 'b');
    expect(edges(only(app))).toEqual(['a ready b', 'a ready web']);
  });

  it('need no more time than there are charts: 1,667 in a chain, where cdk8s needs exponential time', () => {
    const app = new App();
    let before: Chart | undefined;
    for (let i = 0; i < 1667; i++) {
      const chart = new Chart(app, `chart-${i}`, { namespace: 'x' });
      for (const id of ['a', 'b', 'c']) config(chart, `${id}-${i}`);
      if (before) chart.addDependency(before);
      before = chart;
    }
    const [environment] = renderTree(app);
    expect(environment?.applications).toHaveLength(1667);
    expect(environment?.applications.flatMap(({ dependsOn }) => dependsOn)).toHaveLength(1666);
  });

  it.each([
    [
      'applications',
      () => {
        const app = new App();
        const [a, b, c] = ['a', 'b', 'c'].map((id) => new Chart(app, id));
        a?.addDependency(b as Chart);
        b?.addDependency(c as Chart);
        c?.addDependency(a as Chart);
        return app;
      },
      'applications of environment default wait for each other: a → b → c → a',
    ],
    [
      'objects',
      () => {
        const app = new App();
        const chart = new Chart(app, 'web', { namespace: 'x' });
        const a = config(chart, 'a');
        const b = config(chart, 'b');
        a.addDependency(b);
        b.addDependency(a);
        return app;
      },
      'objects of application web wait for each other: ConfigMap x/a → ConfigMap x/b → ConfigMap x/a',
    ],
  ])('in a circle of %s are refused', (_what, make, message) => {
    expect(errorsOf(make())).toEqual([expect.objectContaining({ code: 'DEPENDENCY_CYCLE', message })]);
  });

  it('across environments or apps are refused', () => {
    const app = new App();
    const [a, b] = ['a', 'b'].map((name) => application(environment(app, name), 'web'));
    a?.addDependency(b as Chart);
    a?.addDependency(new Chart(new App(), 'elsewhere'));
    expect(errorsOf(app).map(({ code }) => code)).toEqual([
      'DEPENDENCY_ACROSS_ENVIRONMENTS',
      'DEPENDENCY_OUTSIDE',
    ]);
  });

  it('of too many pairs of objects are refused', () => {
    const app = new App();
    const chart = new Chart(app, 'web', { namespace: 'x' });
    const [a, b] = ['a', 'b'].map((id) => new Construct(chart, id));
    for (let i = 0; i < 101; i++) {
      config(a as Construct, `a${i}`);
      config(b as Construct, `b${i}`);
    }
    a?.node.addDependency(b as Construct);
    expect(errorsOf(app)).toEqual([expect.objectContaining({ code: 'DEPENDENCY_TOO_WIDE' })]);
  });
});

describe('what is refused', () => {
  const chartOf = (app: App) => new Chart(app, 'web', { namespace: 'x' });
  const object =
    (kind: string, apiVersion: string, name: string, more = {}) =>
    (app: App) =>
      new ApiObject(chartOf(app), 'o', { apiVersion, kind, metadata: { name }, ...more });

  it.each<[string, string, (app: App) => unknown]>([
    ['INVALID_NAME', 'upper case', object('ConfigMap', 'v1', 'Upper')],
    ['INVALID_NAME', 'a dot in a Service', object('Service', 'v1', 'a.b')],
    ['INVALID_NAME', 'a CronJob of 53 characters', object('CronJob', 'batch/v1', 'a'.repeat(53))],
    ['INVALID_NAME', 'a slash in a Role', object('Role', 'rbac.authorization.k8s.io/v1', 'a/b')],
    [
      'INVALID_NAME',
      'a namespace of 64 characters',
      (app) => config(new Chart(app, 'web', { namespace: 'n'.repeat(64) }), 'a'),
    ],
    ['INVALID_OBJECT', 'no kind', object('', 'v1', 'a')],
    ['INVALID_OBJECT', 'a label that is no text', (app) => config(chartOf(app), 'a', { labels: { a: 1 } })],
    [
      'INVALID_SETTING',
      'an unknown setting',
      (app) => config(chartOf(app), 'a', { annotations: { 'truekeel.dev/prune': 'never' } }),
    ],
    [
      'INVALID_SETTING',
      'an after that is no key',
      (app) => config(chartOf(app), 'a', { annotations: { 'truekeel.dev/after': 'web' } }),
    ],
    ['PLAIN_SECRET', 'Secret data', object('Secret', 'v1', 'a', { data: { a: 'eA==' } })],
    ['PLAIN_SECRET', 'Secret stringData', object('Secret', 'v1', 'a', { stringData: { a: 'x' } })],
    ['INVALID_VALUE', 'infinity', object('ConfigMap', 'v1', 'a', { data: { a: Number.POSITIVE_INFINITY } })],
    [
      'INVALID_VALUE',
      'an unresolved token',
      object('ConfigMap', 'v1', 'a', { data: { a: ['x-$', '{Token[TOKEN.12]}'].join('') } }),
    ],
    ['INVALID_VALUE', 'half a surrogate pair', object('ConfigMap', 'v1', 'a', { data: { a: '\ud800' } })],
    [
      'INVALID_VALUE',
      'a field named __proto__, which cdk8s leaves out',
      object('ConfigMap', 'v1', 'a', { data: JSON.parse('{"inner": {"__proto__": {"a": "1"}}}') }),
    ],
    [
      'INVALID_VALUE',
      'what is written as __proto__',
      object('ConfigMap', 'v1', 'a', { data: { b: '2', __proto__: { a: '1' } } }),
    ],
    [
      'INVALID_VALUE',
      'a value that holds itself',
      (app) => {
        const data: Record<string, unknown> = {};
        data.self = data;
        return config(chartOf(app), 'a', {}, { data });
      },
    ],
    [
      'DUPLICATE_APPLICATION',
      'two charts of one name',
      (app) => [new Chart(app, 'Web'), new Chart(app, 'web')],
    ],
    [
      'DUPLICATE_ENVIRONMENT',
      'two environments of one name',
      (app) => {
        const holder = new Construct(app, 'holder');
        for (const id of ['a', 'b'])
          markEnvironment(new Construct(holder, id), { name: 'same', cluster: {}, promotesFrom: [] });
      },
    ],
    [
      'UNKNOWN_ENVIRONMENT',
      'a promotion from nowhere',
      (app) => environment(app, 'a', { promotesFrom: ['b'] }),
    ],
    [
      'NESTED_APPLICATION',
      'an application in another',
      (app) => application(application(environment(app, 'a'), 'b'), 'c'),
    ],
    [
      'NESTED_ENVIRONMENT',
      'an environment in another',
      (app) =>
        markEnvironment(new Construct(environment(app, 'a'), 'b'), {
          name: 'b',
          cluster: {},
          promotesFrom: [],
        }),
    ],
    [
      'VALIDATION_FAILED',
      'a validation that throws',
      (app) =>
        chartOf(app).node.addValidation({
          validate: () => {
            throw new Error('x');
          },
        }),
    ],
  ])('%s: %s', (code, _what, make) => {
    const app = new App();
    make(app);
    expect(errorsOf(app).map((error) => error.code)).toEqual([code]);
  });

  it('a missing namespace in a declared environment, but not in a plain cdk8s program', () => {
    const plain = new App();
    config(new Chart(plain, 'web'), 'a');
    expect(only(plain).objects[0]?.object.metadata.namespace).toBe('default');
    const declared = new App();
    config(new Chart(environment(declared, 'staging'), 'web'), 'a');
    expect(errorsOf(declared)).toEqual([expect.objectContaining({ code: 'MISSING_NAMESPACE' })]);
    expect(only(declared, { defaultNamespace: 'web' }).objects[0]?.path).toBe('web/web/ConfigMap/a.yaml');
  });

  it('not a Secret that is empty, or that plain values are allowed for', () => {
    const empty = new App();
    object('Secret', 'v1', 'a', { type: 'kubernetes.io/service-account-token' })(empty);
    expect(only(empty).objects).toHaveLength(1);
    const allowed = new App();
    object('Secret', 'v1', 'a', { stringData: { a: 'x' } })(allowed);
    expect(only(allowed, { allowPlainSecrets: true }).objects).toHaveLength(1);
  });

  it('the same key in two applications, naming both', () => {
    const app = new App();
    for (const id of ['a', 'b']) config(new Chart(app, id, { namespace: 'x' }), 'same');
    expect(errorsOf(app)).toEqual([
      expect.objectContaining({
        code: 'DUPLICATE_KEY',
        message: 'ConfigMap x/same is made twice: by a/same and by b/same',
      }),
    ]);
  });

  it('a key that differs in version only', () => {
    const app = new App();
    const chart = chartOf(app);
    for (const version of ['v1', 'v2']) {
      new ApiObject(chart, version, {
        apiVersion: `autoscaling/${version}`,
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'web' },
      });
    }
    expect(errorsOf(app).map(({ code }) => code)).toEqual(['DUPLICATE_KEY']);
  });
});

describe('the order of what a program makes', () => {
  it('does not change what is rendered', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e'], { minLength: 5 }), (ids) => {
        const make = (order: readonly string[]) => {
          const app = new App();
          for (const id of order) {
            const chart = new Chart(app, id, { namespace: id });
            for (const name of order) config(chart, name);
          }
          return renderTree(app);
        };
        expect(make(ids)).toEqual(make(['a', 'b', 'c', 'd', 'e']));
      }),
      { numRuns: 20 },
    );
  });
});

describe('what is known of kinds', () => {
  const finding = (code: string) => new TruekeelError(`${code} was found`, { code, family: 'validation' });

  it('is asked for each environment, with its objects and its Kubernetes', () => {
    const app = new App();
    const staging = environment(app, 'staging', { kubernetesVersion: '1.33.4', refuseUnknownKinds: true });
    config(application(staging, 'web'), 'one');
    config(application(staging, 'api'), 'two');
    config(application(environment(app, 'production'), 'web'), 'three');
    const asked: unknown[] = [];
    renderTree(app, {
      validate: (objects, options) => {
        asked.push([objects.map(({ key }) => formatKey(key)), options]);
        return { errors: [], warnings: [] };
      },
    });
    expect(asked).toEqual([
      [['ConfigMap api/two', 'ConfigMap web/one'], { minor: 33, refuseUnknownKinds: true }],
      [['ConfigMap web/three'], { refuseUnknownKinds: false }],
    ]);
  });

  it('is told together with what else is wrong, and warnings beside it', () => {
    const app = new App();
    const web = application(environment(app, 'staging'), 'web');
    config(web, 'one');
    config(web, 'other', { name: 'Not_A_Name' });
    const warnings: string[] = [];
    const errors = errorsOf(app, {
      validate: () => ({ errors: [finding('UNKNOWN_FIELD')], warnings: [finding('MISSING_OBJECT')] }),
      onWarning: ({ code }: TruekeelError) => warnings.push(code),
    });
    expect(errors.map(({ code }) => code)).toEqual(['INVALID_NAME', 'UNKNOWN_FIELD']);
    expect(warnings).toEqual(['MISSING_OBJECT']);
  });

  it.each(['1.26', '1.38', 'new', 33])('has no Kubernetes %j, whoever made the tree', (kubernetesVersion) => {
    const app = new App();
    config(application(environment(app, 'staging', { kubernetesVersion }), 'web'), 'one');
    const validate = () => ({ errors: [finding('NEVER_ASKED')], warnings: [] });
    expect(errorsOf(app, { validate }).map(({ code }) => code)).toEqual(['UNKNOWN_KUBERNETES_VERSION']);
  });
});
