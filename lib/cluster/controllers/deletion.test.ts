import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readinessOf } from '../../health/index.ts';
import {
  CONFIG_MAP,
  CONTROLLER_REVISION,
  DAEMON_SET,
  DEPLOYMENT,
  ENDPOINT_SLICE,
  ENDPOINTS,
  JOB,
  NAMESPACE,
  PERSISTENT_VOLUME_CLAIM,
  REPLICA_SET,
  SERVICE,
  STATEFUL_SET,
} from './kinds.ts';
import { claim, daemonSet, deployment, job, service, statefulSet } from './manifests.ts';
import { startTestCluster, type TestCluster } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startTestCluster();
});
afterEach(() => cluster.stop());

const listed = (kind: { apiVersion: string; kind: string }, namespace = 'default') =>
  cluster.client.list(kind, { namespace });

describe('deleting', () => {
  test('a Deployment takes its ReplicaSets and pods with it', async () => {
    await cluster.create(deployment({ replicas: 3 }));
    cluster.client.delete(DEPLOYMENT, 'default', 'web', { propagationPolicy: 'Background' });
    await cluster.settle();
    expect([listed(DEPLOYMENT), listed(REPLICA_SET), cluster.pods()]).toEqual([[], [], []]);
  });

  test('a Deployment in the foreground ends with the Deployment', async () => {
    await cluster.create(deployment({ replicas: 2 }));
    cluster.client.delete(DEPLOYMENT, 'default', 'web', { propagationPolicy: 'Foreground' });
    expect(cluster.get(DEPLOYMENT, 'web').metadata.deletionTimestamp).toBeDefined();
    await cluster.settle();
    expect([listed(DEPLOYMENT), listed(REPLICA_SET), cluster.pods()]).toEqual([[], [], []]);
  });

  test('a StatefulSet leaves its claims', async () => {
    const template = { metadata: { name: 'data' }, spec: claim().spec };
    await cluster.create(statefulSet({ replicas: 2, spec: { volumeClaimTemplates: [template] } }));
    cluster.client.delete(STATEFUL_SET, 'default', 'web', { propagationPolicy: 'Background' });
    await cluster.settle();
    expect(cluster.pods()).toEqual([]);
    expect(listed(CONTROLLER_REVISION)).toEqual([]);
    expect(listed(PERSISTENT_VOLUME_CLAIM)).toHaveLength(2);
  });

  test('a Job takes its pods with it', async () => {
    await cluster.create(job({ spec: { completions: 2 } }));
    cluster.client.delete(JOB, 'default', 'migrate', { propagationPolicy: 'Background' });
    await cluster.settle();
    expect(cluster.pods()).toEqual([]);
  });

  test('a Service takes its endpoints of both kinds with it', async () => {
    await cluster.create(service(), deployment({ replicas: 1 }));
    cluster.client.delete(SERVICE, 'default', 'web', { propagationPolicy: 'Background' });
    await cluster.settle();
    expect(cluster.client.get(ENDPOINTS, 'default', 'web')).toBeUndefined();
    expect(listed(ENDPOINT_SLICE).map(({ metadata }) => metadata.name)).not.toContainEqual(
      expect.stringMatching(/^web-/),
    );
  });

  test('a namespace empties it, and nothing is made anew in it meanwhile', async () => {
    const within = { namespace: 'shop' };
    await cluster.create({ ...NAMESPACE, metadata: { name: 'shop' } });
    for (const object of [deployment({ replicas: 3 }), service(), claim(), job()]) {
      await cluster.create({ ...object, metadata: { ...object.metadata, ...within } });
    }
    expect(listed(DEPLOYMENT, 'shop')[0]?.status.readyReplicas).toBe(3);
    cluster.client.delete(NAMESPACE, '', 'shop');
    await cluster.settle();
    expect(cluster.client.get(NAMESPACE, '', 'shop')).toBeUndefined();
    expect([listed(DEPLOYMENT, 'shop'), listed(CONFIG_MAP, 'shop')]).toEqual([[], []]);
  });
});

describe('an object that is deleted and created anew at once', () => {
  test.each([
    ['Deployment', DEPLOYMENT, deployment({ replicas: 2 })],
    ['StatefulSet', STATEFUL_SET, statefulSet({ replicas: 2 })],
    ['DaemonSet', DAEMON_SET, daemonSet()],
    ['Job', JOB, { ...job(), metadata: { name: 'web', namespace: 'default' } }],
    ['Service', SERVICE, service()],
    [
      'PersistentVolumeClaim',
      PERSISTENT_VOLUME_CLAIM,
      { ...claim(), metadata: { name: 'web', namespace: 'default' } },
    ],
  ])('%s: becomes ready, with nothing left of the old one', async (_kind, kind, object) => {
    await cluster.create(object);
    const before = cluster.get(kind, 'web').metadata.uid;
    cluster.client.delete(kind, 'default', 'web', { propagationPolicy: 'Background' });
    while (cluster.client.get(kind, 'default', 'web')) await cluster.settle();
    await cluster.create(object);
    const after = cluster.get(kind, 'web');
    expect(after.metadata.uid).not.toBe(before);
    expect(readinessOf(after).status).toBe('Current');
    const owners = cluster.pods().flatMap(({ metadata }) => metadata.ownerReferences ?? []);
    expect(owners.map(({ uid }) => uid)).not.toContain(before);
  });
});

describe('what was orphaned', () => {
  test.each([
    ['Deployment', DEPLOYMENT, deployment({ replicas: 2 })],
    ['StatefulSet', STATEFUL_SET, statefulSet({ replicas: 2 })],
  ])('by a %s is adopted by the next one, without a restart', async (_kind, kind, object) => {
    await cluster.create(object);
    const pods = cluster.pods().map(({ metadata }) => metadata.uid);
    cluster.client.delete(kind, 'default', 'web', { propagationPolicy: 'Orphan' });
    await cluster.settle();
    expect(cluster.pods()).toHaveLength(2);
    await cluster.create(object);
    expect(readinessOf(cluster.get(kind, 'web')).status).toBe('Current');
    expect(cluster.pods().map(({ metadata }) => metadata.uid)).toEqual(pods);
  });
});
