import { describe, expect, it } from 'vitest';
import { deletionRank } from '../../apply/deletion-order.ts';
import type { KubernetesObject, ObjectKey } from '../../objects/index.ts';
import { formatKey, keyOf } from '../../objects/index.ts';
import { KeyIndex } from '../key-index.ts';
import { formatGroupKind } from '../live.ts';
import { findEdges } from './index.ts';

/** Knows whatever it is asked for. */
class Everything extends KeyIndex {
  override find(key: ObjectKey): number {
    return this.add(key);
  }
}

/** Kinds that need each other, as the tests come upon them. */
const needed = new Map<string, readonly [ObjectKey, ObjectKey]>();

const meta = { name: 'me', namespace: 'x' };
const sources = (objects: readonly KubernetesObject[]) =>
  objects.map((object) => ({ key: keyOf(object), object }));

function edgesBetween(objects: readonly KubernetesObject[]) {
  const known = new Everything();
  return findEdges(sources(objects), known).map(({ from, to, ...edge }) => ({
    ...edge,
    from: known.keys[from]!,
    to: known.keys[to]!,
  }));
}

/** The edges of the first object, but for that to its namespace. */
function found(...objects: readonly [KubernetesObject, ...(readonly KubernetesObject[])]): readonly string[] {
  const [first] = objects;
  const edges = edgesBetween(objects);
  for (const { from, to } of edges) needed.set(`${formatGroupKind(from)} ${formatGroupKind(to)}`, [from, to]);
  return edges
    .filter(({ from, to }) => formatKey(from) === formatKey(keyOf(first)) && to.kind !== 'Namespace')
    .map(({ to, until }) => `${formatKey(to)} ${until}`);
}

const object = (apiVersion: string, kind: string, more: object = {}): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: meta,
  ...more,
});

const podSpec = {
  serviceAccountName: 'account',
  priorityClassName: 'high',
  runtimeClassName: 'gvisor',
  imagePullSecrets: [{ name: 'pull' }],
  resourceClaims: [
    { name: 'a', resourceClaimName: 'gpu' },
    { name: 'b', resourceClaimTemplateName: 'gpus' },
  ],
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
    { name: 'f', csi: { driver: 'csi.example.com', nodePublishSecretRef: { name: 'csi-secret' } } },
    {
      name: 'g',
      csi: {
        driver: 'secrets-store.csi.k8s.io',
        volumeAttributes: { secretProviderClass: 'vault' },
      },
    },
    { name: 'h', azureFile: { secretName: 'azure-secret', shareName: 's' } },
    { name: 'i', iscsi: { secretRef: { name: 'iscsi-secret' } } },
    { name: 'j', ephemeral: { volumeClaimTemplate: { spec: { storageClassName: 'fast' } } } },
  ],
};
const POD_NEEDS = [
  'ServiceAccount x/account present',
  ...['volume-map', 'projected-map', 'env-map', 'key-map'].map((name) => `ConfigMap x/${name} present`),
  ...[
    'volume-secret',
    'projected-secret',
    'csi-secret',
    'azure-secret',
    'iscsi-secret',
    'init-secret',
    'key-secret',
    'pull',
  ].map((name) => `Secret x/${name} present`),
  'PersistentVolumeClaim x/claim present',
  'SecretProviderClass.secrets-store.csi.x-k8s.io x/vault present',
  'ResourceClaim.resource.k8s.io x/gpu present',
  'ResourceClaimTemplate.resource.k8s.io x/gpus present',
  'PriorityClass.scheduling.k8s.io high present',
  'RuntimeClass.node.k8s.io gvisor present',
  'StorageClass.storage.k8s.io fast present',
];

const definition = (group: string, kind: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `things.${group}` },
  spec: { group, names: { kind } },
});

const workload = (name: string, labels: Record<string, string>, namespace = 'x') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: { template: { metadata: { labels }, spec: { containers: [] } } },
});

