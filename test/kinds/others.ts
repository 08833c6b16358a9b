/** Objects of kinds beside workloads and the network, right ones and such with one mistake each. */
import type { KubernetesObject } from '../../lib/objects/index.ts';

export type Case = readonly [what: string, object: KubernetesObject];

function of(apiVersion: string, kind: string) {
  return (content: object, metadata: object = {}): KubernetesObject => ({
    apiVersion,
    kind,
    metadata: { name: 'one', ...metadata },
    ...content,
  });
}

const claimOf = of('v1', 'PersistentVolumeClaim');
const claim = (spec: object) =>
  claimOf({ spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec } });

const claims: readonly Case[] = [
  ['a claim', claim({})],
  ['a claim of the default class', claim({ storageClassName: '' })],
  ['a claim of any mode', claim({ accessModes: ['X'] })],
  ['a claim of no mode', claim({ accessModes: [] })],
  ['a claim for one pod and more', claim({ accessModes: ['ReadWriteOncePod', 'ReadWriteOnce'] })],
  ['a claim for one pod twice', claim({ accessModes: ['ReadWriteOncePod', 'ReadWriteOncePod'] })],
  ['a claim of nothing', claim({ resources: { requests: { storage: '0' } } })],
  ['a claim of less than nothing', claim({ resources: { requests: { storage: '-1Gi' } } })],
  ['a claim of a fraction', claim({ resources: { requests: { storage: '1.5' } } })],
  ['a claim with limits', claim({ resources: { requests: { storage: '1' }, limits: { storage: '2' } } })],
  ['a claim of CPUs', claim({ resources: { requests: { cpu: '1' } } })],
  ['a claim of another volume mode', claim({ volumeMode: 'X' })],
  ['a claim of blocks', claim({ volumeMode: 'Block' })],
  ['a claim of a class with a wrong name', claim({ storageClassName: 'Bad_' })],
  ['a claim by a wrong label', claim({ selector: { matchLabels: { 'a b': 'c' } } })],
  ['a claim by labels', claim({ selector: { matchLabels: { a: 'c' } } })],
  ['a claim from nothing known', claim({ dataSource: { kind: 'x', name: '' } })],
  ['a claim from a claim', claim({ dataSource: { kind: 'PersistentVolumeClaim', name: 'x' } })],
  [
    'a claim from a snapshot',
    claim({ dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'x' } }),
  ],
  ['a claim from a claim without a name', claim({ dataSource: { kind: 'PersistentVolumeClaim', name: '' } })],
  ['a claim that refers to a kind of no group', claim({ dataSourceRef: { kind: 'X', name: 'x' } })],
  [
    'a claim that refers to a kind of a wrong group',
    claim({ dataSourceRef: { apiGroup: 'A b', kind: 'X', name: 'x' } }),
  ],
  [
    'a claim that refers to a kind of a group',
    claim({ dataSourceRef: { apiGroup: 'a.b', kind: 'X', name: 'x' } }),
  ],
  [
    'a claim that refers to nothing by name',
    claim({ dataSourceRef: { apiGroup: 'a.b', kind: 'X', name: '' } }),
  ],
  ['a claim of a volume', claim({ volumeName: 'pv-1' })],
  ['a claim with attributes', claim({ volumeAttributesClassName: 'gold' })],
  ['a claim with attributes of a wrong name', claim({ volumeAttributesClassName: 'Gold_' })],
];

const volumeOf = of('v1', 'PersistentVolume');
const volume = (spec: object, metadata: object = {}) =>
  volumeOf(
    {
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        hostPath: { path: '/x' },
        ...spec,
      },
    },
    metadata,
  );
const nodes = (requirement: object) => ({
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [requirement] }] } },
});
const noPath = { hostPath: undefined };

