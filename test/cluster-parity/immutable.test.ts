/** Fields that cannot be changed: refused by both servers, or by neither, and under the same path. */
import { beforeAll, expect, it } from 'vitest';
import { connect, type KubeClient, KubeError } from '../../lib/kube/index.ts';
import type { JsonObject, KubernetesObject } from '../../lib/objects/index.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';
import { embeddedCluster, unique } from '../e2e/clusters.ts';

const template = (image = 'example/a:1', labels = {}): JsonObject => ({
  metadata: { labels: { app: 'x', ...labels } },
  spec: { containers: [{ name: 'main', image }] },
});
const job = (image: string): JsonObject => ({
  metadata: {},
  spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] },
});
const selected = (labels = {}): JsonObject => ({
  selector: { matchLabels: { app: 'x', ...labels } },
  template: template('example/a:1', labels),
});
const claim = (storageClassName: string, storage: string): JsonObject => ({
  accessModes: ['ReadWriteOnce'],
  storageClassName,
  resources: { requests: { storage } },
});
const volume = (path: string, volumeMode = 'Filesystem'): JsonObject => ({
  capacity: { storage: '1Gi' },
  accessModes: ['ReadWriteOnce'],
  hostPath: { path },
  volumeMode,
});
const RBAC = 'rbac.authorization.k8s.io';
const roleRef = (kind: string, name: string) => ({ roleRef: { apiGroup: RBAC, kind, name } });

/** What it is, its kind, what it has at first, and what somebody wants it to have. */
const CHANGES: readonly (readonly [string, string, JsonObject, JsonObject])[] = [
  ['role of a binding', `${RBAC}/v1 RoleBinding`, roleRef('Role', 'a'), roleRef('Role', 'b')],
  ['cluster role', `${RBAC}/v1 ClusterRoleBinding`, roleRef('ClusterRole', 'a'), roleRef('ClusterRole', 'b')],
  ['template of a Job', 'batch/v1 Job', { spec: { template: job('a') } }, { spec: { template: job('b') } }],
  [
    'completions of a Job',
    'batch/v1 Job',
    { spec: { completions: 2, template: job('a') } },
    { spec: { completions: 3, template: job('a') } },
  ],
  [
    'service of a StatefulSet',
    'apps/v1 StatefulSet',
    { spec: { ...selected(), serviceName: 'a' } },
    { spec: { ...selected(), serviceName: 'b' } },
  ],
  ['selector', 'apps/v1 Deployment', { spec: selected() }, { spec: selected({ more: 'labels' }) }],
  ['selector', 'apps/v1 DaemonSet', { spec: selected() }, { spec: selected({ more: 'labels' }) }],
  [
    'address of a Service',
    'v1 Service',
    { spec: { clusterIP: 'None', ports: [{ port: 80 }] } },
    { spec: { clusterIP: 'None', ports: [{ port: 81 }] } },
  ],
  ['class of a claim', 'v1 PersistentVolumeClaim', { spec: claim('a', '1Gi') }, { spec: claim('b', '1Gi') }],
  ['place of a volume', 'v1 PersistentVolume', { spec: volume('/a') }, { spec: volume('/b') }],
  ['mode of a volume', 'v1 PersistentVolume', { spec: volume('/a') }, { spec: volume('/a', 'Block') }],
  ['type of a Secret', 'v1 Secret', { type: 'example.com/a' }, { type: 'example.com/b' }],
  [
    'immutable Secret',
    'v1 Secret',
    { immutable: true, data: { a: 'YQ==' } },
    { immutable: true, data: { a: 'Yg==' } },
  ],
  [
    'immutable ConfigMap',
    'v1 ConfigMap',
    { immutable: true, data: { a: '1' } },
    { immutable: true, data: { a: '2' } },
  ],
  [
    'no longer immutable',
    'v1 ConfigMap',
    { immutable: true, data: { a: '1' } },
    { immutable: false, data: { a: '1' } },
  ],
  [
    'parameters of a storage class',
    'storage.k8s.io/v1 StorageClass',
    { provisioner: 'example.com/a', parameters: { a: '1' } },
    { provisioner: 'example.com/a', parameters: { a: '2' } },
  ],
  [
    'policy and provisioner of a storage class',
    'storage.k8s.io/v1 StorageClass',
    { provisioner: 'example.com/a', reclaimPolicy: 'Retain' },
    { provisioner: 'example.com/b', reclaimPolicy: 'Delete', volumeBindingMode: 'WaitForFirstConsumer' },
  ],
  ['value of a priority', 'scheduling.k8s.io/v1 PriorityClass', { value: 5 }, { value: 6 }],
  ['handler of a runtime', 'node.k8s.io/v1 RuntimeClass', { handler: 'a' }, { handler: 'b' }],
  [
    'controller of an ingress class',
    'networking.k8s.io/v1 IngressClass',
    { spec: { controller: 'example.com/a' } },
    { spec: { controller: 'example.com/b' } },
  ],
  [
    'what a driver of volumes does',
    'storage.k8s.io/v1 CSIDriver',
    { spec: { attachRequired: true, podInfoOnMount: false } },
    { spec: { attachRequired: false, podInfoOnMount: true, volumeLifecycleModes: ['Ephemeral'] } },
  ],
  [
    'addresses of a slice',
    'discovery.k8s.io/v1 EndpointSlice',
    { addressType: 'IPv4', endpoints: [] },
    { addressType: 'IPv6', endpoints: [] },
  ],
  [
    'command of a Pod',
    'v1 Pod',
    { spec: { containers: [{ name: 'main', image: 'a', command: ['a'] }] } },
    { spec: { containers: [{ name: 'main', image: 'a', command: ['b'] }] } },
  ],
  [
    'image of a Pod',
    'v1 Pod',
    { spec: { containers: [{ name: 'main', image: 'a' }] } },
    { spec: { containers: [{ name: 'main', image: 'b' }] } },
  ],
  [
    'selector of a budget',
    'policy/v1 PodDisruptionBudget',
    { spec: { minAvailable: 1, selector: { matchLabels: { app: 'x' } } } },
    { spec: { minAvailable: 1, selector: { matchLabels: { app: 'y' } } } },
  ],
];

describeOnControlPlane(
  'a change of a field, on the embedded cluster and a real one',
  (controlPlane) => {
    const embedded = embeddedCluster();
    let clients: readonly KubeClient[];
    let namespace: string;
    beforeAll(async () => {
      const real = await connect({ kubeconfig: controlPlane().kubeconfig });
      clients = [real, embedded().client];
      namespace = unique('immutable');
      const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
      for (const client of clients) await client.create(object);
      return () => real.close();
    });

    it.each(CHANGES)('is refused by both or by neither: %s (%s)', async (_what, type, first, then) => {
      const [apiVersion = '', kind = ''] = type.split(' ');
      const name = unique('x');
      const answers = await Promise.all(
        clients.map(async (client) => {
          const { namespaced } = await client.resource({
            group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
            version: apiVersion.slice(apiVersion.indexOf('/') + 1),
            kind,
          });
          const metadata = { name, ...(namespaced && { namespace }) };
          const apply = (fields: JsonObject) =>
            client.apply({ apiVersion, kind, metadata, ...fields } as KubernetesObject, { force: true });
          await apply(first);
          try {
            await apply(then);
            return 'taken';
          } catch (error) {
            if (!(error instanceof KubeError)) throw error;
            return { code: error.code, paths: error.causes.map(({ path }) => path).sort() };
          }
        }),
      );
      expect(answers[1]).toEqual(answers[0]);
    });
  },
  { nodes: 'none' },
);
