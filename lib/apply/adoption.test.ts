import { beforeAll, describe, expect, it } from 'vitest';
import type { KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { JsonObject, KubernetesObject } from '../objects/index.ts';
import { Annotation, gvkOf, keyOf } from '../objects/index.ts';
import { diffObjects } from '../plan/index.ts';
import { describeOnBoth, describeOnBothWithKubectl } from './testing/clusters.ts';
import {
  applyAs,
  changeOf,
  configMap,
  deployment,
  Engine,
  keyText,
  patchAs,
  withApply,
  wrapped,
} from './testing/engine.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Everybody who holds fields of an object, `truekeel Apply`, in no order. */
const holders = (object: KubernetesObject | undefined) =>
  object?.metadata.managedFields?.map(({ manager, operation }) => `${manager} ${operation}`).sort();

/** Fields of its spec that only this test's Deployments have. */
function richDeployment(namespace: string, fields: { spec?: JsonObject; container?: JsonObject } = {}) {
  const object = deployment(namespace, 'web');
  const { replicas: _, template, ...spec } = object.spec;
  const [container] = template.spec.containers;
  return {
    ...object,
    spec: {
      ...spec,
      ...fields.spec,
      template: {
        ...template,
        spec: { ...template.spec, containers: [{ ...container, ...fields.container }] },
      },
    },
  };
}

describeOnBothWithKubectl('an object that kubectl made', (cluster, kubectl) => {
  let client: KubeClient;
  beforeAll(() => {
    client = cluster().client;
  });

  const start = async () => ({
    engine: new Engine(client, cluster().uniqueName('env')),
    namespace: await cluster().createNamespace('adopted'),
  });
  const apply = async (object: object, ...flags: string[]) => {
    const { code, stderr } = await kubectl(['apply', ...flags, '-f', '-'], JSON.stringify(object));
    expect([code, stderr]).toEqual([0, '']);
  };

  it.each([
    ['client-side', [], 'kubectl-client-side-apply'],
    ['server-side', ['--server-side'], 'kubectl'],
  ])('by %s apply is ours with all of its fields, which the plan lists', async (_, flags, manager) => {
    const { engine, namespace } = await start();
    await apply(configMap(namespace, 'a', { value: 'theirs', same: 'x', other: 'theirs' }), ...flags);
    const object = configMap(namespace, 'a', { value: 'ours', same: 'x' });
    const { plan, result, actions, events } = await engine.sync({ web: [object] });
    expect(actions).toEqual([`adopt ${keyText(object)}`]);
    expect(changeOf(plan, object)).toMatchObject({
      because: `exists already, made by ${manager}`,
      takesFieldsOf: [manager],
      changes: [
        { path: 'data.other', before: 'theirs', manager },
        { path: 'data.value', before: 'theirs', after: 'ours', manager },
      ],
    });
    expect(result.errors).toEqual([]);
    expect(events.map(({ type }) => type)).toContain('conflict');
    const live = await engine.read(object);
    expect(live?.data).toEqual({ value: 'ours', same: 'x' });
    expect(live?.metadata.annotations).not.toHaveProperty(LAST_APPLIED);
    expect(holders(live)).toEqual(['truekeel Apply']);
    expect((await engine.sync({ web: [object] })).actions).toEqual([]);
    // What leaves the program later goes, though kubectl wrote the same value once.
    await engine.sync({ web: [configMap(namespace, 'a', { value: 'ours' })] });
    expect((await engine.read(object))?.data).toEqual({ value: 'ours' });
  });

  it('loses what the program does not have, and keeps what the server sets; as the plan says', async () => {
    const { engine, namespace } = await start();
    const env = (...names: string[]) => ({ env: names.map((name) => ({ name, value: '1' })) });
    const theirs = richDeployment(namespace, {
      spec: { replicas: 3, minReadySeconds: 5, revisionHistoryLimit: 3 },
      container: { ...env('A', 'B'), imagePullPolicy: 'Always' },
    });
    await apply(theirs);
    const ours = richDeployment(namespace, { container: env('A', 'C') });
    const before = await engine.read(ours);
    const { plan, result } = await engine.sync({ web: [ours] }, { wait: false });
    expect(result.errors).toEqual([]);
    const path = 'spec.template.spec.containers[name=web]';
    const { changes } = changeOf(plan, ours);
    expect(changes.map(({ path: at }) => at).sort()).toEqual(
      [
        'spec.minReadySeconds',
        'spec.replicas',
        'spec.revisionHistoryLimit',
        `${path}.env[name=B]`,
        `${path}.env[name=C]`,
        `${path}.imagePullPolicy`,
      ].sort(),
    );
    expect(changes.find(({ path: at }) => at === 'spec.replicas')).toMatchObject({ before: 3, after: 1 });
    expect(changes.find(({ path: at }) => at === 'spec.revisionHistoryLimit')).toMatchObject({ after: 10 });
    const after = (await engine.read(ours))!;
    const told = (list: typeof changes) =>
      list
        .filter(({ path: at }) => !at.startsWith('metadata.annotations'))
        .map(({ path: at, before: was, after: is }) => [at, was, is])
        .sort();
    expect(told(changes)).toEqual(told(diffObjects(before!, after)));
    expect(holders(after)).not.toContain('kubectl-client-side-apply Update');
  });

  it('keeps what kubectl edit and kubectl scale wrote, where the program says nothing of it', async () => {
    const { engine, namespace } = await start();
    await apply(richDeployment(namespace));
    expect(await kubectl(['scale', '-n', namespace, 'deployment/web', '--replicas=2'])).toMatchObject({
      code: 0,
    });
    expect(await kubectl(['label', '-n', namespace, 'deployment/web', 'note=kept'])).toMatchObject({
      code: 0,
    });
    const ours = richDeployment(namespace);
    const { plan, result } = await engine.sync({ web: [ours] }, { wait: false });
    expect(result.errors).toEqual([]);
    expect(changeOf(plan, ours).changes).toEqual([]);
    const live = await engine.read(ours);
    expect(live).toMatchObject({ spec: { replicas: 2 }, metadata: { labels: { note: 'kept' } } });
  });

  it('is adopted by the next run when a run ends between the two writes', async () => {
    const { engine, namespace } = await start();
    await apply(configMap(namespace, 'a', { value: 'theirs', other: 'theirs' }));
    const object = configMap(namespace, 'a', { value: 'ours' });
    const dying = withApply(client, async (send, sent, options) => {
      if (!options?.dryRun && sent.metadata.name === 'a')
        throw new KubeError('killed', { code: 'CONNECTION_LOST' });
      return send();
    });
    await new Engine(dying, engine.environment).sync({ web: [object] });
    expect(holders(await engine.read(object))).toEqual(['truekeel Apply']);
    const { plan, result } = await engine.sync({ web: [object] });
    expect(changeOf(plan, object)).toMatchObject({ action: 'adopt' });
    expect(changeOf(plan, object).changes.map(({ path }) => path)).toContain('data.other');
    expect(result.errors).toEqual([]);
    expect((await engine.read(object))?.data).toEqual({ value: 'ours' });
  });

  it('is not written over when somebody changes it while its fields move', async () => {
    const { engine, namespace } = await start();
    await apply(configMap(namespace, 'a', { value: '1' }));
    const object = configMap(namespace, 'a', { value: '1' });
    let meddled = 0;
    const meddling = wrapped(client, {
      patch: async (...given) => {
        if (meddled++ < 2) await patchAs(client, 'other', object, { data: { [`theirs${meddled}`]: 'x' } });
        return client.patch(...given);
      },
    });
    const { result } = await new Engine(meddling, engine.environment).sync({ web: [object] });
    expect(result.errors).toEqual([]);
    const live = await engine.read(object);
    expect(live?.data).toEqual({ value: '1', theirs1: 'x', theirs2: 'x' });
    expect(holders(live)).toEqual(['other Update', 'truekeel Apply']);
  });
});

describeOnBoth('an object that somebody else made', (cluster) => {
  let client: KubeClient;
  beforeAll(() => {
    client = cluster().client;
  });

  const start = async () => ({
    engine: new Engine(client, cluster().uniqueName('env')),
    namespace: await cluster().createNamespace('adopted'),
  });

  /** Makes an object the way Helm 3 does. */
  const createAs = async (manager: string, object: KubernetesObject) => {
    const { plural, group, version } = await client.resource(gvkOf(object));
    const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const { status, body } = await client.raw({
      method: 'POST',
      path: `${root}/namespaces/${object.metadata.namespace}/${plural}?fieldManager=${manager}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(object),
    });
    expect([status, body]).toEqual([201, expect.anything()]);
  };

  describe.each([
    ['Helm 3', createAs],
    ['Helm 4', (manager: string, object: KubernetesObject) => applyAs(client, manager, object)],
  ])('with %s', (_, make) => {
    it('is no longer a part of its release', async () => {
      const { engine, namespace } = await start();
      const annotations = { 'meta.helm.sh/release-name': 'web', 'meta.helm.sh/release-namespace': namespace };
      const theirs = configMap(namespace, 'a', { value: '1', other: 'x' });
      await make('helm', { ...theirs, metadata: { ...theirs.metadata, annotations } });
      const object = configMap(namespace, 'a', { value: '1' });
      const { plan, result } = await engine.sync({ web: [object] });
      expect(changeOf(plan, object)).toMatchObject({ action: 'adopt', takesFieldsOf: ['helm'] });
      expect(result.errors).toEqual([]);
      const live = await engine.read(object);
      expect(live?.data).toEqual({ value: '1' });
      expect(Object.keys(live?.metadata.annotations ?? {})).toEqual([Annotation.digest, Annotation.fields]);
      expect(holders(live)).toEqual(['truekeel Apply']);
      expect((await engine.sync({ web: [object] })).actions).toEqual([]);
    });
  });

  it('costs one write where no fields have to move', async () => {
    const { engine, namespace } = await start();
    await applyAs(client, 'some-controller', configMap(namespace, 'a', { value: '1', other: 'kept' }));
    const object = configMap(namespace, 'a', { value: '1' });
    const { plan, result } = await engine.sync({ web: [object] });
    expect(changeOf(plan, object)).toMatchObject({ action: 'adopt', changes: [] });
    expect(changeOf(plan, object)).not.toHaveProperty('takesFieldsOf');
    expect(result.requests.byVerb).toMatchObject({ patch: 1, create: 1 });
    expect(result.requests.byVerb).not.toHaveProperty('get');
    expect((await engine.read(object))?.data).toEqual({ value: '1', other: 'kept' });
  });

  it('keeps the fields of its manifest where the construct yields to anyone', async () => {
    const { engine, namespace } = await start();
    await applyAs(client, 'kubectl', configMap(namespace, 'a', { value: 'theirs', other: 'x' }));
    const object = configMap(namespace, 'a', { value: 'ours' });
    const program = {
      web: { objects: [object], settings: { [keyText(object)]: { conflicts: 'yield' as const } } },
    };
    const { plan } = await engine.sync(program);
    expect(changeOf(plan, object)).not.toHaveProperty('takesFieldsOf');
    expect((await engine.read(object))?.data).toEqual({ value: 'theirs', other: 'x' });
    expect((await engine.sync(program)).actions).toEqual([]);
  });

  it('is not adopted in another state than that of the plan without being seen', async () => {
    const { engine, namespace } = await start();
    const object = configMap(namespace, 'a', { value: '1' });
    await applyAs(client, 'kubectl', configMap(namespace, 'a', { value: '1', other: 'x' }));
    const first = await engine.plan({ web: [object] });
    await client.delete(await client.resource(gvkOf(object)), keyOf(object));
    await applyAs(client, 'some-controller', configMap(namespace, 'a', { value: '1', other: 'x' }));
    expect((await engine.plan({ web: [object] })).digest).not.toBe(first.digest);
  });
});
