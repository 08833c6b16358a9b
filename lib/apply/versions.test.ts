import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnControlPlane } from '../../test/controlplane/suite.ts';
import type { KubeClient } from '../kube/index.ts';
import { connect } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { describeOnBoth } from './testing/clusters.ts';
import { applyAs, changeOf, configMap, deployment, Engine, keyText, patchAs } from './testing/engine.ts';

/** @param versions the first of them is the one that objects are stored in */
function widgetDefinition(group: string, ...versions: string[]): KubernetesObject {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets', singular: 'widget' },
      versions: versions.map((name, index) => ({ name, served: true, storage: index === 0, schema })),
    },
  };
}

/** Who holds fields of an object, and in which version. */
const entries = (object: KubernetesObject | undefined) =>
  object?.metadata.managedFields
    ?.filter(({ subresource }) => !subresource)
    .map(({ manager, apiVersion }) => `${manager} ${apiVersion}`);

/** The embedded cluster has no conversion between versions of built-in kinds. */
describeOnControlPlane('an object in another version of its kind', (controlPlane) => {
  let client: KubeClient;
  beforeAll(async () => {
    client = await connect({ kubeconfig: controlPlane().kubeconfig });
  });
  afterAll(() => client.close());

  const start = async () => ({
    engine: new Engine(client, controlPlane().uniqueName('env')),
    namespace: await controlPlane().createNamespace('versions'),
  });
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' };
  const v1 = (namespace: string, name: string, percentage: number): KubernetesObject => ({
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { namespace, name },
    spec: { scaleTargetRef, minReplicas: 1, maxReplicas: 3, targetCPUUtilizationPercentage: percentage },
  });
  const v2 = (namespace: string, name: string, percentage: number): KubernetesObject => ({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { namespace, name },
    spec: {
      scaleTargetRef,
      minReplicas: 1,
      maxReplicas: 3,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percentage } },
        },
      ],
    },
  });
  it('is the same object: nothing is deleted, and what the older version had goes with it', async () => {
    const { engine, namespace } = await start();
    await engine.sync({ web: [v1(namespace, 'a', 50)] }, { wait: false });
    const before = await engine.read(v1(namespace, 'a', 0));
    const { plan, result, actions } = await engine.sync({ web: [v2(namespace, 'a', 70)] }, { wait: false });
    expect(actions).toEqual([`change ${keyText(v2(namespace, 'a', 70))}`]);
    expect(changeOf(plan, v2(namespace, 'a', 0))).toMatchObject({ apiVersion: 'autoscaling/v2' });
    expect(result.errors).toEqual([]);
    const after = await engine.read(v2(namespace, 'a', 0));
    expect(after?.metadata.uid).toBe(before?.metadata.uid);
    expect(after?.spec.metrics[0].resource.target).toEqual({ type: 'Utilization', averageUtilization: 70 });
    expect(entries(after)).toEqual(['truekeel autoscaling/v2']);
    expect((await engine.sync({ web: [v2(namespace, 'a', 70)] })).actions).toEqual([]);
    const back = await engine.sync({ web: [v1(namespace, 'a', 50)] }, { wait: false });
    expect([back.actions, back.result.errors]).toEqual([[`change ${keyText(v1(namespace, 'a', 0))}`], []]);
    expect((await engine.read(v1(namespace, 'a', 0)))?.metadata.uid).toBe(before?.metadata.uid);
  });

  it('stands beside objects of the other version in one program', async () => {
    const { engine, namespace } = await start();
    const program = (percentage: number) => ({
      web: [v1(namespace, 'one', percentage), v2(namespace, 'two', percentage)],
    });
    expect((await engine.sync(program(50), { wait: false })).result.actions.create).toBe(2);
    expect((await engine.sync(program(50), { wait: false })).actions).toEqual([]);
    const { plan, result } = await engine.sync(program(60), { wait: false });
    expect(changeOf(plan, v1(namespace, 'one', 0)).changes.map(({ path }) => path)).toEqual([
      'spec.targetCPUUtilizationPercentage',
    ]);
    expect(changeOf(plan, v2(namespace, 'two', 0)).changes.map(({ path }) => path)).toEqual([
      'spec.metrics[type=Resource].resource.target.averageUtilization',
    ]);
    expect(result.errors).toEqual([]);
  });

  it('is taken from a person and left to a controller who wrote it in the other version', async () => {
    const { engine, namespace } = await start();
    for (const [name, manager] of [
      ['taken', 'kubectl-edit'],
      ['left', 'some-controller'],
    ] as const) {
      await engine.sync({ [name]: [v2(namespace, name, 50)] }, { wait: false, prune: false });
      await patchAs(client, manager, v1(namespace, name, 0), {
        spec: { targetCPUUtilizationPercentage: 90 },
      });
    }
    const program = { taken: [v2(namespace, 'taken', 60)], left: [v2(namespace, 'left', 60)] };
    const { plan, result } = await engine.sync(program, { wait: false });
    expect([plan.errors, result.errors]).toEqual([[], []]);
    const percentage = async (name: string) =>
      (await engine.read(v1(namespace, name, 0)))?.spec.targetCPUUtilizationPercentage;
    expect(await percentage('taken')).toBe(60);
    expect(await percentage('left')).toBe(90);
    expect(changeOf(plan, v2(namespace, 'left', 0)).conflicts).toMatchObject([
      { manager: 'some-controller', resolution: 'yield' },
    ]);
  });

  it('that objects may be stored in stays, whatever is approved, and it is said what to do first', async () => {
    const { engine } = await start();
    const group = `${controlPlane().uniqueName('g')}.example.com`;
    await engine.sync({ web: [widgetDefinition(group, 'v1beta1')] });
    await engine.sync({ web: [widgetDefinition(group, 'v1', 'v1beta1')] });
    const program = { web: [widgetDefinition(group, 'v1')] };
    const { actions, result } = await engine.sync(program, { approvals: [{ code: 'PROTECTED_OBJECT' }] });
    expect(actions).toEqual([]);
    expect(result.errors).toMatchObject([
      {
        code: 'STORED_VERSION',
        message: expect.stringContaining('cannot lose version v1beta1'),
        constructPath: `web/CustomResourceDefinition/widgets.${group}`,
        hint: expect.stringContaining('storage migration'),
      },
    ]);
    expect((await engine.read(widgetDefinition(group, 'v1')))?.spec.versions).toHaveLength(2);
  });

  it('is adopted from kubectl in the other version', async () => {
    const { engine, namespace } = await start();
    await applyAs(client, 'kubectl', v1(namespace, 'a', 50));
    const { result, actions } = await engine.sync({ web: [v2(namespace, 'a', 70)] }, { wait: false });
    expect([actions, result.errors]).toEqual([[`adopt ${keyText(v2(namespace, 'a', 0))}`], []]);
    const live = await engine.read(v2(namespace, 'a', 0));
    expect(live?.spec.metrics[0].resource.target.averageUtilization).toBe(70);
    expect(entries(live)).toEqual(['truekeel autoscaling/v2']);
    expect((await engine.sync({ web: [v2(namespace, 'a', 70)] }, { wait: false })).actions).toEqual([]);
  });
});