describe('edges found in objects', () => {
  it('lead from what is in a namespace to the namespace, without which it cannot be written', () => {
    const map = object('v1', 'ConfigMap');
    const [edge, ...others] = edgesBetween([map]);
    expect(edge && [formatKey(edge.to), edge.until, edge.isVital]).toEqual(['Namespace x', 'present', true]);
    expect(others).toEqual([]);
  });

  it.each([
    ['Pod', object('v1', 'Pod', { spec: podSpec })],
    ['Deployment', object('apps/v1', 'Deployment', { spec: { template: { spec: podSpec } } })],
    [
      'CronJob',
      object('batch/v1', 'CronJob', { spec: { jobTemplate: { spec: { template: { spec: podSpec } } } } }),
    ],
    ['Rollout', object('argoproj.io/v1alpha1', 'Rollout', { spec: { template: { spec: podSpec } } })],
    [
      'ScaledJob',
      object('keda.sh/v1alpha1', 'ScaledJob', { spec: { jobTargetRef: { template: { spec: podSpec } } } }),
    ],
  ])('lead from the pods of a %s to all that they use', (_kind, one) => {
    expect(found(one)).toEqual(POD_NEEDS);
  });

  it('lead from pods to what has the Secret made that they use', () => {
    const pod = object('v1', 'Pod', {
      spec: { containers: [{ envFrom: [{ secretRef: { name: 's' } }, { secretRef: { name: 'other' } }] }] },
    });
    const named = (apiVersion: string, kind: string, name: string, spec: object) => ({
      apiVersion,
      kind,
      metadata: { name, namespace: 'x' },
      spec,
    });
    expect(
      found(
        pod,
        named('external-secrets.io/v1', 'ExternalSecret', 'a', { target: { name: 's' } }),
        named('external-secrets.io/v1', 'ExternalSecret', 's', {}),
        named('external-secrets.io/v1', 'ExternalSecret', 'b', { target: { name: 'of-nobody' } }),
        named('cert-manager.io/v1', 'Certificate', 'c', { secretName: 's' }),
        named('bitnami.com/v1alpha1', 'SealedSecret', 's', {}),
      ),
    ).toEqual([
      'Secret x/s present',
      'Secret x/other present',
      'ExternalSecret.external-secrets.io x/a present',
      'ExternalSecret.external-secrets.io x/s present',
      'Certificate.cert-manager.io x/c present',
      'SealedSecret.bitnami.com x/s present',
    ]);
  });

  it('lead from pods to the limits, quotas and network policies of their namespace', () => {
    const pods = workload('me', { app: 'web', tier: 'front' });
    const policy = (name: string, podSelector: object | undefined, namespace = 'x') => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace },
      spec: podSelector === undefined ? {} : { podSelector },
    });
    const limits = (kind: string, namespace: string) => ({
      apiVersion: 'v1',
      kind,
      metadata: { name: 'limits', namespace },
    });
    expect(
      found(
        pods,
        limits('LimitRange', 'x'),
        limits('ResourceQuota', 'x'),
        limits('ResourceQuota', 'y'),
        policy('all', {}),
        policy('web', { matchLabels: { tier: 'front', app: 'web' } }),
        policy('expressions', {
          matchExpressions: [
            { key: 'app', operator: 'In', values: ['web'] },
            { key: 'tier', operator: 'NotIn', values: ['back'] },
            { key: 'app', operator: 'Exists' },
            { key: 'zone', operator: 'DoesNotExist' },
          ],
        }),
        policy('other', { matchLabels: { app: 'web', tier: 'back' } }),
        policy('absent', { matchExpressions: [{ key: 'zone', operator: 'Exists' }] }),
        policy('odd', { matchExpressions: [{ key: 'app', operator: 'Near' }] }),
        policy('elsewhere', {}, 'y'),
        policy('none', undefined),
      ),
    ).toEqual([
      'LimitRange x/limits present',
      'ResourceQuota x/limits present',
      'NetworkPolicy.networking.k8s.io x/all present',
      'NetworkPolicy.networking.k8s.io x/expressions present',
      'NetworkPolicy.networking.k8s.io x/web present',
    ]);
  });

  it('lead from a custom resource to its definition, which has to be ready', () => {
    const widget = object('example.com/v1', 'Widget');
    expect(found(widget, definition('example.com', 'Widget'), definition('example.com', 'Gadget'))).toEqual([
      'CustomResourceDefinition.apiextensions.k8s.io things.example.com ready',
    ]);
    expect(found(widget, definition('example.org', 'Widget'))).toEqual([]);
  });

  it('lead from a binding to its role and its accounts', () => {
    const rbac = 'rbac.authorization.k8s.io';
    const binding = (kind: string, role: string) =>
      object(`${rbac}/v1`, kind, {
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

  it('lead from a service account to its Secrets, and from the Secret for its token to the account', () => {
    const account = object('v1', 'ServiceAccount', {
      imagePullSecrets: [{ name: 'pull' }],
      secrets: [{ name: 's' }],
    });
    expect(found(account)).toEqual(['Secret x/pull present', 'Secret x/s present']);
    const annotations = { 'kubernetes.io/service-account.name': 'a' };
    const secret = (type: string) => object('v1', 'Secret', { type, metadata: { ...meta, annotations } });
    expect(found(secret('kubernetes.io/service-account-token'))).toEqual(['ServiceAccount x/a present']);
    expect(found(secret('Opaque'))).toEqual([]);
  });

  it.each([
    [
      'Ingress',
      object('networking.k8s.io/v1', 'Ingress', {
        spec: {
          defaultBackend: { service: { name: 'a' } },
          rules: [{ http: { paths: [{ backend: { service: { name: 'b' } } }] } }],
        },
      }),
      ['Service x/a present', 'Service x/b present'],
    ],
    [
      'HTTPRoute',
      object('gateway.networking.k8s.io/v1', 'HTTPRoute', {
        spec: {
          rules: [
            {
              filters: [{ requestMirror: { backendRef: { name: 'mirror' } } }, { urlRewrite: {} }],
              backendRefs: [
                { name: 'a' },
                { name: 'b', namespace: 'y' },
                { kind: 'Other', name: 'c' },
                { name: 'd', filters: [{ requestMirror: { backendRef: { name: 'e' } } }] },
              ],
            },
          ],
        },
      }),
      ['x/a', 'y/b', 'x/d', 'x/mirror', 'x/e'].map((name) => `Service ${name} present`),
    ],
    [
      'ValidatingWebhookConfiguration',
      object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', {
        webhooks: [
          { clientConfig: { service: { name: 'a', namespace: 'y' } } },
          { clientConfig: { url: 'https://a' } },
        ],
      }),
      ['Service y/a ready'],
    ],
    [
      'APIService',
      object('apiregistration.k8s.io/v1', 'APIService', { spec: { service: { name: 'a', namespace: 'y' } } }),
      ['Service y/a ready'],
    ],
    [
      'CustomResourceDefinition',
      {
        ...definition('example.com', 'Widget'),
        spec: {
          conversion: { webhook: { clientConfig: { service: { name: 'a', namespace: 'y' } } } },
        },
      },
      ['Service y/a present'],
    ],
    [
      'StatefulSet',
      object('apps/v1', 'StatefulSet', { spec: { serviceName: 'a' } }),
      ['Service x/a present'],
    ],
  ])('lead from a %s to its Services', (_kind, one, needs) => {
    expect(found(one)).toEqual(needs);
  });

  it.each([
    [
      'MutatingWebhookConfiguration',
      object('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', {
        webhooks: [{ clientConfig: { service: { name: 'hook', namespace: 'y' } } }],
      }),
    ],
    [
      'APIService',
      object('apiregistration.k8s.io/v1', 'APIService', {
        spec: { service: { name: 'hook', namespace: 'y' } },
      }),
    ],
  ])('lead from a %s to the pods that answer it', (_kind, one) => {
    const service = (selector?: object) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'hook', namespace: 'y' },
      spec: { selector },
    });
    const workloads = [
      workload('answers', { app: 'hook', tier: 'back' }, 'y'),
      workload('other', { app: 'web' }, 'y'),
      workload('elsewhere', { app: 'hook' }, 'x'),
    ];
    expect(found(one, service({ app: 'hook' }), ...workloads)).toEqual([
      'Service y/hook ready',
      'Deployment.apps y/answers ready',
    ]);
    expect(found(one, service({}), ...workloads)).toEqual(['Service y/hook ready']);
    expect(found(one, service(), ...workloads)).toEqual(['Service y/hook ready']);
  });

  it('lead from a route to the Gateways or Services that it hangs on', () => {
    const parents = [
      { name: 'a' },
      { name: 'b', namespace: 'y', sectionName: 'https' },
      { group: '', kind: 'Service', name: 'c' },
    ];
    expect(
      found(object('gateway.networking.k8s.io/v1', 'GRPCRoute', { spec: { parentRefs: parents } })),
    ).toEqual([
      'Gateway.gateway.networking.k8s.io x/a present',
      'Gateway.gateway.networking.k8s.io y/b present',
      'Service x/c present',
    ]);
  });

  it('lead from a Gateway to its class, its certificates and what these come from', () => {
    const gateway = object('gateway.networking.k8s.io/v1', 'Gateway', {
      spec: {
        gatewayClassName: 'public',
        listeners: [
          { tls: { certificateRefs: [{ name: 'a' }, { kind: 'Other', name: 'b' }] } },
          { tls: { certificateRefs: [{ name: 'c', namespace: 'y' }] } },
          { protocol: 'HTTP' },
        ],
      },
    });
    const certificate = object('cert-manager.io/v1', 'Certificate', { spec: { secretName: 'a' } });
    expect(found(gateway, certificate)).toEqual([
      'GatewayClass.gateway.networking.k8s.io public present',
      'Secret x/a present',
      'Certificate.cert-manager.io x/me present',
      'Secret y/c present',
    ]);
  });

  it('lead from an Ingress to its class, its certificates and their issuer', () => {
    const ingress = object('networking.k8s.io/v1', 'Ingress', {
      metadata: { ...meta, annotations: { 'cert-manager.io/cluster-issuer': 'acme' } },
      spec: { ingressClassName: 'nginx', tls: [{ secretName: 'a' }, {}] },
    });
    expect(found(ingress)).toEqual([
      'IngressClass.networking.k8s.io nginx present',
      'Secret x/a present',
      'ClusterIssuer.cert-manager.io acme present',
    ]);
    const annotations = { 'cert-manager.io/issuer': 'own' };
    const own = object('networking.k8s.io/v1', 'Ingress', { metadata: { ...meta, annotations } });
    expect(found(own)).toEqual(['Issuer.cert-manager.io x/own present']);
  });

  it('lead from an IngressClass to its parameters', () => {
    const parameters = { apiGroup: 'example.com', kind: 'Settings', name: 'a', namespace: 'y' };
    const ingressClass = object('networking.k8s.io/v1', 'IngressClass', { spec: { parameters } });
    expect(found(ingressClass)).toEqual(['Settings.example.com y/a present']);
  });

  it.each([
    ['HorizontalPodAutoscaler', 'autoscaling/v2', 'scaleTargetRef'],
    ['VerticalPodAutoscaler', 'autoscaling.k8s.io/v1', 'targetRef'],
    ['ScaledObject', 'keda.sh/v1alpha1', 'scaleTargetRef'],
  ])('lead from a %s to what it scales', (kind, apiVersion, field) => {
    const target = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' };
    expect(found(object(apiVersion, kind, { spec: { [field]: target } }))).toEqual([
      'Rollout.argoproj.io x/web present',
    ]);
  });

  it("lead from KEDA's objects to what they scale by default and to their credentials", () => {
    const triggers = [
      { type: 'kafka', authenticationRef: { name: 'a' } },
      { type: 'cron' },
      { type: 'sqs', authenticationRef: { name: 'b', kind: 'ClusterTriggerAuthentication' } },
    ];
    const spec = { scaleTargetRef: { name: 'web' }, triggers };
    expect(found(object('keda.sh/v1alpha1', 'ScaledObject', { spec }))).toEqual([
      'Deployment.apps x/web present',
      'TriggerAuthentication.keda.sh x/a present',
      'ClusterTriggerAuthentication.keda.sh b present',
    ]);
    const authentication = { secretTargetRef: [{ parameter: 'p', name: 's', key: 'k' }] };
    expect(found(object('keda.sh/v1alpha1', 'TriggerAuthentication', { spec: authentication }))).toEqual([
      'Secret x/s present',
    ]);
  });

  it('lead from an object to its owner, wherever that may be', () => {
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'owner', uid: 'u' }];
    expect(found(object('v1', 'ConfigMap', { metadata: { ...meta, ownerReferences } }))).toEqual([
      'StatefulSet.apps x/owner present',
      'StatefulSet.apps owner present',
    ]);
  });

  it('lead from claims, volumes and snapshots to what they are made of', () => {
    const spec = {
      storageClassName: 'fast',
      volumeAttributesClassName: 'gold',
      volumeName: 'v',
      dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 's' },
    };
    const claimNeeds = [
      'StorageClass.storage.k8s.io fast present',
      'VolumeAttributesClass.storage.k8s.io gold present',
      'PersistentVolume v present',
      'VolumeSnapshot.snapshot.storage.k8s.io x/s present',
    ];
    expect(found(object('v1', 'PersistentVolumeClaim', { spec }))).toEqual(claimNeeds);
    const statefulSet = object('apps/v1', 'StatefulSet', { spec: { volumeClaimTemplates: [{ spec }] } });
    expect(found(statefulSet)).toEqual(claimNeeds);
    const csi = { nodeStageSecretRef: { name: 'stage', namespace: 'y' } };
    const volume = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'v' } };
    expect(found({ ...volume, spec: { storageClassName: 'fast', csi } })).toEqual([
      'StorageClass.storage.k8s.io fast present',
      'Secret y/stage present',
    ]);
    const snapshot = { source: { persistentVolumeClaimName: 'c' }, volumeSnapshotClassName: 'k' };
    expect(found(object('snapshot.storage.k8s.io/v1', 'VolumeSnapshot', { spec: snapshot }))).toEqual([
      'PersistentVolumeClaim x/c present',
      'VolumeSnapshotClass.snapshot.storage.k8s.io k present',
    ]);
  });

  it.each(['ValidatingAdmissionPolicy', 'MutatingAdmissionPolicy'])(
    'lead from the binding of a %s to it and its parameters, and from it to their definition',
    (kind) => {
      const admission = 'admissionregistration.k8s.io';
      const policy = {
        apiVersion: `${admission}/v1`,
        kind,
        metadata: { name: 'p' },
        spec: { paramKind: { apiVersion: 'example.com/v1', kind: 'Limits' } },
      };
      const binding = (paramRef: object) => ({
        apiVersion: `${admission}/v1`,
        kind: `${kind}Binding`,
        metadata: { name: 'b' },
        spec: { policyName: 'p', paramRef },
      });
      expect(found(binding({ name: 'l', namespace: 'y' }), policy)).toEqual([
        `${kind}.${admission} p present`,
        'Limits.example.com y/l present',
      ]);
      expect(found(binding({ name: 'l' }))).toEqual([`${kind}.${admission} p present`]);
      expect(found(policy, definition('example.com', 'Limits'))).toEqual([
        'CustomResourceDefinition.apiextensions.k8s.io things.example.com ready',
      ]);
    },
  );

  it('lead from a flow schema to its priority level', () => {
    const spec = { priorityLevelConfiguration: { name: 'low' } };
    expect(found(object('flowcontrol.apiserver.k8s.io/v1', 'FlowSchema', { spec }))).toEqual([
      'PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io low present',
    ]);
  });

  it('lead from certificates and external secrets to their issuers and stores', () => {
    const certificate = (issuerRef: object) =>
      found(object('cert-manager.io/v1', 'Certificate', { spec: { issuerRef } }));
    expect(certificate({ name: 'a' })).toEqual(['Issuer.cert-manager.io x/a present']);
    expect(certificate({ name: 'a', kind: 'ClusterIssuer' })).toEqual([
      'ClusterIssuer.cert-manager.io a present',
    ]);
    expect(certificate({ name: 'a', kind: 'Vault', group: 'example.com' })).toEqual([
      'Vault.example.com x/a present',
    ]);
    const secret = (kind: string, spec: object) => found(object('external-secrets.io/v1', kind, { spec }));
    expect(secret('ExternalSecret', { secretStoreRef: { name: 'a' } })).toEqual([
      'SecretStore.external-secrets.io x/a present',
    ]);
    expect(
      secret('PushSecret', { secretStoreRefs: [{ name: 'a', kind: 'ClusterSecretStore' }, { name: 'b' }] }),
    ).toEqual([
      'ClusterSecretStore.external-secrets.io a present',
      'SecretStore.external-secrets.io x/b present',
    ]);
  });

  it('are not there for what is not part of the plan, nor for an object itself, nor for content of an odd form', () => {
    const odd = object('v1', 'Pod', {
      spec: { containers: 'none', volumes: [null, 'x', { configMap: 3 }] },
    });
    expect(found(odd)).toEqual([]);
    const pod = object('v1', 'Pod', { spec: podSpec });
    expect(findEdges(sources([pod]), new KeyIndex())).toEqual([]);
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'me', uid: 'u' }];
    const itself = object('v1', 'Pod', { metadata: { ...meta, ownerReferences } });
    expect(found(itself)).toEqual(['Pod me present']);
  });

  it('are what kinds are deleted by: what needs another goes before it', () => {
    const exceptions: ReadonlySet<string> = new Set([
      // The owner takes what it owns along.
      'ConfigMap StatefulSet.apps',
      'Pod Pod',
      // So does the account, which pods need to be there before the Secrets that it hands on.
      'Secret ServiceAccount',
      // Claims and snapshots are made of each other; what was made stays when the other goes.
      'VolumeSnapshot.snapshot.storage.k8s.io PersistentVolumeClaim',
      // Of an issuer of another make nothing is known but that it is a custom resource, as a certificate is.
      'Certificate.cert-manager.io Vault.example.com',
    ]);
    const wrong = [...needed].filter(([, [from, to]]) => {
      const leaving = new Set(to.kind === 'CustomResourceDefinition' ? [from.group] : []);
      return deletionRank(from, leaving) >= deletionRank(to, leaving);
    });
    expect(new Set(wrong.map(([pair]) => pair))).toEqual(exceptions);
    expect(needed.size).toBeGreaterThan(60);
  });
});