const volumes: readonly Case[] = [
  ['a volume', volume({})],
  ['a volume without a word', volumeOf({})],
  ['a volume of no mode', volume({ accessModes: [] })],
  ['a volume of any mode', volume({ accessModes: ['X'] })],
  ['a volume for one pod and more', volume({ accessModes: ['ReadWriteOncePod', 'ReadOnlyMany'] })],
  ['a volume of nothing', volume({ capacity: { storage: '0' } })],
  ['a volume without a capacity', volume({ capacity: undefined })],
  ['a volume of more than storage', volume({ capacity: { storage: '1Gi', cpu: '1' } })],
  ['a volume that is reclaimed', volume({ persistentVolumeReclaimPolicy: 'Delete' })],
  ['a volume that is reclaimed some way', volume({ persistentVolumeReclaimPolicy: 'X' })],
  ['a root that is recycled', volume({ persistentVolumeReclaimPolicy: 'Recycle', hostPath: { path: '/' } })],
  ['a volume at two places', volume({ nfs: { server: 'a', path: '/b' } })],
  ['a volume of NFS', volume({ ...noPath, nfs: { server: 'a', path: '/b' } })],
  ['a volume of NFS at a relative path', volume({ ...noPath, nfs: { server: 'a', path: 'b' } })],
  ['a volume of NFS nowhere', volume({ ...noPath, nfs: { server: '', path: '' } })],
  ['a volume above', volume({ hostPath: { path: '../x' } })],
  ['a volume at no path', volume({ hostPath: { path: '' } })],
  ['a volume at a directory', volume({ hostPath: { path: '/x', type: 'Directory' } })],
  ['a volume at some thing', volume({ hostPath: { path: '/x', type: 'Thing' } })],
  ['a volume nowhere', volume(noPath)],
  ['a volume of another mode', volume({ volumeMode: 'X' })],
  ['a volume of a class with a wrong name', volume({ storageClassName: 'Bad_' })],
  ['a volume near no nodes', volume({ nodeAffinity: {} })],
  ['a volume near nodes by no terms', volume({ nodeAffinity: { required: { nodeSelectorTerms: [] } } })],
  ['a volume near nodes', volume(nodes({ key: 'a', operator: 'In', values: ['b'] }))],
  ['a volume near nodes without values', volume(nodes({ key: 'a', operator: 'In' }))],
  ['a volume near nodes that exist so', volume(nodes({ key: 'a', operator: 'Exists', values: ['b'] }))],
  ['a volume near nodes above two', volume(nodes({ key: 'a', operator: 'Gt', values: ['1', '2'] }))],
  ['a volume near nodes above one', volume(nodes({ key: 'a', operator: 'Gt', values: ['1'] }))],
  ['a volume near nodes in some way', volume(nodes({ key: 'a', operator: 'X', values: ['b'] }))],
  ['a volume near nodes by a wrong key', volume(nodes({ key: 'a b', operator: 'In', values: ['b'] }))],
  ['a local volume anywhere', volume({ ...noPath, local: { path: '/x' } })],
  [
    'a local volume',
    volume({ ...noPath, local: { path: '/x' }, ...nodes({ key: 'a', operator: 'In', values: ['b'] }) }),
  ],
  [
    'a local volume at no path',
    volume({ ...noPath, local: { path: '' }, ...nodes({ key: 'a', operator: 'In', values: ['b'] }) }),
  ],
  ['a volume of a driver', volume({ ...noPath, csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'v' } })],
  ['a volume of a driver by no handle', volume({ ...noPath, csi: { driver: 'a.b', volumeHandle: '' } })],
  ['a volume of no driver', volume({ ...noPath, csi: { driver: '', volumeHandle: 'v' } })],
  [
    'a volume of a driver with a wrong name',
    volume({ ...noPath, csi: { driver: 'a_b', volumeHandle: 'v' } }),
  ],
  [
    'a volume of a driver with half a secret',
    volume({ ...noPath, csi: { driver: 'a.b', volumeHandle: 'v', nodePublishSecretRef: { name: 'x' } } }),
  ],
];

const budgetOf = of('policy/v1', 'PodDisruptionBudget');
const budget = (spec: object) => budgetOf({ spec });

const budgets: readonly Case[] = [
  ['a budget', budget({ minAvailable: 1, selector: { matchLabels: { a: 'b' } } })],
  ['a budget of a percentage', budget({ maxUnavailable: '50%' })],
  ['a budget of a percentage above all', budget({ maxUnavailable: '101%' })],
  ['a budget of less than none', budget({ minAvailable: -1 })],
  ['a budget of no number', budget({ minAvailable: 'x' })],
  ['a budget of both', budget({ minAvailable: 1, maxUnavailable: 1 })],
  ['a budget of some policy', budget({ unhealthyPodEvictionPolicy: 'X' })],
  ['a budget of a policy', budget({ unhealthyPodEvictionPolicy: 'AlwaysAllow' })],
  ['a budget of wrong labels', budget({ selector: { matchLabels: { 'a b': 'c' } } })],
  [
    'a budget of labels in some way',
    budget({ selector: { matchExpressions: [{ key: 'a', operator: 'X' }] } }),
  ],
  [
    'a budget of labels among none',
    budget({ selector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }),
  ],
  ['a budget of nothing', budgetOf({})],
];

const quotaOf = of('v1', 'ResourceQuota');
const quota = (spec: object) => quotaOf({ spec });
const hard = (amounts: object) => quota({ hard: amounts });
const scoped = (expression: object, more: object = {}) =>
  quota({ scopeSelector: { matchExpressions: [expression] }, ...more });

