/** The roles and bindings that every cluster has: the ones that users meet, not those of system components. */
import type { KubernetesObject } from '../../objects/index.ts';

const BOOTSTRAP = {
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
};
const API = 'rbac.authorization.k8s.io';
const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

const APPLICATION_RESOURCES: readonly (readonly [group: string, ...resources: string[]])[] = [
  [
    '',
    'bindings',
    'configmaps',
    'endpoints',
    'events',
    'limitranges',
    'persistentvolumeclaims',
    'persistentvolumeclaims/status',
    'pods',
    'pods/log',
    'pods/status',
    'replicationcontrollers',
    'replicationcontrollers/scale',
    'resourcequotas',
    'serviceaccounts',
    'services',
    'services/status',
  ],
  [
    'apps',
    'controllerrevisions',
    'daemonsets',
    'deployments',
    'deployments/scale',
    'deployments/status',
    'replicasets',
    'replicasets/scale',
    'statefulsets',
    'statefulsets/scale',
  ],
  ['autoscaling', 'horizontalpodautoscalers'],
  ['batch', 'cronjobs', 'jobs'],
  ['discovery.k8s.io', 'endpointslices'],
  ['networking.k8s.io', 'ingresses', 'networkpolicies'],
  ['policy', 'poddisruptionbudgets'],
];

function rules(verbs: readonly string[]): readonly Rule[] {
  return APPLICATION_RESOURCES.map(([group, ...resources]) => ({ verbs, apiGroups: [group], resources }));
}

const VIEW = [...rules(READ), { verbs: READ, apiGroups: [''], resources: ['namespaces'] }];
const EDIT = [
  ...VIEW,
  ...rules(WRITE),
  { verbs: [...READ, ...WRITE], apiGroups: [''], resources: ['secrets'] },
];
const ADMIN = [
  ...EDIT,
  { verbs: [...READ, ...WRITE], apiGroups: [API], resources: ['roles', 'rolebindings'] },
  { verbs: ['create'], apiGroups: ['authorization.k8s.io'], resources: ['localsubjectaccessreviews'] },
];
const DISCOVERY_PATHS = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/openapi',
  '/openapi/*',
  '/version',
  '/version/',
];
const HEALTH_PATHS = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
const SELF_REVIEWS: readonly Rule[] = [
  {
    verbs: ['create'],
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
  { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
];

export function bootstrapRoles(): readonly KubernetesObject[] {
  return [
    clusterRole('cluster-admin', [
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      { verbs: ['*'], nonResourceURLs: ['*'] },
    ]),
    clusterRole('admin', ADMIN),
    clusterRole('edit', EDIT),
    clusterRole('view', VIEW),
    clusterRole('system:discovery', [
      { verbs: ['get'], nonResourceURLs: [...DISCOVERY_PATHS, ...HEALTH_PATHS] },
    ]),
    clusterRole('system:basic-user', SELF_REVIEWS),
    clusterRole('system:public-info-viewer', [{ verbs: ['get'], nonResourceURLs: HEALTH_PATHS }]),
    clusterRoleBinding('cluster-admin', 'system:masters'),
    clusterRoleBinding('system:discovery', 'system:authenticated'),
    clusterRoleBinding('system:basic-user', 'system:authenticated'),
    clusterRoleBinding('system:public-info-viewer', 'system:authenticated', 'system:unauthenticated'),
  ];
}

function clusterRole(name: string, rules: readonly Rule[]): KubernetesObject {
  return { apiVersion: `${API}/v1`, kind: 'ClusterRole', metadata: { name, ...BOOTSTRAP }, rules };
}

function clusterRoleBinding(role: string, ...groups: readonly string[]): KubernetesObject {
  return {
    apiVersion: `${API}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: role, ...BOOTSTRAP },
    roleRef: { apiGroup: API, kind: 'ClusterRole', name: role },
    subjects: groups.map((name) => ({ apiGroup: API, kind: 'Group', name })),
  };
}
