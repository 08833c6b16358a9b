import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CONFIG_MAP, NAMESPACE, SERVICE_ACCOUNT } from './kinds.ts';
import { startTestCluster, type TestCluster } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startTestCluster();
  await cluster.create({ ...NAMESPACE, metadata: { name: 'shop' } });
});
afterEach(() => cluster.stop());

describe('a Namespace', () => {
  test('gets the default service account and the certificate of the cluster', () => {
    expect(cluster.client.get(SERVICE_ACCOUNT, 'shop', 'default')).toBeDefined();
    expect(cluster.get(CONFIG_MAP, 'kube-root-ca.crt', 'shop').data).toEqual({ 'ca.crt': 'certificate' });
  });

  test('gets them back when somebody deletes or changes them', async () => {
    cluster.client.delete(SERVICE_ACCOUNT, 'shop', 'default');
    cluster.client.patch(CONFIG_MAP, 'shop', 'kube-root-ca.crt', { data: { 'ca.crt': 'false' } });
    await cluster.settle();
    expect(cluster.client.get(SERVICE_ACCOUNT, 'shop', 'default')).toBeDefined();
    expect(cluster.get(CONFIG_MAP, 'kube-root-ca.crt', 'shop').data).toEqual({ 'ca.crt': 'certificate' });
  });
});
