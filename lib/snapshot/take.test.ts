import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../cluster/index.ts';
import { connectWith, type KubeClient } from '../kube/index.ts';
import type { DesiredApplication, KubernetesObject } from '../objects/index.ts';
import { snapshotClient, takeSnapshot } from './index.ts';

let cluster: Cluster;
let admin: KubeClient;
let reader: KubeClient;
beforeAll(async () => {
  cluster = await startCluster({
    tls: false,
    controllers: false,
    users: [{ name: 'reader', token: 'reader' }],
  });
  admin = connectWith({ server: cluster.server, token: cluster.token });
  reader = connectWith({ server: cluster.server, token: 'reader' });
  const rule = { apiGroups: ['', 'apps'], resources: ['configmaps', 'deployments'], verbs: ['get', 'list'] };
  const objects: readonly KubernetesObject[] = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'reads-some' },
      rules: [rule],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'reads-some' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reads-some' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'reader' }],
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop', name: 'there' } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'shop', name: 'hidden' } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        namespace: 'shop',
        name: 'made-by-a-controller',
        ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'x', controller: true }],
      },
    },
  ];
  for (const object of objects) await admin.create(object);
});
afterAll(async () => {
  await Promise.all([admin.close(), reader.close()]);
  await cluster.stop();
});

const none: readonly DesiredApplication[] = [];
const take = (client: KubeClient) =>
  takeSnapshot(client, { environment: 'e', applications: none, namespaces: ['shop'], now: 0 });

it('names what may not be listed, and a plan is not told that it is missing', async () => {
  const snapshot = await take(reader);
  expect(snapshot.unread).toContainEqual({ kind: 'Secret', namespace: 'shop', because: 'forbidden' });
  expect(snapshot.unread).toContainEqual({ kind: 'Namespace', because: 'forbidden' });
  expect(snapshot.unread).not.toContainEqual(expect.objectContaining({ kind: 'ConfigMap' }));
  expect(snapshot.cluster).not.toHaveProperty('uid');
  const client = snapshotClient(snapshot);
  const secrets = await client.resource({ group: '', version: 'v1', kind: 'Secret' });
  const configMaps = await client.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
  const refused = { code: 'FORBIDDEN', hint: 'Let whoever takes the snapshot list it.' };
  await expect(client.get(secrets, { namespace: 'shop', name: 'hidden' })).rejects.toMatchObject(refused);
  await expect(client.listMetadata(secrets, { namespace: 'shop' })).rejects.toMatchObject(refused);
  expect(await client.get(configMaps, { namespace: 'shop', name: 'there' })).toBeDefined();
  expect(await client.get(configMaps, { namespace: 'shop', name: 'other' })).toBeUndefined();
  // A namespace that could not be read is there for what is tried in it.
  const tried = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop', name: 'new' } };
  expect(await client.apply(tried, { dryRun: true })).toMatchObject({ metadata: { name: 'new' } });
});

it('has whole namespaces but for what is made for others, and knows the cluster by its own namespace', async () => {
  const snapshot = await take(admin);
  const names = snapshot.objects
    .filter(({ metadata }) => metadata.namespace === 'shop')
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(names).toEqual(['ConfigMap there', 'Secret hidden']);
  expect(snapshot.unread.every(({ because }) => because === 'skipped')).toBe(true);
  const own = await admin.get(await admin.resource({ group: '', version: 'v1', kind: 'Namespace' }), {
    namespace: '',
    name: 'kube-system',
  });
  expect(snapshot.cluster).toMatchObject({ server: cluster.server, uid: own?.metadata.uid });
  const client = snapshotClient(snapshot);
  const pods = await client.resource({ group: '', version: 'v1', kind: 'Pod' });
  await expect(client.get(pods, { namespace: 'shop', name: 'x' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringContaining('does not show what there is of Pod in namespace shop'),
  });
  const configMaps = await client.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
  // Elsewhere nobody looked; in a namespace that is not there, there is nothing.
  await expect(client.listMetadata(configMaps, { namespace: 'default' })).rejects.toMatchObject({
    hint: 'Take the snapshot with --namespace default, or plan against the cluster.',
  });
  expect((await client.listMetadata(configMaps, { namespace: 'nowhere' })).items).toEqual([]);
});