const quotas: readonly Case[] = [
  ['a quota', hard({ cpu: '1', 'requests.memory': '1Gi', pods: '4', 'limits.ephemeral-storage': '1Gi' })],
  ['a quota of nothing', quotaOf({})],
  ['a quota below zero', hard({ cpu: '-1' })],
  ['a quota of half a pod', hard({ pods: '1.5' })],
  ['a quota of a number', hard({ pods: 3 })],
  ['a quota of an unknown resource', hard({ nope: '1' })],
  ['a quota of storage', hard({ storage: '1' })],
  ['a quota of no name', hard({ 'a b': '1' })],
  ['a quota of objects', hard({ 'count/deployments.apps': '1' })],
  ['a quota of half an object', hard({ 'count/deployments.apps': '1.5' })],
  ['a quota of devices', hard({ 'requests.nvidia.com/gpu': '4' })],
  ['a quota of half a device', hard({ 'requests.nvidia.com/gpu': '0.5' })],
  ['a quota of half a device as it is', hard({ 'nvidia.com/gpu': '500m' })],
  ['a quota of a class', hard({ 'gold.storageclass.storage.k8s.io/requests.storage': '500Gi' })],
  ['a quota of huge pages', hard({ 'hugepages-2Mi': '4Mi', 'requests.hugepages-2Mi': '4Mi' })],
  ['a quota of a limit of huge pages', hard({ 'limits.hugepages-2Mi': '4Mi' })],
  ['a quota in some scope', quota({ scopes: ['X'] })],
  ['a quota in a scope', quota({ hard: { pods: '1' }, scopes: ['BestEffort'] })],
  ['a quota of CPUs in a scope without', quota({ hard: { cpu: '1' }, scopes: ['BestEffort'] })],
  ['a quota of services in a scope', quota({ hard: { services: '1' }, scopes: ['Terminating'] })],
  ['a quota of objects in a scope', quota({ hard: { 'count/pods': '1' }, scopes: ['Terminating'] })],
  [
    'a quota of storage in a scope',
    quota({ hard: { 'requests.ephemeral-storage': '1' }, scopes: ['Terminating'] }),
  ],
  ['a quota in opposite scopes', quota({ scopes: ['Terminating', 'NotTerminating'] })],
  ['a quota of a priority', scoped({ scopeName: 'PriorityClass', operator: 'In', values: ['high'] })],
  ['a quota of any priority', scoped({ scopeName: 'PriorityClass', operator: 'Exists' })],
  ['a quota of no priority', scoped({ scopeName: 'PriorityClass', operator: 'In' })],
  [
    'a quota of a priority that exists so',
    scoped({ scopeName: 'PriorityClass', operator: 'Exists', values: ['x'] }),
  ],
  ['a quota selected in some scope', scoped({ scopeName: 'X', operator: 'Exists' })],
  ['a quota selected in some way', scoped({ scopeName: 'PriorityClass', operator: 'X' })],
  ['a quota of a selected flag', scoped({ scopeName: 'Terminating', operator: 'DoesNotExist' })],
  [
    'a quota of services in a selected scope',
    scoped({ scopeName: 'Terminating', operator: 'Exists' }, { hard: { services: '1' } }),
  ],
  [
    'a quota in opposite selected scopes',
    quota({
      scopeSelector: {
        matchExpressions: [
          { scopeName: 'BestEffort', operator: 'Exists' },
          { scopeName: 'NotBestEffort', operator: 'Exists' },
        ],
      },
    }),
  ],
];

const rangeOf = of('v1', 'LimitRange');
const range = (...limits: readonly object[]) => rangeOf({ spec: { limits } });
const container = (limit: object) => range({ type: 'Container', ...limit });

const ranges: readonly Case[] = [
  ['a range', container({ min: { cpu: '100m' }, max: { cpu: 2 }, default: { cpu: '1' } })],
  ['a range of nothing', rangeOf({ spec: { limits: [] } })],
  ['a range of some type', range({ type: 'X' })],
  ['a range of a type of somebody', range({ type: 'example.com/x', max: { storage: '1' } })],
  ['a range of images', range({ type: 'openshift.io/Image', max: { storage: '1Gi' } })],
  ['a range of pods with defaults', range({ type: 'Pod', default: { cpu: '1' } })],
  ['a range of pods with requests', range({ type: 'Pod', defaultRequest: { cpu: '1' } })],
  ['a range of pods', range({ type: 'Pod', max: { cpu: '1', memory: '1Gi' } })],
  ['a range the wrong way round', container({ min: { cpu: '2' }, max: { cpu: '1' } })],
  ['a range with a default above', container({ max: { cpu: '1' }, default: { cpu: '1500m' } })],
  ['a range with a default below', container({ min: { cpu: '1' }, default: { cpu: '500m' } })],
  ['a range with a request below', container({ min: { cpu: '1' }, defaultRequest: { cpu: '0.5' } })],
  ['a range with a request above', container({ default: { cpu: '1' }, defaultRequest: { cpu: '2' } })],
  ['a range twice', range({ type: 'Container' }, { type: 'Container' })],
  ['a range of claims without storage', range({ type: 'PersistentVolumeClaim' })],
  ['a range of claims', range({ type: 'PersistentVolumeClaim', max: { storage: '1Gi' } })],
  ['a range of containers with storage', container({ max: { storage: '1Gi' } })],
  ['a range of an unknown resource', container({ max: { nope: '1' } })],
  ['a range of a device', container({ max: { 'nvidia.com/gpu': '1' } })],
  [
    'a range of different devices',
    container({ default: { 'a.b/c': '2' }, defaultRequest: { 'a.b/c': '1' } }),
  ],
  ['a range of pods, of services', range({ type: 'Pod', max: { services: '1' } })],
  ['a range with a ratio below one', container({ maxLimitRequestRatio: { cpu: '0.5' } })],
  ['a range with a ratio', container({ maxLimitRequestRatio: { cpu: '10' } })],
  [
    'a range with a ratio that is never met',
    container({ min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '3' } }),
  ],
];

