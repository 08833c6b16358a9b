import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readinessOf } from '../../health/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import { DEPLOYMENT, ENDPOINT_SLICE, ENDPOINTS, INGRESS, SERVICE } from './kinds.ts';
import { deployment, service } from './manifests.ts';
import { startTestCluster, type TestCluster } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startTestCluster();
});
afterEach(() => cluster.stop());

const slices = () =>
  cluster.client.list(ENDPOINT_SLICE, {
    namespace: 'default',
    labelSelector: 'kubernetes.io/service-name=web',
  });
const ready = () =>
  (slices()[0]?.endpoints ?? []).map(
    (endpoint: { conditions: { ready: boolean } }) => endpoint.conditions.ready,
  );
const podIPs = () =>
  cluster
    .pods()
    .map(({ status }) => status.podIP)
    .toSorted();

describe('a Service', () => {
  test('has the pods that its selector takes as endpoints, in both kinds', async () => {
    await cluster.create(service(), deployment({ replicas: 2 }), deployment({ name: 'other', replicas: 1 }));
    expect(slices()).toHaveLength(1);
    expect(slices()[0]).toMatchObject({
      addressType: 'IPv4',
      ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    });
    expect(ready()).toEqual([true, true]);
    const [subset] = cluster.get(ENDPOINTS, 'web').subsets;
    expect(subset.addresses).toHaveLength(2);
    expect(subset.ports).toEqual([expect.objectContaining({ port: 8080, protocol: 'TCP' })]);
  });

  test('sees pods become ready, and come and go', async () => {
    const slow = { 'cluster.truekeel.dev/ready-after': '1s' };
    await cluster.create(service(), deployment({ replicas: 1, templateAnnotations: slow }));
    expect(ready()).toEqual([false]);
    await cluster.advance(1_000);
    expect(ready()).toEqual([true]);
    cluster.client.patch(DEPLOYMENT, 'default', 'web', { spec: { replicas: 0 } });
    await cluster.settle();
    expect(ready()).toEqual([]);
    expect(cluster.get(ENDPOINTS, 'web').subsets ?? []).toEqual([]);
  });

  test('finds a port by the name that the container gives it', async () => {
    const containers = [{ name: 'main', image: 'i', ports: [{ name: 'http', containerPort: 3000 }] }];
    await cluster.create(
      service({ ports: [{ port: 80, targetPort: 'http' }] }),
      deployment({ replicas: 1, podSpec: { containers } }),
    );
    expect(slices()[0]?.ports).toMatchObject([{ port: 3000 }]);
  });

  test('without a selector is left to whoever writes its endpoints', async () => {
    await cluster.create({ ...service(), spec: { ports: [{ port: 80 }] } });
    expect(slices()).toEqual([]);
  });

  test('takes its Endpoints with it', async () => {
    await cluster.create(service(), deployment({ replicas: 1 }));
    expect(podIPs()).toHaveLength(1);
    cluster.client.delete(SERVICE, 'default', 'web');
    await cluster.settle();
    expect(cluster.client.get(ENDPOINTS, 'default', 'web')).toBeUndefined();
  });

  test('of type LoadBalancer gets an address', async () => {
    await cluster.create(service({ type: 'LoadBalancer' }));
    const balanced = cluster.get(SERVICE, 'web');
    expect(balanced.status.loadBalancer.ingress).toEqual([
      { ip: expect.stringMatching(/^192\.0\.2\.\d+$/), ipMode: 'VIP' },
    ]);
    expect(readinessOf(balanced).status).toBe('Current');
  });
});

describe('an Ingress', () => {
  test('gets an address', async () => {
    const ingress: KubernetesObject = {
      ...INGRESS,
      metadata: { name: 'web', namespace: 'default' },
      spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    };
    await cluster.create(ingress);
    expect(cluster.get(INGRESS, 'web').status.loadBalancer.ingress).toHaveLength(1);
    expect(readinessOf(cluster.get(INGRESS, 'web')).status).toBe('Current');
  });
});
