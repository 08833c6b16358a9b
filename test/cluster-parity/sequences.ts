/** What is asked of both servers. */
import {
  APPLY,
  APPS,
  apply,
  CORE,
  configMap,
  deployment,
  get,
  patch,
  podSpec,
  post,
  put,
  RBAC,
  remove,
} from './requests.ts';
import type { Sequence } from './sequence.ts';
import { unusual } from './unusual.ts';

const WEBHOOK_RULE = {
  apiGroups: ['nothing.example.org'],
  apiVersions: ['v1'],
  operations: ['CREATE'],
  resources: ['*'],
};
const webhook = (name: string) => ({
  name,
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  clientConfig: { service: { name: 'hook', namespace: 'default' } },
  rules: [WEBHOOK_RULE],
});
const service = (name: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
});
const nodePorts = (name: string, ports: readonly number[]) =>
  service(name, {
    type: 'NodePort',
    ports: ports.map((nodePort, index) => ({ name: `p${index}`, port: 80 + index, nodePort })),
  });
const local = (name: string, spec: object = {}) =>
  service(name, { type: 'LoadBalancer', externalTrafficPolicy: 'Local', ...spec });

const definition = (spec: object = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.$NS.example.org' },
  spec: {
    group: '$NS.example.org',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                required: ['color'],
                properties: {
                  size: { type: 'integer', default: 3, minimum: 1, maximum: 9 },
                  color: { type: 'string', enum: ['red', 'green'] },
                  code: { type: 'string', pattern: '^[a-z]+$', maxLength: 5 },
                  ports: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['port'],
                    items: {
                      type: 'object',
                      required: ['port'],
                      properties: { port: { type: 'integer' }, name: { type: 'string' } },
                    },
                  },
                },
              },
              status: { type: 'object', properties: { phase: { type: 'string' } } },
            },
          },
        },
      },
    ],
    ...spec,
  },
});

const WIDGETS = '/apis/$NS.example.org/v1/namespaces/$NS/widgets';
const widget = (name: string, spec: object) => ({
  apiVersion: '$NS.example.org/v1',
  kind: 'Widget',
  metadata: { name },
  spec,
});