const RBAC = 'rbac.authorization.k8s.io/v1';
const GROUP = 'rbac.authorization.k8s.io';
const role = (...rules: readonly object[]) => of(RBAC, 'Role')({ rules });
const clusterRole = (content: object) => of(RBAC, 'ClusterRole')(content);
const whole = { verbs: ['get'], apiGroups: [''], resources: ['pods'] };
const binding = (roleRef: object, ...subjects: readonly object[]) =>
  of(RBAC, 'RoleBinding')({ roleRef, subjects });
const clusterBinding = (roleRef: object, ...subjects: readonly object[]) =>
  of(RBAC, 'ClusterRoleBinding')({ roleRef, subjects });
const aRole = { apiGroup: GROUP, kind: 'Role', name: 'r' };
const aClusterRole = { apiGroup: GROUP, kind: 'ClusterRole', name: 'r' };

const access: readonly Case[] = [
  ['a role', role(whole)],
  ['a role without rules', role()],
  ['a role without verbs', role({ ...whole, verbs: [] })],
  ['a role for URLs', role({ verbs: ['get'], nonResourceURLs: ['/x'] })],
  ['a role for URLs and resources', role({ ...whole, nonResourceURLs: ['/x'] })],
  ['a role without groups', role({ verbs: ['get'], resources: ['x'] })],
  ['a role without resources', role({ verbs: ['get'], apiGroups: [''] })],
  ['a role for one object', role({ ...whole, resourceNames: ['x'] })],
  ['a cluster role for URLs', clusterRole({ rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] })],
  ['a cluster role for URLs and resources', clusterRole({ rules: [{ ...whole, nonResourceURLs: ['/x'] }] })],
  ['a cluster role for nothing', clusterRole({ rules: [{ verbs: ['get'] }] })],
  ['a sum of no roles', clusterRole({ rules: [], aggregationRule: { clusterRoleSelectors: [] } })],
  [
    'a sum of roles',
    clusterRole({ aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] }, rules: [] }),
  ],
  [
    'a sum of roles by wrong labels',
    clusterRole({ aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b c' } }] }, rules: [] }),
  ],
  ['a binding', binding(aRole)],
  ['a binding to a cluster role', binding(aClusterRole)],
  ['a binding to something', binding({ ...aRole, kind: 'X' })],
  ['a binding to a role of another group', binding({ ...aRole, apiGroup: 'apps' })],
  ['a binding to a role of no group', binding({ kind: 'Role', name: 'r' })],
  ['a binding to a role of no name', binding({ kind: 'Role', name: '' })],
  ['a binding to a role of a wrong name', binding({ ...aRole, name: 'a/b' })],
  ['a binding to a role of an odd name', binding({ ...aRole, name: 'System:x' })],
  ['a binding of something', binding(aRole, { kind: 'X', name: 'a' })],
  ['a binding of an account', binding(aRole, { kind: 'ServiceAccount', name: 'a', namespace: 'b' })],
  ['a binding of an account from nowhere', binding(aRole, { kind: 'ServiceAccount', name: 'a' })],
  [
    'a binding of an account of a wrong name',
    binding(aRole, { kind: 'ServiceAccount', name: 'Bad_', namespace: 'x' }),
  ],
  [
    'a binding of an account of a group',
    binding(aRole, { kind: 'ServiceAccount', name: 'a', namespace: 'b', apiGroup: GROUP }),
  ],
  ['a binding of nobody', binding(aRole, { kind: 'User', name: '' })],
  ['a binding of a user', binding(aRole, { kind: 'User', name: 'Jane Doe' })],
  ['a binding of a user of another group', binding(aRole, { kind: 'User', name: 'x', apiGroup: 'x.y' })],
  ['a binding of people', binding(aRole, { kind: 'Group', name: 'system:masters', apiGroup: GROUP })],
  ['a cluster-wide binding', clusterBinding(aClusterRole)],
  ['a cluster-wide binding to a role', clusterBinding(aRole)],
  [
    'a cluster-wide binding from nowhere',
    clusterBinding(aClusterRole, { kind: 'ServiceAccount', name: 'a' }),
  ],
];

const priority = of('scheduling.k8s.io/v1', 'PriorityClass');
const storageClass = of('storage.k8s.io/v1', 'StorageClass');
const ingressClassOf = of('networking.k8s.io/v1', 'IngressClass');
const ingressClass = (spec: object) => ingressClassOf({ spec: { controller: 'example.com/x', ...spec } });
const lease = (spec: object) => of('coordination.k8s.io/v1', 'Lease')({ spec });

const classes: readonly Case[] = [
  ['a priority', priority({ value: 1 })],
  ['a priority below zero', priority({ value: -5, preemptionPolicy: 'Never' })],
  ['a priority above all', priority({ value: 2_000_000_000 })],
  ['a priority that preempts in some way', priority({ value: 1, preemptionPolicy: 'X' })],
  ['a priority of the system', priority({ value: 1 }, { name: 'system-x' })],
  ['a class', storageClass({ provisioner: 'example.com/x' })],
  ['a class of a plain provisioner', storageClass({ provisioner: 'Local' })],
  ['a class of nobody', storageClass({ provisioner: '' })],
  ['a class of a wrong provisioner', storageClass({ provisioner: 'a b' })],
  ['a class that reclaims in some way', storageClass({ provisioner: 'a', reclaimPolicy: 'X' })],
  ['a class that recycles', storageClass({ provisioner: 'a', reclaimPolicy: 'Recycle' })],
  ['a class that binds in some way', storageClass({ provisioner: 'a', volumeBindingMode: 'X' })],
  ['a class that binds late', storageClass({ provisioner: 'a', volumeBindingMode: 'WaitForFirstConsumer' })],
  ['a class with a parameter of no name', storageClass({ provisioner: 'a', parameters: { '': 'x' } })],
  ['a class with parameters', storageClass({ provisioner: 'a', parameters: { 'a b': 'x', c: '' } })],
  [
    'a class with too many parameters',
    storageClass({
      provisioner: 'a',
      parameters: Object.fromEntries(Array.from({ length: 513 }, (_, i) => [`p${i}`, ''])),
    }),
  ],
  [
    'a class with a place',
    storageClass({
      provisioner: 'a',
      allowedTopologies: [{ matchLabelExpressions: [{ key: 'zone', values: ['a'] }] }],
    }),
  ],
  [
    'a class with no place',
    storageClass({
      provisioner: 'a',
      allowedTopologies: [{ matchLabelExpressions: [{ key: 'a b', values: [] }] }],
    }),
  ],
  ['an ingress class', ingressClass({})],
  ['an ingress class of no domain', ingressClass({ controller: 'nodomain' })],
  ['an ingress class of nobody', ingressClass({ controller: '' })],
  ['an ingress class of a wrong domain', ingressClass({ controller: 'A_b/c' })],
  ['an ingress class of a wrong path', ingressClass({ controller: 'a.b/c d' })],
  ['an ingress class with a long controller', ingressClass({ controller: `a.b/${'c'.repeat(250)}` })],
  [
    'an ingress class with parameters',
    ingressClass({ parameters: { apiGroup: 'a.b', kind: 'X', name: 'y' } }),
  ],
  ['an ingress class with parameters of no kind', ingressClass({ parameters: { kind: '', name: 'x' } })],
  ['an ingress class with parameters of no name', ingressClass({ parameters: { kind: 'X', name: '' } })],
  [
    'an ingress class with parameters of a namespace',
    ingressClass({ parameters: { kind: 'X', name: 'y', scope: 'Namespace', namespace: 'z' } }),
  ],
  [
    'an ingress class with parameters of no namespace',
    ingressClass({ parameters: { kind: 'X', name: 'y', scope: 'Namespace' } }),
  ],
  [
    'an ingress class with parameters of a wrong namespace',
    ingressClass({ parameters: { kind: 'X', name: 'y', scope: 'Namespace', namespace: 'A' } }),
  ],
  [
    'an ingress class with parameters of a namespace in the cluster',
    ingressClass({ parameters: { kind: 'X', name: 'y', namespace: 'z' } }),
  ],
  [
    'an ingress class with parameters of some scope',
    ingressClass({ parameters: { kind: 'X', name: 'y', scope: 'X' } }),
  ],
  [
    'an ingress class with parameters of a wrong group',
    ingressClass({ parameters: { apiGroup: 'A b', kind: 'X/y', name: 'y/z' } }),
  ],
  ['a lease', lease({ leaseDurationSeconds: 1, leaseTransitions: 0, holderIdentity: 'x' })],
  ['a lease for no time', lease({ leaseDurationSeconds: 0 })],
  ['a lease handed on less than never', lease({ leaseTransitions: -1 })],
];

const ADMISSION = 'admissionregistration.k8s.io/v1';
const hook = {
  name: 'a.b.c',
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  clientConfig: { url: 'https://x/y' },
};
const validating = (...webhooks: readonly object[]) =>
  of(ADMISSION, 'ValidatingWebhookConfiguration')({ webhooks });
const hooked = (more: object) => validating({ ...hook, ...more });
const mutating = (more: object) =>
  of(ADMISSION, 'MutatingWebhookConfiguration')({ webhooks: [{ ...hook, ...more }] });
const anyRule = { operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'] };
const ruled = (rule: object) => hooked({ rules: [{ ...anyRule, ...rule }] });
const served = (service: object) =>
  hooked({ clientConfig: { service: { name: 'a', namespace: 'b', ...service } } });

const webhooks: readonly Case[] = [
  ['a webhook', hooked({})],
  ['no webhook', validating()],
  ['a webhook of a short name', hooked({ name: 'nodots' })],
  ['a webhook of no name', hooked({ name: '' })],
  ['a webhook of a wrong name', hooked({ name: 'A_.b.c' })],
  ['two webhooks of one name', validating(hook, hook)],
  ['a webhook with side effects', hooked({ sideEffects: 'Some' })],
  ['a webhook without a word on side effects', hooked({ sideEffects: undefined })],
  ['a webhook for no reviews', hooked({ admissionReviewVersions: [] })],
  ['a webhook for other reviews', hooked({ admissionReviewVersions: ['v9'] })],
  ['a webhook for other reviews too', hooked({ admissionReviewVersions: ['v9', 'v1'] })],
  ['a webhook for wrong reviews', hooked({ admissionReviewVersions: ['v1', 'V_1', 'v1'] })],
  ['a webhook without TLS', hooked({ clientConfig: { url: 'http://x/y' } })],
  ['a webhook at no host', hooked({ clientConfig: { url: 'https:///y' } })],
  ['a webhook with a user', hooked({ clientConfig: { url: 'https://me@x/y?z=1#a' } })],
  ['a webhook nowhere', hooked({ clientConfig: {} })],
  [
    'a webhook at two places',
    hooked({ clientConfig: { url: 'https://x', service: { name: 'a', namespace: 'b' } } }),
  ],
  ['a webhook at a service', served({})],
  ['a webhook at a service and path', served({ path: '/a/b/', port: 8443 })],
  ['a webhook at a service of no name', served({ name: '', namespace: '' })],
  ['a webhook at a wrong port', served({ port: 70_000 })],
  ['a webhook at a relative path', served({ path: 'a' })],
  ['a webhook at an empty path', served({ path: '/a//b' })],
  ['a webhook at no path at all', served({ path: '//' })],
  ['a webhook at a wrong path', served({ path: '/A_' })],
  ['a webhook that waits long', hooked({ timeoutSeconds: 40 })],
  ['a webhook that does not wait', hooked({ timeoutSeconds: 0 })],
  ['a webhook that fails in some way', hooked({ failurePolicy: 'X' })],
  ['a webhook that matches in some way', hooked({ matchPolicy: 'X' })],
  ['a webhook of wrong labels', hooked({ objectSelector: { matchLabels: { a: 'b c' } } })],
  [
    'a webhook of wrong namespaces',
    hooked({ namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'X' }] } }),
  ],
  ['a webhook with a rule', ruled({})],
  [
    'a webhook with a rule of nothing',
    ruled({ operations: [], apiGroups: [], apiVersions: [], resources: [] }),
  ],
  ['a webhook with a rule of an empty version', ruled({ apiVersions: [''], resources: [''] })],
  [
    'a webhook with a rule of all and more',
    ruled({
      operations: ['*', 'CREATE'],
      apiGroups: ['*', 'a'],
      apiVersions: ['*', 'v1'],
      resources: ['*/*', 'a'],
    }),
  ],
  ['a webhook with a rule of some operation', ruled({ operations: ['X'] })],
  ['a webhook with a rule of some scope', ruled({ scope: 'X' })],
  ['a webhook with a rule of namespaces', ruled({ scope: 'Namespaced' })],
  ['a webhook with a rule of all and a plain one', ruled({ resources: ['*', 'pods'] })],
  ['a webhook with a rule of all and a part', ruled({ resources: ['*', 'pods/status'] })],
  ['a webhook with a rule of parts', ruled({ resources: ['pods/*', 'pods/status'] })],
  ['a webhook with a rule of a part of all', ruled({ resources: ['*/status', 'pods/status'] })],
  ['a webhook with a condition', hooked({ matchConditions: [{ name: 'a', expression: 'true' }] })],
  ['a webhook with an empty condition', hooked({ matchConditions: [{ name: 'a', expression: ' ' }] })],
  ['a webhook with a condition of no name', hooked({ matchConditions: [{ name: '', expression: 'true' }] })],
  [
    'a webhook with a condition of a wrong name',
    hooked({ matchConditions: [{ name: 'a b', expression: 'true' }] }),
  ],
  [
    'a webhook with a condition twice',
    hooked({
      matchConditions: [
        { name: 'a', expression: 'true' },
        { name: 'a', expression: 'true' },
      ],
    }),
  ],
  ['a webhook that changes', mutating({})],
  ['a webhook that changes again', mutating({ reinvocationPolicy: 'IfNeeded' })],
  ['a webhook that changes again in some way', mutating({ reinvocationPolicy: 'X' })],
];