describeOnBoth('a version of a kind', (cluster) => {
  let client: KubeClient;
  beforeAll(() => {
    client = cluster().client;
  });

  const start = async () => ({
    engine: new Engine(client, cluster().uniqueName('env')),
    namespace: await cluster().createNamespace('versions'),
  });

  it('that the server does not serve is an error of its objects alone, and deletes nothing', async () => {
    const { engine, namespace } = await start();
    const [a, b] = [deployment(namespace, 'a', { replicas: 0 }), deployment(namespace, 'b', { replicas: 0 })];
    await engine.sync({ web: [a, b] });
    const old = { ...a, apiVersion: 'apps/v1beta1' };
    const changed = deployment(namespace, 'b', { replicas: 0, image: 'example/web:2' });
    const { actions, result } = await engine.sync({ web: [old, changed, configMap(namespace, 'c')] });
    expect(actions).toEqual([`create ConfigMap ${namespace}/c`, `change ${keyText(b)}`]);
    expect(result.errors).toMatchObject([
      { code: 'UNKNOWN_KIND', constructPath: 'web/Deployment/a', hint: expect.stringContaining('apps/v1') },
    ]);
    expect(await engine.read(a)).toBeDefined();
    const alone = await engine.sync({ web: [old, changed] });
    expect(alone.actions).toEqual([`delete ConfigMap ${namespace}/c`]);
    expect(await engine.read(a)).toBeDefined();
  });

  it('of a definition that brings its new version along is changed in the same run', async () => {
    const { engine, namespace } = await start();
    const group = `${cluster().uniqueName('g')}.example.com`;
    const definition = (...versions: string[]) => widgetDefinition(group, ...versions);
    const widget = (version: string, size: number): KubernetesObject => ({
      apiVersion: `${group}/${version}`,
      kind: 'Widget',
      metadata: { namespace, name: 'w' },
      spec: { size },
    });
    await engine.sync({ web: [definition('v1beta1'), widget('v1beta1', 1)] });
    const before = await engine.read(widget('v1beta1', 0));
    const program = { web: [definition('v1', 'v1beta1'), widget('v1', 2)] };
    const { actions, result } = await engine.sync(program);
    expect(actions).toEqual([
      `change CustomResourceDefinition.apiextensions.k8s.io widgets.${group}`,
      `change ${keyText(widget('v1', 0))}`,
    ]);
    expect(result.errors).toEqual([]);
    const after = await engine.read(widget('v1', 0));
    expect([after?.metadata.uid, after?.spec.size]).toEqual([before?.metadata.uid, 2]);
    expect(entries(after)).toEqual([`truekeel ${group}/v1`]);
    expect((await engine.sync(program)).actions).toEqual([]);
  });
});
