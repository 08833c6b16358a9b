import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnControlPlane } from '../../test/controlplane/suite.ts';
import type { KubeClient } from '../kube/index.ts';
import { connect } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { formatKey, keyOf, Label } from '../objects/index.ts';
import {
  changeOf,
  configMap,
  deployment,
  Engine,
  edge,
  indexOfEvent,
  keyText,
  namespaceObject,
  patchAs,
} from './testing/engine.ts';

describeOnControlPlane('waiting', (controlPlane) => {
  let client: KubeClient;
  beforeAll(async () => {
    client = await connect({ kubeconfig: controlPlane().kubeconfig });
  });
  afterAll(() => client.close());

  const start = async () => ({
    engine: new Engine(client, controlPlane().uniqueName('env')),
    namespace: await controlPlane().createNamespace('waits'),
  });

  const unschedulable = (namespace: string, name: string): KubernetesObject => {
    const object = deployment(namespace, name);
    const spec = { ...object.spec.template.spec, nodeSelector: { 'example.com/none': 'such' } };
    return { ...object, spec: { ...object.spec, template: { ...object.spec.template, spec } } };
  };

  it('ends when a workload is ready, and says what it waited for', async () => {
    const { engine, namespace } = await start();
    const web = deployment(namespace, 'web', { replicas: 2 });
    const { events, result } = await engine.sync({ web: [web] });
    expect(result.errors).toEqual([]);
    const types = events.filter((event) => 'key' in event).map(({ type }) => type);
    expect(types.slice(0, 3)).toEqual(['writing', 'written', 'waiting']);
    expect(types.at(-1)).toBe('ready');
    expect(await engine.read(web)).toMatchObject({ status: { readyReplicas: 2 } });
  });

  it('does not wait for a claim that nothing uses yet: its class may bind it at the first consumer', async () => {
    const { engine, namespace } = await start();
    const claim: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { namespace, name: 'reports' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        // No such class: nothing will ever bind it.
        storageClassName: 'none-of-these',
        resources: { requests: { storage: '1Gi' } },
      },
    };
    const { result } = await engine.sync({ web: [claim] });
    expect(result.errors).toEqual([]);
    expect(result.actions.create).toBe(1);
  });

  it('asks for nothing again and again while it waits', async () => {
    const { engine, namespace } = await start();
    const { result } = await engine.sync({
      web: Array.from({ length: 5 }, (_, i) => deployment(namespace, `w${i}`)),
    });
    // One inventory, five writes; one list and one watch of Deployments, maybe one of pods.
    expect(result.requests.byVerb.create).toBe(1);
    expect(result.requests.byVerb.patch).toBe(5);
    expect(result.requests.byVerb.get ?? 0).toBe(0);
    expect(result.requests.byVerb.list).toBeLessThanOrEqual(2);
  });

  it('does not wait for readiness when it is told not to, except where an edge says ready', async () => {
    const { engine, namespace } = await start();
    const [first, second, never] = [
      deployment(namespace, 'first'),
      configMap(namespace, 'second'),
      unschedulable(namespace, 'never'),
    ];
    const { events, result } = await engine.sync(
      { web: { objects: [first, second, never], edges: [edge(second, first, 'ready')] } },
      { wait: false },
    );
    expect(result.errors).toEqual([]);
    expect(indexOfEvent(events, 'ready', keyOf(first))).toBeLessThan(
      indexOfEvent(events, 'writing', keyOf(second)),
    );
    expect(indexOfEvent(events, 'ready', keyOf(never))).toBe(-1);
  });

  it('sees what stays as it is, though somebody has taken our label off it', async () => {
    const { engine, namespace } = await start();
    const [first, second] = [deployment(namespace, 'first'), configMap(namespace, 'second')];
    const settings = { [formatKey(keyOf(first))]: { drift: 'ignore' } } as const;
    await engine.sync({ web: { objects: [first], settings } });
    await patchAs(client, 'kubectl-label', first, { metadata: { labels: { [Label.application]: null } } });
    const { result } = await engine.sync(
      { web: { objects: [first, second], settings, edges: [edge(second, first, 'ready')] } },
      { timeoutMs: 20_000 },
    );
    expect(result.errors).toEqual([]);
    expect(result.actions).toMatchObject({ create: 1 });
    expect((await engine.read(first))?.metadata.labels?.[Label.application]).toBeUndefined();
  });

  it('holds back only what needs the slow one', async () => {
    const { engine, namespace } = await start();
    const [slow, needy, free] = [
      unschedulable(namespace, 'slow'),
      configMap(namespace, 'needy'),
      configMap(namespace, 'free'),
    ];
    const { result } = await engine.sync(
      { web: { objects: [slow, needy, free], edges: [edge(needy, slow, 'ready')] } },
      { timeoutMs: 1_000 },
    );
    expect(result.actions.create).toBe(2);
    expect(result.skipped).toEqual([{ key: keyOf(needy), because: `it needs ${keyText(slow)}` }]);
    expect(await engine.read(free)).toBeDefined();
    expect(await engine.read(needy)).toBeUndefined();
  });

  it("gives up after the time given, with the pod's own reason", async () => {
    const { engine, namespace } = await start();
    const never = unschedulable(namespace, 'never');
    const { result, events } = await engine.sync({ web: [never] }, { timeoutMs: 4_000 });
    expect(result.errors).toMatchObject([{ code: 'NOT_READY', family: 'not-ready', key: keyOf(never) }]);
    expect(result.errors[0]?.message).toContain('Unschedulable');
    expect(result.errors[0]?.message).toMatch(
      /Deployment never → ReplicaSet never-\w+ → Pod never-\w+-\w+\n/,
    );
    expect(result.errors[0]?.hint).toMatch(/^No node has the labels/);
    const reasons = events.flatMap((event) => (event.type === 'waiting' ? [event.reason] : []));
    expect(reasons.some((reason) => reason.includes('pod never-'))).toBe(true);
  });

  it('gives an object the time that its settings allow, and not that of the run', async () => {
    const { engine, namespace } = await start();
    const [hasty, stuck] = ['hasty', 'stuck'].map((name) => unschedulable(namespace, name)) as [
      KubernetesObject,
      KubernetesObject,
    ];
    const settings = {
      [keyText(hasty)]: { waitTimeoutMs: 700 },
      [keyText(stuck)]: { noProgressTimeoutMs: 600 },
    };
    const { result } = await engine.sync(
      { web: { objects: [hasty, stuck], settings } },
      { timeoutMs: 60_000 },
    );
    const messageOf = (object: KubernetesObject) =>
      result.errors.find(({ key }) => key?.name === object.metadata.name)?.message;
    expect(messageOf(hasty)).toContain('not ready within 0.7 s');
    expect(messageOf(stuck)).toContain('no progress for 0.6 s');
  });

  it('gives up sooner when nothing moves at all', async () => {
    const { engine, namespace } = await start();
    const { result } = await engine.sync(
      { web: [unschedulable(namespace, 'never')] },
      { timeoutMs: 60_000, noProgressTimeoutMs: 500 },
    );
    expect(result.errors[0]?.message).toContain('no progress for 0.5 s');
  });

  it('fails at once when a Job has failed, and tells how its pod ended', async () => {
    const { engine, namespace } = await start();
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { namespace, name: 'migrate' },
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: 1,
        template: {
          spec: {
            restartPolicy: 'Never',
            nodeSelector: { 'example.com/none': 'such' },
            containers: [{ name: 'main', image: 'x' }],
          },
        },
      },
    };
    const after = configMap(namespace, 'after');
    const { result } = await engine.sync({
      web: { objects: [job, after], edges: [edge(after, job, 'ready')] },
    });
    expect(result.errors).toMatchObject([{ code: 'FAILED', family: 'not-ready', key: keyOf(job) }]);
    expect(result.errors[0]?.message).toContain('DeadlineExceeded');
    expect(await engine.read(after)).toBeUndefined();
  });

  it('waits for a Job to succeed before what needs it', async () => {
    const { engine, namespace } = await start();
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { namespace, name: 'migrate' },
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'x' }] } } },
    };
    const after = configMap(namespace, 'after');
    const { result, events } = await engine.sync({
      web: { objects: [job, after], edges: [edge(after, job, 'ready')] },
    });
    expect(result.errors).toEqual([]);
    expect(indexOfEvent(events, 'ready', keyOf(job))).toBeLessThan(
      indexOfEvent(events, 'writing', keyOf(after)),
    );
  });

  it('does not wait for what says that nobody shall', async () => {
    const { engine, namespace } = await start();
    const never = unschedulable(namespace, 'never');
    const settings = { [keyText(never)]: { wait: 'none' as const } };
    const { result } = await engine.sync({ web: { objects: [never], settings } });
    expect(result.errors).toEqual([]);
  });

  it('waits until what it deletes is gone, and names the finalizer that holds it', async () => {
    const { engine, namespace } = await start();
    const held = configMap(namespace, 'held');
    const finalizers = ['example.com/hold'];
    const withFinalizer = { ...held, metadata: { ...held.metadata, finalizers } };
    await engine.sync({ web: [withFinalizer, configMap(namespace, 'a')] });
    const { result } = await engine.sync({ web: [configMap(namespace, 'a')] }, { timeoutMs: 1_000 });
    expect(result.errors).toMatchObject([{ code: 'NOT_READY', key: keyOf(held) }]);
    expect(result.errors[0]?.message).toContain('example.com/hold');
    await patchAs(client, 'kubectl', held, { metadata: { finalizers: null } });
    expect(await engine.read(held)).toBeUndefined();
    expect((await engine.sync({ web: [configMap(namespace, 'a')] })).actions).toEqual([]);
  });

  it('waits for a namespace that somebody deletes, says what keeps it, and makes it anew with its content', async () => {
    const engine = new Engine(client, controlPlane().uniqueName('env'));
    const home = await controlPlane().createNamespace('inventory');
    const namespace = namespaceObject(controlPlane().uniqueName('leaving'));
    const { name } = namespace.metadata;
    const held = { ...configMap(name, 'held') };
    held.metadata = { ...held.metadata, finalizers: ['example.com/hold'] };
    const program = { web: [namespace, held, configMap(name, 'a')] };
    await engine.sync(program, { namespace: home });
    await client.delete(
      await client.resource({ group: '', version: 'v1', kind: 'Namespace' }),
      keyOf(namespace),
    );
    const { plan, result, events } = await engine.sync(program, { namespace: home, timeoutMs: 1_000 });
    // Nothing is deleted that is not being deleted already.
    expect(plan.refusals).toEqual([]);
    expect(changeOf(plan, held)).toMatchObject({ action: 'replace', effects: [] });
    expect(result.errors.map(({ key }) => key)).toContainEqual(keyOf(namespace));
    const failed = events.filter((event) => event.type === 'failed').map(({ error }) => error);
    expect(failed).toEqual(result.errors);
    await patchAs(client, 'kubectl', held, { metadata: { finalizers: null } });
    const again = await engine.sync(program, { namespace: home });
    expect(again.result.errors).toEqual([]);
    for (const object of program.web) expect(await engine.read(object)).toBeDefined();
    expect((await engine.sync(program, { namespace: home })).actions).toEqual([]);
  });
});