const policyOf = of(ADMISSION, 'ValidatingAdmissionPolicy');
const deployments = {
  operations: ['CREATE'],
  apiGroups: ['apps'],
  apiVersions: ['v1'],
  resources: ['deployments'],
};
const policy = (spec: object) =>
  policyOf({
    spec: {
      matchConstraints: { resourceRules: [deployments] },
      validations: [{ expression: 'object.spec.replicas < 5' }],
      ...spec,
    },
  });
const validation = (more: object) => policy({ validations: [{ expression: 'true', ...more }] });
const policyBinding = (spec: object) =>
  of(
    ADMISSION,
    'ValidatingAdmissionPolicyBinding',
  )({
    spec: { policyName: 'x', validationActions: ['Deny'], ...spec },
  });
const paramRef = (more: object) =>
  policyBinding({ paramRef: { name: 'a', parameterNotFoundAction: 'Deny', ...more } });

const policies: readonly Case[] = [
  ['a policy', policy({})],
  ['a policy of everything', policy({ matchConstraints: undefined })],
  ['a policy of no rules', policy({ matchConstraints: { resourceRules: [] } })],
  ['a policy of a rule of nothing', policy({ matchConstraints: { resourceRules: [{}] } })],
  [
    'a policy of objects twice',
    policy({ matchConstraints: { resourceRules: [{ ...deployments, resourceNames: ['a', 'a', 'b/c'] }] } }),
  ],
  [
    'a policy that matches in some way',
    policy({ matchConstraints: { matchPolicy: 'X', resourceRules: [deployments] } }),
  ],
  [
    'a policy of wrong labels',
    policy({
      matchConstraints: { objectSelector: { matchLabels: { a: 'b c' } }, resourceRules: [deployments] },
    }),
  ],
  ['a policy that fails in some way', policy({ failurePolicy: 'X' })],
  ['a policy with parameters', policy({ paramKind: { apiVersion: 'a.b/v1', kind: 'X' } })],
  ['a policy with parameters of no kind', policy({ paramKind: {} })],
  ['a policy with parameters of wrong kinds', policy({ paramKind: { apiVersion: 'A_/V_', kind: 'X y' } })],
  ['a policy with parameters of a wrong version', policy({ paramKind: { apiVersion: 'a/b/c', kind: 'X' } })],
  ['a policy of nothing', policy({ validations: [] })],
  ['a policy without an expression', validation({ expression: '' })],
  ['a policy with a message of lines', validation({ message: 'a\nb' })],
  ['a policy with an empty message', validation({ message: ' ' })],
  ['a policy with an empty message to make', validation({ messageExpression: ' ' })],
  ['a policy for some reason', validation({ reason: 'X' })],
  ['a policy for a reason', validation({ reason: 'Forbidden', message: 'no' })],
  ['a policy with a variable', policy({ variables: [{ name: 'a', expression: 'true' }] })],
  ['a policy with a variable of nothing', policy({ variables: [{ name: '', expression: '' }] })],
  ['a policy with a variable of a wrong name', policy({ variables: [{ name: 'a-b', expression: 'true' }] })],
  ['a policy with a note', policy({ auditAnnotations: [{ key: 'a', valueExpression: "'x'" }] })],
  ['a policy with a note of nothing', policy({ auditAnnotations: [{ key: 'a b', valueExpression: '' }] })],
  [
    'a policy with a note twice',
    policy({
      auditAnnotations: [
        { key: 'a', valueExpression: "'x'" },
        { key: 'a', valueExpression: "'y'" },
      ],
    }),
  ],
  ['a policy with an empty condition', policy({ matchConditions: [{ name: 'a', expression: '' }] })],
  ['a binding of a policy', policyBinding({})],
  ['a binding of no policy', policyBinding({ policyName: '' })],
  ['a binding of a policy of a wrong name', policyBinding({ policyName: 'A_' })],
  ['a binding of a policy for nothing', policyBinding({ validationActions: [] })],
  ['a binding of a policy for something', policyBinding({ validationActions: ['X'] })],
  ['a binding of a policy for two things', policyBinding({ validationActions: ['Deny', 'Audit'] })],
  ['a binding of a policy for one thing twice', policyBinding({ validationActions: ['Deny', 'Deny'] })],
  ['a binding of a policy that denies and warns', policyBinding({ validationActions: ['Deny', 'Warn'] })],
  ['a binding of a policy with parameters', paramRef({})],
  ['a binding of a policy with parameters both ways', paramRef({ selector: {} })],
  ['a binding of a policy with parameters no way', paramRef({ name: undefined })],
  ['a binding of a policy with no word on parameters', paramRef({ parameterNotFoundAction: undefined })],
  ['a binding of a policy with some word on parameters', paramRef({ parameterNotFoundAction: 'X' })],
  ['a binding of a policy with parameters of a wrong name', paramRef({ name: 'a/b' })],
  [
    'a binding of a policy for wrong labels',
    policyBinding({ matchResources: { objectSelector: { matchLabels: { a: 'b c' } } } }),
  ],
];

