import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnControlPlane } from '../../test/controlplane/suite.ts';
import type { KubeClient } from '../kube/index.ts';
import { connect } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { keyOf } from '../objects/index.ts';
import {
  changeOf,
  configMap,
  deployment,
  Engine,
  indexOfEvent,
  keyText,
  namespaceObject,
  wrapped,
} from './testing/engine.ts';

describeOnControlPlane('objects that leave the program', (controlPlane) => {
  let client: KubeClient;
  beforeAll(async () => {
    client = await connect({ kubeconfig: controlPlane().kubeconfig });
  });
  afterAll(() => client.close());

  const scenario = async () => ({
    environment: controlPlane().uniqueName('env'),
    namespace: await controlPlane().createNamespace('leaving'),
  });
  const approvals = [
    { code: 'PROTECTED_OBJECT' },
    { code: 'MISSING_APPLICATION' },
    { code: 'EMPTY_RENDER' },
  ] as const;

  /** A client that tells of each delete just before it is sent. */
  const watching = (onDelete: (name: string) => Promise<void>) =>
    wrapped(client, {
      delete: async (resource, key, options) => {
        await onDelete(`${resource.kind} ${key.name}`);
        return client.delete(resource, key, options);
      },
    });

  it('keep what pods use until the last pod is gone', async () => {
    const { environment, namespace } = await scenario();
    const kept = configMap(namespace, 'kept');
    const settings = configMap(namespace, 'settings');
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: 'account' } };
    const web = deployment(namespace, 'web', { replicas: 2 });
    await new Engine(client, environment).sync({ web: [kept, settings, account, web] });

    const pods = await client.resource({ group: '', version: 'v1', kind: 'Pod' });
    const seen: Record<string, number> = {};
    const engine = new Engine(
      watching(async (name) => {
        seen[name] = (await client.list(pods, { namespace, labelSelector: 'app=web' })).items.length;
      }),
      environment,
    );
    // Not waiting for the end changes nothing about the order.
    const { result } = await engine.sync({ web: [kept] }, { wait: false });
    expect(result.errors).toEqual([]);
    expect(seen).toEqual({ 'Deployment web': 2, 'ServiceAccount account': 0, 'ConfigMap settings': 0 });
  });

  it('go in the reverse of the order that they asked for themselves', async () => {
    const { environment, namespace } = await scenario();
    const engine = new Engine(client, environment);
    const after = (object: KubernetesObject, other: KubernetesObject): KubernetesObject => ({
      ...object,
      metadata: { ...object.metadata, annotations: { 'truekeel.dev/after': keyText(other) } },
    });
    const kept = configMap(namespace, 'kept');
    const names = ['a', 'b', 'c'];
    const [a, b, c] = names.map((name) => configMap(namespace, name)) as [
      KubernetesObject,
      KubernetesObject,
      KubernetesObject,
    ];
    const program = { web: [kept, a, after(b, c), after(c, a)] };
    await engine.sync(program);
    const { events, plan } = await engine.sync({ web: [kept] });
    expect(plan.formerEdges).toHaveLength(2);
    const deleted = names.sort(
      (x, y) =>
        indexOfEvent(events, 'writing', keyOf(configMap(namespace, x))) -
        indexOfEvent(events, 'writing', keyOf(configMap(namespace, y))),
    );
    expect(deleted).toEqual(['b', 'c', 'a']);
  });

  it('go in the reverse of the order of an earlier release, when somebody has it', async () => {
    const { environment, namespace } = await scenario();
    const engine = new Engine(client, environment);
    const [a, b, kept] = ['a', 'b', 'kept'].map((name) => configMap(namespace, name)) as [
      KubernetesObject,
      KubernetesObject,
      KubernetesObject,
    ];
    await engine.sync({ web: [a, b, kept] });
    const asked: string[] = [];
    const edges = [{ from: keyOf(b), to: keyOf(a), until: 'ready' as const }];
    const formerEdges = async () => {
      asked.push('asked');
      return edges;
    };
    expect((await engine.sync({ web: [a, b, kept] }, { formerEdges })).actions).toEqual([]);
    expect(asked).toEqual([]);
    const { events } = await engine.sync({ web: [kept] }, { formerEdges });
    expect(asked).toEqual(['asked']);
    expect(indexOfEvent(events, 'written', keyOf(b))).toBeLessThan(indexOfEvent(events, 'writing', keyOf(a)));
  });

  it('go before their namespace, also when that belongs to another application', async () => {
    const environment = controlPlane().uniqueName('env');
    const engine = new Engine(client, environment);
    const name = controlPlane().uniqueName('leaving');
    const [space, inside] = [namespaceObject(name), configMap(name, 'inside')];
    const kept = configMap('default', controlPlane().uniqueName('kept'));
    await engine.sync({ spaces: [space, kept], web: [inside] });
    const { events, result } = await engine.sync({ spaces: [kept] }, { approvals });
    expect(result.errors).toEqual([]);
    expect(indexOfEvent(events, 'written', keyOf(inside))).toBeLessThan(
      indexOfEvent(events, 'writing', keyOf(space)),
    );
  });

  it('do not hold up what is written and names them', async () => {
    const { environment, namespace } = await scenario();
    const engine = new Engine(client, environment);
    const [old, kept] = [configMap(namespace, 'old'), configMap(namespace, 'kept')];
    await engine.sync({ web: [old, kept] });
    const edges = [{ from: keyOf(kept), to: keyOf(old), until: 'ready' as const }];
    const { plan, result } = await engine.sync({
      web: { objects: [configMap(namespace, 'kept', { key: 'new' })], edges },
    });
    expect(result.errors).toEqual([]);
    expect(changeOf(plan, old).action).toBe('delete');
    expect(await engine.read(old)).toBeUndefined();
  });
});
