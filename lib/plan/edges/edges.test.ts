import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../objects/index.ts';
import { formatKey, keyOf } from '../../objects/index.ts';
import { findEdges } from './index.ts';

const meta = { name: 'me', namespace: 'x' };
const found = (...objects: KubernetesObject[]) =>
  findEdges(
    objects.map((object) => ({ key: keyOf(object), object })),
    () => true,
  )
    .filter(({ to }) => to.kind !== 'Namespace')
    .map(({ to, until }) => `${formatKey(to)} ${until}`);

const podSpec = {
  serviceAccountName: 'account',
  priorityClassName: 'high',
  imagePullSecrets: [{ name: 'pull' }],
  initContainers: [{ name: 'init', envFrom: [{ secretRef: { name: 'init-secret' } }] }],
  containers: [
    {
      name: 'main',
      envFrom: [{ configMapRef: { name: 'env-map' } }],
      env: [
        { name: 'A', valueFrom: { configMapKeyRef: { name: 'key-map', key: 'a' } } },
        { name: 'B', valueFrom: { secretKeyRef: { name: 'key-secret', key: 'b' } } },
        { name: 'C', value: 'plain' },
      ],
    },
  ],
  volumes: [
    { name: 'a', configMap: { name: 'volume-map' } },
    { name: 'b', secret: { secretName: 'volume-secret' } },
    { name: 'c', persistentVolumeClaim: { claimName: 'claim' } },
    {
      name: 'd',
      projected: {
        sources: [{ configMap: { name: 'projected-map' } }, { secret: { name: 'projected-secret' } }],
      },
    },
    { name: 'e', emptyDir: {} },
  ],
};
const POD_NEEDS = [
  'ServiceAccount x/account present',
  ...['volume-map', 'projected-map', 'env-map', 'key-map'].map((name) => `ConfigMap x/${name} present`),
  ...['volume-secret', 'projected-secret', 'init-secret', 'key-secret', 'pull'].map(
    (name) => `Secret x/${name} present`,
  ),
  'PersistentVolumeClaim x/claim present',
  'PriorityClass.scheduling.k8s.io high present',
];

describe('edges found in objects', () => {
  it('lead from what is in a namespace to the namespace', () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta };
    const [edge, ...others] = findEdges([{ key: keyOf(object), object }], () => true);
    expect(edge && [formatKey(edge.to), edge.until]).toEqual(['Namespace x', 'present']);
    expect(others).toEqual([]);
  });

  it.each([
    ['Pod', { apiVersion: 'v1', kind: 'Pod', metadata: meta, spec: podSpec }],
    [
      'Deployment',
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta, spec: { template: { spec: podSpec } } },
    ],
    [
      'CronJob',
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: meta,
        spec: { jobTemplate: { spec: { template: { spec: podSpec } } } },
      },
    ],
  ])('lead from the pods of a %s to all that they use', (_kind, object) => {
    expect(found(object)).toEqual(POD_NEEDS);
  });

  it('lead from a custom resource to its definition, which has to be ready', () => {
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.example.com' },
      spec: { group: 'example.com', names: { kind: 'Widget' } },
    };
    const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: meta };
    expect(found(widget, definition)).toEqual([
      'CustomResourceDefinition.apiextensions.k8s.io widgets.example.com ready',
    ]);
  });

  it('lead from a binding to its role and its accounts', () => {
    const rbac = 'rbac.authorization.k8s.io';
    const binding = (kind: string, role: string) => ({
      apiVersion: `${rbac}/v1`,
      kind,
      metadata: meta,
      roleRef: { apiGroup: rbac, kind: role, name: 'role' },
      subjects: [
        { kind: 'ServiceAccount', name: 'a' },
        { kind: 'ServiceAccount', name: 'b', namespace: 'y' },
        { kind: 'User', name: 'u' },
      ],
    });
    const accounts = ['ServiceAccount x/a present', 'ServiceAccount y/b present'];
    expect(found(binding('RoleBinding', 'Role'))).toEqual([`Role.${rbac} x/role present`, ...accounts]);
    expect(found(binding('RoleBinding', 'ClusterRole'))).toEqual([
      `ClusterRole.${rbac} role present`,
      ...accounts,
    ]);
  });

  it.each([
    [
      'Ingress',
      {
        apiVersion: 'networking.k8s.io/v1',
        spec: {
          defaultBackend: { service: { name: 'a' } },
          rules: [{ http: { paths: [{ backend: { service: { name: 'b' } } }] } }],
        },
      },
      ['x/a', 'x/b'],
    ],
    [
      'HTTPRoute',
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        spec: {
          rules: [
            { backendRefs: [{ name: 'a' }, { name: 'b', namespace: 'y' }, { kind: 'Other', name: 'c' }] },
          ],
        },
      },
      ['x/a', 'y/b'],
    ],
    [
      'ValidatingWebhookConfiguration',
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        webhooks: [
          { clientConfig: { service: { name: 'a', namespace: 'y' } } },
          { clientConfig: { url: 'https://a' } },
        ],
      },
      ['y/a'],
    ],
    [
      'APIService',
      { apiVersion: 'apiregistration.k8s.io/v1', spec: { service: { name: 'a', namespace: 'y' } } },
      ['y/a'],
    ],
    ['StatefulSet', { apiVersion: 'apps/v1', spec: { serviceName: 'a' } }, ['x/a']],
  ])('lead from a %s to its Services', (kind, body, services) => {
    expect(found({ kind, metadata: meta, ...body })).toEqual(
      services.map((name) => `Service ${name} present`),
    );
  });

  it('lead from an autoscaler to what it scales, and from an object to its owner', () => {
    const autoscaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: {
        ...meta,
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'owner', uid: 'u' }],
      },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
    };
    expect(found(autoscaler)).toEqual([
      'Deployment.apps x/web present',
      'StatefulSet.apps x/owner present',
      'StatefulSet.apps owner present',
    ]);
  });

  it('lead from a claim to its storage class', () => {
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: meta,
      spec: { storageClassName: 'fast' },
    };
    expect(found(claim)).toEqual(['StorageClass.storage.k8s.io fast present']);
  });

  it('are not there for what is not part of the plan, nor for content of an odd form', () => {
    const odd = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: meta,
      spec: { containers: 'none', volumes: [null, 'x', { configMap: 3 }] },
    };
    expect(found(odd)).toEqual([]);
    const object = { apiVersion: 'v1', kind: 'Pod', metadata: meta, spec: podSpec };
    expect(findEdges([{ key: keyOf(object), object }], () => false)).toEqual([]);
  });
});