const configMap = of('v1', 'ConfigMap');
const secret = of('v1', 'Secret');
const MEBIBYTE = 1_048_576;

const config: readonly Case[] = [
  ['keys', configMap({ data: { 'a.b': '1', _: '2', '...': '3' } })],
  ['values as large as may be', configMap({ data: { a: 'x'.repeat(MEBIBYTE) } })],
  ['values too large', configMap({ data: { a: 'x'.repeat(MEBIBYTE + 1) } })],
  [
    'values too large together',
    configMap({ data: { a: 'ü'.repeat(MEBIBYTE / 2) }, binaryData: { b: 'AA==' } }),
  ],
  ['secrets as large as may be', secret({ stringData: { a: 'x'.repeat(MEBIBYTE) } })],
  ['secrets too large', secret({ stringData: { a: 'x'.repeat(MEBIBYTE + 1) } })],
  ['a key too long', configMap({ data: { ['k'.repeat(254)]: '1' } })],
  ['a key as long as may be', configMap({ data: { ['k'.repeat(253)]: '1' } })],
  ['a key of a dot', configMap({ data: { '.': '1' } })],
  ['a key of two dots', configMap({ data: { '..': '1' } })],
  ['a key with two dots before', secret({ stringData: { '..a': '1' } })],
  ['a wrong key', configMap({ binaryData: { 'a b': 'AA==' } })],
  ['a key in both', configMap({ data: { a: '' }, binaryData: { a: 'AA==' } })],
];