export const sequences: readonly Sequence[] = [
  ...unusual,
  {
    name: 'a config map is created, read, replaced, patched in three ways and deleted',
    requests: [
      post(`${CORE}/configmaps`, configMap('a')),
      post(`${CORE}/configmaps`, configMap('a')),
      get(`${CORE}/configmaps/a`),
      get(`${CORE}/configmaps/missing`),
      put(`${CORE}/configmaps/a`, configMap('a', { a: '2', b: '3' })),
      put(`${CORE}/configmaps/a`, configMap('a', { a: '2' }, { resourceVersion: '1' })),
      put(`${CORE}/configmaps/a`, configMap('other')),
      put(`${CORE}/configmaps/missing`, configMap('missing')),
      patch(`${CORE}/configmaps/a`, { data: { b: null, c: '4' } }),
      patch(
        `${CORE}/configmaps/a`,
        [{ op: 'add', path: '/data/d', value: '5' }],
        'application/json-patch+json',
      ),
      patch(
        `${CORE}/configmaps/a`,
        { metadata: { labels: { x: 'y' } } },
        'application/strategic-merge-patch+json',
      ),
      get(`${CORE}/configmaps/a`, 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1'),
      get(`${CORE}/configmaps?labelSelector=x%3Dy`),
      get(`${CORE}/configmaps?labelSelector=x%3Dz`),
      get(`${CORE}/configmaps?fieldSelector=metadata.name%3Da`),
      get(`${CORE}/configmaps?fieldSelector=data.a%3Da`),
      remove(`${CORE}/configmaps/a`, { preconditions: { uid: 'wrong' } }),
      remove(`${CORE}/configmaps/a?dryRun=All`),
      remove(`${CORE}/configmaps/a`),
      remove(`${CORE}/configmaps/a`),
    ],
  },
  {
    name: 'what is wrong with an object is told in the same words',
    requests: [
      post(`${CORE}/configmaps`, configMap('Wrong_Name')),
      post(`${CORE}/configmaps`, configMap('a', {}, { labels: { 'bad key': 'x' } })),
      post(`${CORE}/configmaps`, configMap('a', {}, { labels: { ok: 'bad value!' } })),
      post(`${CORE}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} }),
      post(`${CORE}/configmaps`, configMap('a', {}, { namespace: 'elsewhere' })),
      post('/api/v1/namespaces/not-there/configmaps', configMap('a')),
      post(`${CORE}/configmaps`, { ...configMap('a'), unknown: 1 }),
      post(`${CORE}/configmaps?fieldValidation=Strict`, { ...configMap('b'), unknown: 1 }),
      post(`${CORE}/configmaps?fieldValidation=Ignore`, { ...configMap('c'), unknown: 1 }),
      post(`${CORE}/configmaps`, { ...configMap('d'), data: { a: 1 } }),
      post(`${APPS}/deployments`, deployment('a', { replicas: 'three' })),
      post(`${APPS}/deployments`, { ...deployment('a'), kind: 'StatefulSet' }),
      post(`${APPS}/deployments`, deployment('a', { selector: undefined })),
      post(`${APPS}/deployments`, deployment('a', { selector: { matchLabels: { app: 'other' } } })),
      post(
        `${APPS}/deployments`,
        deployment('a', { template: { metadata: { labels: { app: 'web' } }, spec: {} } }),
      ),
      post(`${APPS}/deployments`, deployment('a', { replicas: -1 })),
      post(`${CORE}/services`, service('1a')),
      post(`${CORE}/services`, service('a', { ports: [] })),
      post(`${CORE}/services`, service('a', { ports: [{ port: 0 }] })),
      post(`${CORE}/services`, service('a', { ports: [{ port: 1 }, { port: 2 }] })),
      post(`${CORE}/services`, service('a', { type: 'Nonsense' })),
      post(`${CORE}/secrets`, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 's' },
        type: 'kubernetes.io/tls',
      }),
      post(`${CORE}/persistentvolumeclaims`, {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'p' },
        spec: {},
      }),
      post(`/apis/batch/v1/namespaces/$NS/cronjobs`, {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'c' },
        spec: {
          schedule: 'often',
          jobTemplate: { spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } } },
        },
      }),
    ],
  },
  {
    name: 'workloads get the same defaults',
    requests: [
      post(`${APPS}/deployments`, deployment('d')),
      post(`${APPS}/statefulsets`, {
        ...deployment('s', {
          serviceName: 's',
          volumeClaimTemplates: [
            {
              metadata: { name: 'data' },
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1024Mi' } } },
            },
          ],
        }),
        kind: 'StatefulSet',
      }),
      post(`${APPS}/daemonsets`, { ...deployment('ds'), kind: 'DaemonSet' }),
      post(`/apis/batch/v1/namespaces/$NS/cronjobs`, {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'c' },
        spec: {
          schedule: '*/5 * * * *',
          jobTemplate: { spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } } },
        },
      }),
      post(`/apis/batch/v1/namespaces/$NS/jobs`, {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'j' },
        spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } },
      }),
      post(`${CORE}/services`, service('svc')),
      post(`${CORE}/services`, service('headless', { clusterIP: 'None' })),
      post(`${CORE}/services`, service('np', { type: 'NodePort' })),
      post(`${CORE}/services`, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'ext' },
        spec: { type: 'ExternalName', externalName: 'example.org' },
      }),
      post(`${CORE}/persistentvolumeclaims`, {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'p' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      }),
      post('/apis/networking.k8s.io/v1/namespaces/$NS/ingresses', {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'i' },
        spec: {
          rules: [
            {
              host: 'a.example',
              http: {
                paths: [
                  {
                    path: '/',
                    pathType: 'Prefix',
                    backend: { service: { name: 's', port: { number: 80 } } },
                  },
                ],
              },
            },
          ],
        },
      }),
      post('/apis/networking.k8s.io/v1/namespaces/$NS/networkpolicies', {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'n' },
        spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] },
      }),
      post('/apis/autoscaling/v2/namespaces/$NS/horizontalpodautoscalers', {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'h' },
        spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } },
      }),
      post('/apis/policy/v1/namespaces/$NS/poddisruptionbudgets', {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { name: 'b' },
        spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
      }),
      post(`${CORE}/secrets`, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 's' },
        stringData: { a: 'b' },
      }),
      post('/apis/rbac.authorization.k8s.io/v1/namespaces/$NS/roles', {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name: 'r' },
        rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
      }),
      post('/apis/rbac.authorization.k8s.io/v1/namespaces/$NS/rolebindings', {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'r' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
        subjects: [{ kind: 'User', name: 'anna' }],
      }),
      post(`${CORE}/serviceaccounts`, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'robot' },
      }),
    ],
  },
  {
    name: 'what is not a workload gets the same defaults too',
    requests: [
      post('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', {
        metadata: { name: 'hooks-$NS' },
        webhooks: [webhook('check.example.org')],
      }),
      post('/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', {
        metadata: { name: 'hooks-$NS' },
        webhooks: [{ ...webhook('change.example.org'), failurePolicy: 'Ignore' }],
      }),
      post('/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies', {
        metadata: { name: 'policy-$NS' },
        spec: {
          matchConstraints: { resourceRules: [{ ...WEBHOOK_RULE, resources: ['nothings'] }] },
          validations: [{ expression: 'true' }],
        },
      }),
      post('/apis/storage.k8s.io/v1/csidrivers', { metadata: { name: '$NS.example.org' }, spec: {} }),
      post('/apis/scheduling.k8s.io/v1/priorityclasses', { metadata: { name: '$NS' }, value: 5 }),
      post('/apis/networking.k8s.io/v1/ingressclasses', {
        metadata: { name: '$NS' },
        spec: { controller: 'example.org/x', parameters: { kind: 'Settings', name: 'a' } },
      }),
      post(`${RBAC}/rolebindings`, {
        metadata: { name: 'nowhere' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
        subjects: [{ kind: 'ServiceAccount', name: 'robot' }],
      }),
      post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
        metadata: { name: 'nowhere-$NS' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'r' },
        subjects: [{ kind: 'ServiceAccount', name: 'robot' }],
      }),
      post(`${CORE}/limitranges`, {
        metadata: { name: 'a' },
        spec: {
          limits: [{ type: 'Container', max: { cpu: '64' }, min: { cpu: '1' }, default: { memory: '1Gi' } }],
        },
      }),
      post(`${CORE}/replicationcontrollers`, {
        metadata: { name: 'a' },
        spec: { template: { metadata: { labels: { app: 'web' } }, spec: podSpec } },
      }),
      post(`${APPS}/daemonsets`, {
        ...deployment('host', {
          template: { metadata: { labels: { app: 'web' } }, spec: { ...podSpec, hostNetwork: true } },
        }),
        kind: 'DaemonSet',
      }),
    ],
  },
  {
    name: 'server-side apply creates, changes, conflicts, forces and gives up fields',
    requests: [
      apply(`${APPS}/deployments/d`, deployment('d', { replicas: 1 })),
      apply(`${APPS}/deployments/d`, deployment('d', { replicas: 1 })),
      apply(`${APPS}/deployments/d`, deployment('d', { replicas: 2 }), 'fieldManager=two'),
      apply(`${APPS}/deployments/d`, deployment('d', { replicas: 2 }), 'fieldManager=two&force=true'),
      apply(`${APPS}/deployments/d`, deployment('d')),
      apply(`${APPS}/deployments/d`, deployment('d', { nonsense: 1 })),
      apply(`${APPS}/deployments/d`, deployment('d', { replicas: 'x' })),
      patch(`${APPS}/deployments/d`, deployment('d'), APPLY),
      apply(`${APPS}/deployments/e?dryRun=All&x=y`, deployment('e')),
      get(`${APPS}/deployments/e`),
      apply(`${APPS}/deployments/d`, deployment('f')),
      apply(`${APPS}/deployments/d`, { ...deployment('d'), apiVersion: 'apps/v2' }),
      patch(`${APPS}/deployments/d/scale`, { spec: { replicas: 5 } }),
      get(`${APPS}/deployments/d/scale`),
      get(`${APPS}/deployments/d`),
      patch(
        `${APPS}/deployments/d`,
        {
          spec: {
            template: {
              spec: {
                containers: [
                  { name: 'web', image: 'example/web:2' },
                  { name: 'side', image: 'example/side:1' },
                ],
              },
            },
          },
        },
        'application/strategic-merge-patch+json',
      ),
      patch(`${APPS}/deployments/d`, { spec: { selector: { matchLabels: { app: 'changed' } } } }),
      patch(`${APPS}/deployments/d/status`, { status: { replicas: 5, readyReplicas: 4 } }),
      patch(`${APPS}/deployments/d`, { metadata: { finalizers: ['example.org/hold'] } }),
      remove(`${APPS}/deployments/d`),
      patch(`${APPS}/deployments/d`, { metadata: { finalizers: null } }),
      get(`${APPS}/deployments/d`),
    ],
  },
  {
    name: 'lists are paged and limited to what they may be',
    requests: [
      post(`${CORE}/configmaps`, configMap('a')),
      post(`${CORE}/configmaps`, configMap('b')),
      post(`${CORE}/configmaps`, configMap('c')),
      get(`${CORE}/configmaps?limit=2`),
      get(`${CORE}/configmaps?resourceVersion=0`),
      get(`${CORE}/configmaps?resourceVersionMatch=Exact`),
      get(`${CORE}/configmaps?resourceVersion=nonsense`),
      get(`${CORE}/configmaps?labelSelector=a%20b`),
      get(`${CORE}/configmaps`, 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'),
      remove(`${CORE}/configmaps?labelSelector=none`),
      get(`${CORE}/nonsense`),
      get('/apis/nonsense.example/v1'),
      post(`${CORE}/configmaps/a`, configMap('a')),
      patch(`${CORE}/configmaps/a`, { data: {} }, 'application/nonsense'),
      get('/api/v1/nodes/missing'),
      get('/api/v1/namespaces/missing'),
    ],
  },
  {
    name: 'node ports belong to one service, from the first write to the last',
    requests: [
      post(`${CORE}/services`, nodePorts('a', [30_001])),
      post(`${CORE}/services`, nodePorts('b', [30_001])),
      post(`${CORE}/services`, nodePorts('b', [30_002, 30_001])),
      post(`${CORE}/services`, nodePorts('b', [30_002, 30_002])),
      post(`${CORE}/services`, nodePorts('b', [20])),
      post(`${CORE}/services?dryRun=All`, nodePorts('b', [30_002])),
      post(`${CORE}/services`, nodePorts('b', [30_002])),
      patch(`${CORE}/services/b`, { spec: { ports: [{ port: 1, nodePort: 30_001 }] } }),
      patch(`${CORE}/services/b`, { spec: { ports: [{ port: 1, nodePort: 30_003 }] } }),
      post(`${CORE}/services`, nodePorts('c', [30_002])),
      patch(`${CORE}/services/a`, { spec: { type: 'ClusterIP' } }),
      post(`${CORE}/services`, nodePorts('d', [30_001])),
      patch(`${CORE}/services/d`, { spec: { type: 'ExternalName', externalName: 'example.org' } }),
      post(`${CORE}/services`, nodePorts('e', [30_001])),
      remove(`${CORE}/services/e`),
      apply(`${CORE}/services/f`, nodePorts('f', [30_001])),
      apply(`${CORE}/services/f`, service('f', { type: 'ClusterIP' })),
      get(`${CORE}/services/f`),
    ],
  },
  {
    name: 'a load balancer that keeps to the nodes of its pods has a port for health checks',
    requests: [
      post(`${CORE}/services`, local('a')),
      post(`${CORE}/services`, local('b', { healthCheckNodePort: 30_011 })),
      post(`${CORE}/services`, local('c', { healthCheckNodePort: 30_011 })),
      post(`${CORE}/services`, local('c', { healthCheckNodePort: 20 })),
      post(
        `${CORE}/services`,
        local('c', { healthCheckNodePort: 30_012, allocateLoadBalancerNodePorts: false }),
      ),
      post(`${CORE}/services`, service('d', { type: 'LoadBalancer', healthCheckNodePort: 30_013 })),
      patch(`${CORE}/services/b`, { spec: { healthCheckNodePort: 30_014 } }),
      patch(`${CORE}/services/b`, { spec: { externalTrafficPolicy: 'Cluster' } }),
      post(`${CORE}/services`, local('d', { healthCheckNodePort: 30_011 })),
      patch(`${CORE}/services/b`, { spec: { externalTrafficPolicy: 'Local' } }),
      apply(`${CORE}/services/e`, local('e')),
      apply(`${CORE}/services/e`, service('e')),
      patch(`${CORE}/services/d`, { spec: { type: 'NodePort' } }),
      patch(`${CORE}/services/c`, { spec: { type: 'ClusterIP' } }),
    ],
  },
  {
    name: 'what is fixed stays as it is',
    requests: [
      post(`${CORE}/services`, service('s')),
      patch(`${CORE}/services/s`, { spec: { clusterIP: '10.96.200.1' } }),
      patch(`${CORE}/services/s`, { spec: { ports: [{ port: 81 }] } }),
      post(`${CORE}/secrets`, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'x' },
        immutable: true,
        stringData: { a: 'b' },
      }),
      patch(`${CORE}/secrets/x`, { stringData: { a: 'c' } }),
      patch(`${CORE}/secrets/x`, { type: 'other' }),
      post(`${CORE}/persistentvolumeclaims`, {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'p' },
        spec: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: 'a',
          resources: { requests: { storage: '1Gi' } },
        },
      }),
      post(`${APPS}/statefulsets`, { ...deployment('s', { serviceName: 's' }), kind: 'StatefulSet' }),
      patch(`${APPS}/statefulsets/s`, { spec: { serviceName: 't' } }),
      patch(`${APPS}/statefulsets/s`, { spec: { replicas: 2 } }),
    ],
  },
  {
    name: 'definitions that are wrong are refused',
    requests: [
      post(
        '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
        definition({ names: { plural: 'other', kind: 'Widget' } }),
      ),
      post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition({ versions: [] })),
      get('/apis/$NS.example.org/v1/namespaces/$NS/widgets'),
    ],
  },
  {
    name: 'custom resources are defaulted, pruned, validated, applied and have a status',
    requests: [
      post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All', definition()),
      {
        ...apply(
          '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.$NS.example.org',
          definition(),
        ),
        isUnsettled: true,
      },
      { ...get(WIDGETS), untilStatus: 200 },
      { ...post(`${WIDGETS}?dryRun=All`, widget('ready', { color: 'red' })), untilStatus: 201 },
      post(WIDGETS, widget('a', { color: 'red' })),
      post(WIDGETS, widget('b', { color: 'blue' })),
      post(WIDGETS, widget('b', { color: 'red', size: 0 })),
      post(WIDGETS, widget('b', { size: 10, color: 'red' })),
      post(WIDGETS, widget('b', {})),
      post(WIDGETS, widget('b', { color: 'red', code: 'A1' })),
      post(WIDGETS, widget('b', { color: 'red', code: 'abcdefg' })),
      post(WIDGETS, widget('b', { color: 'red', size: 'x' })),
      post(WIDGETS, widget('b', { color: 'red', ports: [{ port: 1 }, { port: 1 }] })),
      post(WIDGETS, widget('pruned', { color: 'red', unknown: 1 })),
      post(`${WIDGETS}?fieldValidation=Strict`, widget('strict', { color: 'red', unknown: 1 })),
      patch(`${WIDGETS}/a`, { status: { phase: 'ignored' } }),
      patch(`${WIDGETS}/a/status`, { status: { phase: 'Ready' } }),
      patch(`${WIDGETS}/a`, { spec: { size: 4 } }),
      apply(`${WIDGETS}/c`, widget('c', { color: 'red', ports: [{ port: 1, name: 'x' }] })),
      apply(`${WIDGETS}/c`, widget('c', { color: 'green', ports: [{ port: 2 }] }), 'fieldManager=two'),
      apply(`${WIDGETS}/c`, widget('c', { color: 'red', ports: [{ port: 2 }] }), 'fieldManager=two'),
      apply(`${WIDGETS}/c`, widget('c', { color: 'red' })),
      apply(`${WIDGETS}/c`, widget('c', { color: 'red', unknown: true })),
      patch(`${WIDGETS}/a`, {}, 'application/strategic-merge-patch+json'),
      put(`${WIDGETS}/a`, widget('a', { color: 'green' })),
      get(WIDGETS),
      remove(`${WIDGETS}/a`),
      get(`${WIDGETS}/a`),
    ],
  },
  {
    name: 'dry runs answer as writes do and leave nothing behind',
    requests: [
      post(`${CORE}/configmaps?dryRun=All`, configMap('a')),
      get(`${CORE}/configmaps/a`),
      apply(`${CORE}/configmaps/a`, configMap('a'), 'fieldManager=one&dryRun=All'),
      get(`${CORE}/configmaps/a`),
      post(`${CORE}/configmaps?dryRun=Some`, configMap('a')),
      post(`${CORE}/configmaps`, configMap('a')),
      patch(`${CORE}/configmaps/a?dryRun=All`, { data: { a: '2' } }),
      put(`${CORE}/configmaps/a?dryRun=All`, configMap('a', { a: '3' })),
      get(`${CORE}/configmaps/a`),
      remove(`${CORE}/configmaps/a?dryRun=All`),
      get(`${CORE}/configmaps/a`),
    ],
  },
  {
    name: 'patches that do not fit are refused in the same words',
    requests: [
      post(`${CORE}/configmaps`, configMap('a')),
      patch(`${CORE}/configmaps/a`, [{ op: 'remove', path: '/data/missing' }], 'application/json-patch+json'),
      patch(
        `${CORE}/configmaps/a`,
        [{ op: 'test', path: '/data/a', value: 'no' }],
        'application/json-patch+json',
      ),
      patch(`${CORE}/configmaps/a`, { nonsense: 1 }),
      patch(`${CORE}/configmaps/a`, { metadata: { name: 'b' } }),
      patch(`${CORE}/configmaps/a`, { metadata: { resourceVersion: '1' } }),
      patch(`${CORE}/configmaps/a`, { metadata: { uid: 'wrong' } }),
      patch(`${CORE}/configmaps/missing`, { data: {} }),
      apply(`${CORE}/configmaps/a`, configMap('a', {}, { managedFields: [{ manager: 'x' }] })),
    ],
  },
  {
    name: 'strategic merge patches work on lists by key',
    requests: [
      post(`${APPS}/deployments`, deployment('d')),
      ...[
        { spec: { template: { spec: { containers: [{ name: 'web', env: [{ name: 'A', value: '1' }] }] } } } },
        { spec: { template: { spec: { containers: [{ name: 'web', env: [{ name: 'B', value: '2' }] }] } } } },
        {
          spec: {
            template: { spec: { containers: [{ name: 'web', env: [{ name: 'A', $patch: 'delete' }] }] } },
          },
        },
        { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
        {
          spec: {
            template: { spec: { containers: [{ name: 'new', image: 'x:1' }, { $patch: 'replace' }] } },
          },
        },
        { metadata: { finalizers: ['example.org/a'] } },
        { metadata: { finalizers: ['example.org/b'] } },
        { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.org/a'] } },
        { metadata: { finalizers: null } },
      ].map((body) => patch(`${APPS}/deployments/d`, body, 'application/strategic-merge-patch+json')),
    ],
  },
];
