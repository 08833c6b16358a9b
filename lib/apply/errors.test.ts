import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnControlPlane } from '../../test/controlplane/suite.ts';
import type { KubeClient } from '../kube/index.ts';
import { connect } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { formatKey, keyOf } from '../objects/index.ts';
import { applyObjects } from './index.ts';
import {
  configMap,
  deployment,
  Engine,
  edge,
  indexOfEvent,
  keyText,
  namespaceObject,
  withApply,
  wrapped,
} from './testing/engine.ts';

describeOnControlPlane('objects that something is wrong with', (controlPlane) => {
  let client: KubeClient;
  beforeAll(async () => {
    client = await connect({ kubeconfig: controlPlane().kubeconfig });
  });
  afterAll(() => client.close());

  const start = async () => ({
    engine: new Engine(client, controlPlane().uniqueName('env')),
    namespace: await controlPlane().createNamespace('errors'),
  });

  it('does not keep others from being applied, and is reported with its place in the program', async () => {
    const { engine, namespace } = await start();
    const bad = { ...configMap(namespace, 'bad'), data: { 'not a key!': '1' } };
    const needy = configMap(namespace, 'needy');
    const { result, events } = await engine.sync({
      web: { objects: [bad, configMap(namespace, 'good'), needy], edges: [edge(needy, bad, 'present')] },
    });
    expect(result.errors).toMatchObject([
      {
        code: 'INVALID',
        key: keyOf(bad),
        constructPath: 'web/ConfigMap/bad',
        source: { file: 'main.ts', line: 1 },
      },
    ]);
    expect(result.actions.create).toBe(1);
    expect(result.skipped).toEqual([{ key: keyOf(needy), because: `it needs ${keyText(bad)}` }]);
    expect(events.map(({ type }) => type)).toContain('failed');
    expect(await engine.read(configMap(namespace, 'good'))).toBeDefined();
  });

  it('collects every error in one run', async () => {
    const { engine, namespace } = await start();
    const bad = (name: string) => ({ ...configMap(namespace, name), data: { '!': '1' } });
    const unknown = { apiVersion: 'example.com/v1', kind: 'Gadget', metadata: { namespace, name: 'x' } };
    const { result } = await engine.sync({
      web: [bad('one'), bad('two'), unknown, configMap('no-such-namespace', 'lost')],
    });
    expect(result.errors.map(({ code }) => code).sort()).toEqual([
      'INVALID',
      'INVALID',
      'NAMESPACE_MISSING',
      'UNKNOWN_KIND',
    ]);
    expect(result.errors.every(({ source }) => source?.file === 'main.ts')).toBe(true);
    expect(result.errors.every(({ hint, family }) => family !== 'validation' || hint !== undefined)).toBe(
      true,
    );
  });

  it('tells all that is wrong at once: what, where it is written, and what to do', async () => {
    const { engine, namespace } = await start();
    const foreign = configMap(namespace, 'foreign');
    await new Engine(client, controlPlane().uniqueName('other')).sync({ theirs: [foreign] });
    const frozen = (value: string) => ({ ...configMap(namespace, 'frozen', { value }), immutable: true });
    const old = configMap(namespace, 'old');
    await engine.sync({ web: [frozen('1'), old] });
    const stuck = deployment(namespace, 'stuck', { image: 'example/never-ready:1' });
    const gadget = { apiVersion: 'example.com/v1', kind: 'Gadget', metadata: { namespace, name: 'x' } };
    const wrong: readonly (readonly [string, KubernetesObject])[] = [
      ['INVALID', { ...configMap(namespace, 'invalid'), data: { '!': '1' } }],
      ['INVALID', { ...deployment(namespace, 'typo'), spec: { replicas: 'many' } }],
      ['UNKNOWN_KIND', gadget],
      ['UNKNOWN_KIND', { ...deployment(namespace, 'outdated'), apiVersion: 'apps/v1beta1' }],
      ['NAMESPACE_MISSING', configMap('no-such-namespace', 'lost')],
      ['NAMESPACE_REQUIRED', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'nowhere' } }],
      ['NAMESPACE_NOT_ALLOWED', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'y', namespace } }],
      ['IMMUTABLE_FIELD', frozen('2')],
      ['OWNED_BY_ANOTHER', foreign],
      [
        'NOT_READY',
        {
          ...stuck,
          spec: {
            ...stuck.spec,
            template: {
              ...stuck.spec.template,
              spec: { ...stuck.spec.template.spec, nodeSelector: { no: 'such-node' } },
            },
          },
        },
      ],
    ];
    const good = configMap(namespace, 'good');
    const program = { web: [...wrong.map(([, object]) => object), good] };
    const { result } = await engine.sync(program, { noProgressTimeoutMs: 3_000 });
    const told = (code: string, object: KubernetesObject) => `${code} ${keyText(object)}`;
    expect(result.errors.map(({ code, key }) => `${code} ${key ? formatKey(key) : ''}`).sort()).toEqual(
      wrong.map(([code, object]) => told(code, object)).sort(),
    );
    for (const error of result.errors) {
      expect(error, error.message).toMatchObject({
        constructPath: `web/${error.key?.kind}/${error.key?.name}`,
        source: { file: 'main.ts', line: 1 },
        hint: expect.stringMatching(/^[A-Z].+/s),
      });
    }
    expect(await engine.read(good)).toBeDefined();
    expect(result.skipped).toMatchObject([{ key: keyOf(old) }]);
    expect(await engine.read(old)).toBeDefined();
  });

  it('says that a namespace is missing, and that one is not needed or forgotten', async () => {
    const { engine, namespace } = await start();
    const nowhere: KubernetesObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'nowhere' } };
    const somewhere: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'x', namespace },
    };
    const plan = await engine.plan({ web: [nowhere, somewhere, configMap('no-such-namespace', 'a')] });
    expect(plan.errors.map(({ code }) => code)).toEqual([
      'NAMESPACE_MISSING',
      'NAMESPACE_REQUIRED',
      'NAMESPACE_NOT_ALLOWED',
    ]);
  });

  it('keeps the deletes of an application back when a write of it failed', async () => {
    const { engine, namespace } = await start();
    const old = configMap(namespace, 'old');
    await engine.sync({ web: [old] });
    const { result } = await engine.sync({ web: [{ ...configMap(namespace, 'new'), data: { '!': '1' } }] });
    expect(result.errors).toMatchObject([{ code: 'INVALID' }]);
    expect(result.skipped).toMatchObject([{ key: keyOf(old) }]);
    const unplanned = await engine.sync({ web: [configMap('no-such-namespace', 'new')] });
    expect(unplanned.result.errors).toMatchObject([{ code: 'NAMESPACE_MISSING' }]);
    expect(unplanned.result.skipped).toMatchObject([{ key: keyOf(old) }]);
    expect(await engine.read(old)).toBeDefined();
  });

  it('reports a declared cycle with construct paths before anything is written', async () => {
    const { engine, namespace } = await start();
    const [a, b] = [configMap(namespace, 'a'), configMap(namespace, 'b')];
    const edges = [edge(a, b, 'present'), edge(b, a, 'present')];
    await expect(engine.sync({ web: { objects: [a, b], edges } })).rejects.toMatchObject({
      code: 'DEPENDENCY_CYCLE',
      family: 'validation',
      message: expect.stringContaining('web/ConfigMap/a → web/ConfigMap/b'),
    });
    const circle = { one: { objects: [a], dependsOn: ['two'] }, two: { objects: [b], dependsOn: ['one'] } };
    await expect(engine.sync(circle)).rejects.toMatchObject({ code: 'DEPENDENCY_CYCLE' });
    expect(await engine.read(a)).toBeUndefined();
  });

  it('refuses one object in two applications', async () => {
    const { engine, namespace } = await start();
    const object = configMap(namespace, 'a');
    await expect(engine.sync({ one: [object], two: [object] })).rejects.toMatchObject({
      code: 'DUPLICATE_KEY',
    });
  });

  it('says which permission is missing, and goes on with the rest', async () => {
    const { namespace } = await start();
    const rbac = 'rbac.authorization.k8s.io';
    const metadata = { namespace, name: 'maps-only' };
    const verbs = ['get', 'list', 'watch', 'create', 'patch', 'delete'];
    await client.create({
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata,
      rules: [
        { apiGroups: [''], resources: ['configmaps'], verbs },
        { apiGroups: [''], resources: ['services'], verbs: ['get', 'list'] },
      ],
    } as KubernetesObject);
    await client.create({
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'maps-only' },
      subjects: [{ apiGroup: rbac, kind: 'User', name: 'guest' }],
    } as KubernetesObject);
    const guest = await connect({ kubeconfig: controlPlane().guestKubeconfig });
    try {
      const service = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { namespace, name: 'web' },
        spec: { ports: [{ port: 80 }] },
      };
      const objects = [configMap(namespace, 'a'), configMap(namespace, 'b'), service];
      const engine = new Engine(guest, controlPlane().uniqueName('env'));
      const { result } = await engine.sync({ web: objects });
      expect(result.actions.create).toBe(2);
      expect(result.errors).toMatchObject([
        {
          code: 'FORBIDDEN',
          key: keyOf(service),
          denied: { verb: 'patch', resource: 'services', user: 'guest' },
        },
      ]);
      const again = await engine.sync({ web: objects.slice(0, 2) });
      expect(again.actions).toEqual([]);
    } finally {
      await guest.close();
    }
  });

  it('stops at once when the server is gone', async () => {
    const { engine, namespace } = await start();
    const objects = Array.from({ length: 20 }, (_, index) => configMap(namespace, `c${index}`));
    const { KubeError } = await import('../kube/index.ts');
    let sent = 0;
    const fail = async () => {
      sent += 1;
      throw new KubeError('the server is gone', { code: 'UNREACHABLE' });
    };
    const gone = wrapped(withApply(client, fail), { create: fail });
    const { result } = await new Engine(gone, engine.environment).sync({ web: objects });
    expect(sent).toBe(1);
    expect(result.errors).toMatchObject([{ code: 'UNREACHABLE' }]);
    expect(result.skipped).toHaveLength(20);
    expect(result.interrupted).toBe(false);
  });

  it('starts an application only when those that it depends on are ready', async () => {
    const { engine, namespace } = await start();
    const database = deployment(namespace, 'database');
    const web = configMap(namespace, 'web');
    const { events } = await engine.sync({
      web: { objects: [web], dependsOn: ['database'] },
      database: [database],
    });
    expect(indexOfEvent(events, 'ready', keyOf(database))).toBeLessThan(
      indexOfEvent(events, 'writing', keyOf(web)),
    );
  });

  it('is usable alone, with nothing but a kubeconfig and objects', async () => {
    const namespace = controlPlane().uniqueName('alone');
    const request = {
      kubeconfig: controlPlane().kubeconfig,
      application: controlPlane().uniqueName('alone'),
      objects: [namespaceObject(namespace), configMap(namespace, 'a')],
    };
    const types: string[] = [];
    const result = await applyObjects({ ...request, onEvent: ({ type }) => types.push(type) });
    expect(result).toMatchObject({ errors: [], actions: { create: 2 } });
    expect([types[0], types.at(-1)]).toEqual(['started', 'finished']);
    expect(await applyObjects(request)).toMatchObject({
      actions: { none: 2, change: 0 },
      requests: { total: 0 },
    });
  });

  it('refuses settings that do not exist, all at once', async () => {
    const wrong = (name: string, setting: string) => {
      const object = configMap('default', name);
      return { ...object, metadata: { ...object.metadata, annotations: { [setting]: 'forever' } } };
    };
    const objects = [wrong('a', 'truekeel.dev/wait'), wrong('b', 'truekeel.dev/prune')];
    await expect(applyObjects({ client, application: 'x', objects })).rejects.toMatchObject({
      code: 'INVALID_SETTING',
      errors: objects.map((object) => ({
        code: 'INVALID_SETTING',
        key: keyOf(object),
        hint: expect.any(String),
      })),
    });
  });
});