const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: 'u' };
const owned = (...ownerReferences: readonly object[]) => configMap({}, { ownerReferences });
const PLAIN = { finalizers: ['plain'] };

const metadata: readonly Case[] = [
  ['an owner', owned({ ...owner, controller: true })],
  ['an owner that is an event', owned({ ...owner, kind: 'Event' })],
  ['two controllers', owned({ ...owner, controller: true }, { ...owner, uid: 'v', controller: true })],
  ['an owner of no version', owned({ ...owner, apiVersion: '' })],
  ['an owner of no kind', owned({ ...owner, kind: '' })],
  ['an owner of no name', owned({ ...owner, name: '' })],
  ['finalizers', configMap({}, { finalizers: ['orphan', 'foregroundDeletion', 'kubernetes', 'a.b/c'] })],
  ['finalizers of an order', configMap({}, { finalizers: ['orphan', 'kubernetes', 'a.b/c'] })],
  ['a wrong finalizer', configMap({}, { finalizers: ['a b'] })],
  ['a plain finalizer', configMap({}, PLAIN)],
  ['a plain finalizer of a secret', secret({}, PLAIN)],
  ['a plain finalizer of a namespace', of('v1', 'Namespace')({}, { ...PLAIN, name: 'one-more' })],
  ['a plain finalizer of an account', of('v1', 'ServiceAccount')({}, PLAIN)],
  ['a plain finalizer of a volume', volume({}, PLAIN)],
  ['a plain finalizer of a class', storageClass({ provisioner: 'a' }, PLAIN)],
  ['a plain finalizer of an ingress class', ingressClassOf({ spec: { controller: 'a.b/c' } }, PLAIN)],
  ['a plain finalizer of a priority', priority({ value: 1 }, PLAIN)],
  ['a plain finalizer of a lease', of('coordination.k8s.io/v1', 'Lease')({ spec: {} }, PLAIN)],
  ['a plain finalizer of a budget', budgetOf({ spec: {} }, PLAIN)],
  ['a plain finalizer of a role', of(RBAC, 'Role')({ rules: [] }, PLAIN)],
  ['a plain finalizer of a cluster role', of(RBAC, 'ClusterRole')({ rules: [] }, PLAIN)],
  ['a plain finalizer of a binding', of(RBAC, 'RoleBinding')({ roleRef: aRole }, PLAIN)],
  ['a plain finalizer of webhooks', of(ADMISSION, 'ValidatingWebhookConfiguration')({ webhooks: [] }, PLAIN)],
  ['a plain finalizer of a policy', policyOf({ spec: policy({}).spec }, PLAIN)],
  [
    'a plain finalizer of a deployment',
    of('apps/v1', 'Deployment')(
      {
        spec: {
          selector: { matchLabels: { a: 'b' } },
          template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'x' }] } },
        },
      },
      PLAIN,
    ),
  ],
  [
    'a plain finalizer of a job',
    of('batch/v1', 'Job')(
      { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'x' }] } } } },
      PLAIN,
    ),
  ],
  [
    'a plain finalizer of a policy of the network',
    of('networking.k8s.io/v1', 'NetworkPolicy')({ spec: { podSelector: {} } }, PLAIN),
  ],
  [
    'a plain finalizer of endpoints',
    of('discovery.k8s.io/v1', 'EndpointSlice')({ addressType: 'IPv4', endpoints: [] }, PLAIN),
  ],
  [
    'a plain finalizer of an autoscaler',
    of('autoscaling/v2', 'HorizontalPodAutoscaler')(
      {
        spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } },
      },
      PLAIN,
    ),
  ],
];

export const others: readonly Case[] = [
  ...claims,
  ...volumes,
  ...budgets,
  ...quotas,
  ...ranges,
  ...access,
  ...classes,
  ...webhooks,
  ...policies,
  ...config,
  ...metadata,
];
