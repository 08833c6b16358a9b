/** Objects that an API server refuses for what no schema says, and the field that it is about. */
import type { KubernetesObject } from '../../lib/objects/index.ts';

interface Refused {
  readonly what: string;
  readonly object: KubernetesObject;
  readonly field: string;
}

const MAIN = { name: 'main', image: 'example/web:1' };

function pod(container: object, spec: object = {}): KubernetesObject {
  return named('v1', 'Pod', { spec: { containers: [{ ...MAIN, ...container }], ...spec } });
}

function deployment(spec: object, template: object = {}): KubernetesObject {
  const labels = { app: 'web' };
  return named('apps/v1', 'Deployment', {
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [MAIN], ...template } },
      ...spec,
    },
  });
}

function service(spec: object): KubernetesObject {
  return named('v1', 'Service', { spec: { ports: [{ port: 80 }], ...spec } });
}

function named(apiVersion: string, kind: string, content: object, metadata: object = {}): KubernetesObject {
  return { apiVersion, kind, metadata: { name: 'one', ...metadata }, ...content };
}

const job = { template: { spec: { restartPolicy: 'Never', containers: [MAIN] } } };
const RBAC = 'rbac.authorization.k8s.io/v1';
const container = 'spec.containers[0]';

const CASES: readonly (readonly [what: string, object: KubernetesObject, field: string])[] = [
  ['a port out of range', pod({ ports: [{ containerPort: 70_000 }] }), `${container}.ports[0].containerPort`],
  [
    'two ports of one name',
    pod({
      ports: [
        { name: 'a', containerPort: 1 },
        { name: 'a', containerPort: 2 },
      ],
    }),
    `${container}.ports[1].name`,
  ],
  [
    'a name of a port that is too long',
    pod({ ports: [{ name: 'a-very-long-name', containerPort: 1 }] }),
    `${container}.ports[0].name`,
  ],
  [
    'a request above its limit',
    pod({ resources: { requests: { cpu: 2 }, limits: { cpu: '1500m' } } }),
    `${container}.resources.requests.cpu`,
  ],
  [
    'a request above its limit, by other units',
    pod({ resources: { requests: { memory: '1Gi' }, limits: { memory: '1G' } } }),
    `${container}.resources.requests.memory`,
  ],
  [
    'a resource that there is not',
    pod({ resources: { limits: { mem: '1Gi' } } }),
    `${container}.resources.limits`,
  ],
  [
    'less than no processor',
    pod({ resources: { limits: { cpu: '-1' } } }),
    `${container}.resources.limits.cpu`,
  ],
  [
    'a mount of no volume',
    pod({ volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
    `${container}.volumeMounts[0].name`,
  ],
  ['a variable without a legal name', pod({ env: [{ name: 'a=b' }] }), `${container}.env[0].name`],
  [
    'a variable from two places',
    pod({ env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
    `${container}.env[0]`,
  ],
  ['a probe that asks nothing', pod({ livenessProbe: { periodSeconds: 5 } }), `${container}.livenessProbe`],
  [
    'a probe that asks twice',
    pod({ readinessProbe: { exec: { command: ['a'] }, tcpSocket: { port: 80 } } }),
    `${container}.readinessProbe`,
  ],
  [
    'a liveness probe that must succeed twice',
    pod({ livenessProbe: { exec: { command: ['a'] }, successThreshold: 2 } }),
    `${container}.livenessProbe.successThreshold`,
  ],
  [
    'a probe before the start',
    pod({ readinessProbe: { exec: { command: ['a'] }, initialDelaySeconds: -1 } }),
    `${container}.readinessProbe.initialDelaySeconds`,
  ],
  ['a container without image', pod({ image: '' }), `${container}.image`],
  ['an image with white space', pod({ image: ' a' }), `${container}.image`],
  ['a pull policy that there is not', pod({ imagePullPolicy: 'Sometimes' }), `${container}.imagePullPolicy`],
  [
    'privileged without escalation',
    pod({ securityContext: { privileged: true, allowPrivilegeEscalation: false } }),
    `${container}.securityContext.allowPrivilegeEscalation`,
  ],
  ['a name of a container that is none', pod({ name: 'A' }), `${container}.name`],
  ['two containers of one name', pod({}, { initContainers: [MAIN] }), 'spec.initContainers[0].name'],
  ['no containers', pod({}, { containers: [] }), 'spec.containers'],
  [
    'a volume of two sources',
    pod({}, { volumes: [{ name: 'a', emptyDir: {}, hostPath: { path: '/a' } }] }),
    'spec.volumes[0]',
  ],
  [
    'a toleration of a value that exists',
    pod({}, { tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] }),
    'spec.tolerations[0].value',
  ],
  [
    'a toleration of no effect',
    pod({}, { tolerations: [{ key: 'a', operator: 'Exists', effect: 'Never' }] }),
    'spec.tolerations[0].effect',
  ],
  [
    'a spread of no skew',
    pod(
      {},
      { topologySpreadConstraints: [{ maxSkew: 0, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule' }] },
    ),
    'spec.topologySpreadConstraints[0].maxSkew',
  ],
  ['a restart policy that there is not', pod({}, { restartPolicy: 'Sometimes' }), 'spec.restartPolicy'],
  [
    'a label that is none',
    named('v1', 'ConfigMap', {}, { labels: { app: 'a b' } }),
    'metadata.labels["app"]',
  ],
  ['a label whose key is none', named('v1', 'ConfigMap', {}, { labels: { 'a b': 'x' } }), 'metadata.labels'],
  [
    'an annotation whose key is none',
    named('v1', 'ConfigMap', {}, { annotations: { 'a b': 'x' } }),
    'metadata.annotations',
  ],
  [
    'annotations that are too large',
    named('v1', 'ConfigMap', {}, { annotations: { a: 'x'.repeat(262_144) } }),
    'metadata.annotations',
  ],
  ['a key that is no file name', named('v1', 'ConfigMap', { data: { 'a b': 'x' } }), 'data'],
  ['more data than fits', named('v1', 'ConfigMap', { data: { a: 'x'.repeat(1_048_577) } }), 'data'],
  [
    'a selector that does not match its template',
    deployment({ selector: { matchLabels: { app: 'api' } } }),
    'spec.selector',
  ],
  ['an empty selector', deployment({ selector: {} }), 'spec.selector'],
  [
    'a selector of an operator that there is not',
    deployment({
      selector: {
        matchLabels: { app: 'web' },
        matchExpressions: [{ key: 'a', operator: 'Is', values: ['b'] }],
      },
    }),
    'spec.selector.matchExpressions[0].operator',
  ],
  [
    'a selector in nothing',
    deployment({
      selector: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'app', operator: 'In' }] },
    }),
    'spec.selector.matchExpressions[0].values',
  ],
  [
    'a restart policy that workloads cannot have',
    deployment({}, { restartPolicy: 'Never' }),
    'spec.template.spec.restartPolicy',
  ],
  ['less than no replicas', deployment({ replicas: -1 }), 'spec.replicas'],
  [
    'a rollout that cannot go on',
    deployment({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } }),
    'spec.strategy.rollingUpdate',
  ],
  ['a strategy that there is not', deployment({ strategy: { type: 'Slowly' } }), 'spec.strategy.type'],
  [
    'Recreate with an update that rolls',
    deployment({ strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
    'spec.strategy.rollingUpdate',
  ],
  [
    'several ports without names',
    service({ ports: [{ name: 'a', port: 1 }, { port: 2 }] }),
    'spec.ports[1].name',
  ],
  [
    'two ports of a service of one name',
    service({
      ports: [
        { name: 'a', port: 1 },
        { name: 'a', port: 2 },
      ],
    }),
    'spec.ports[1].name',
  ],
  ['a port of a service out of range', service({ ports: [{ port: 70_000 }] }), 'spec.ports[0].port'],
  ['a type of service that there is not', service({ type: 'Public' }), 'spec.type'],
  ['an external name that is missing', service({ type: 'ExternalName' }), 'spec.externalName'],
  [
    'a job that always restarts',
    named('batch/v1', 'Job', { spec: { template: { spec: { containers: [MAIN] } } } }),
    'spec.template.spec.restartPolicy',
  ],
  [
    'a job whose name is no label',
    named('batch/v1', 'Job', { spec: job }, { name: 'x'.repeat(64) }),
    'metadata.name',
  ],
  [
    'a schedule of a minute that there is not',
    named('batch/v1', 'CronJob', { spec: { schedule: '61 * * * *', jobTemplate: { spec: job } } }),
    'spec.schedule',
  ],
  [
    'a schedule of four fields',
    named('batch/v1', 'CronJob', { spec: { schedule: '* * * *', jobTemplate: { spec: job } } }),
    'spec.schedule',
  ],
  [
    'a schedule of a Sunday that is 7',
    named('batch/v1', 'CronJob', { spec: { schedule: '0 0 * * 7', jobTemplate: { spec: job } } }),
    'spec.schedule',
  ],
  [
    'a policy of concurrency that there is not',
    named('batch/v1', 'CronJob', {
      spec: { schedule: '@daily', concurrencyPolicy: 'Maybe', jobTemplate: { spec: job } },
    }),
    'spec.concurrencyPolicy',
  ],
  [
    'less replicas at most than at least',
    named('autoscaling/v2', 'HorizontalPodAutoscaler', {
      spec: {
        minReplicas: 3,
        maxReplicas: 2,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' },
      },
    }),
    'spec.maxReplicas',
  ],
  [
    'a budget of both kinds',
    named('policy/v1', 'PodDisruptionBudget', {
      spec: { minAvailable: 1, maxUnavailable: 1, selector: { matchLabels: { a: 'b' } } },
    }),
    'spec',
  ],
  [
    'a path that is none',
    named('networking.k8s.io/v1', 'Ingress', {
      spec: {
        rules: [
          {
            http: {
              paths: [
                {
                  path: 'web',
                  pathType: 'Prefix',
                  backend: { service: { name: 'a', port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    }),
    'spec.rules[0].http.paths[0].path',
  ],
  [
    'a backend without port',
    named('networking.k8s.io/v1', 'Ingress', {
      spec: {
        rules: [
          { http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'a' } } }] } },
        ],
      },
    }),
    'spec.rules[0].http.paths[0].backend.service.port',
  ],
  [
    'a claim of no size',
    named('v1', 'PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteOnce'] } }),
    'spec.resources.requests.storage',
  ],
  [
    'a claim of no access',
    named('v1', 'PersistentVolumeClaim', { spec: { resources: { requests: { storage: '1Gi' } } } }),
    'spec.accessModes',
  ],
  [
    'an access that there is not',
    named('v1', 'PersistentVolumeClaim', {
      spec: { accessModes: ['Write'], resources: { requests: { storage: '1Gi' } } },
    }),
    'spec.accessModes[0]',
  ],
  [
    'a rule without API groups',
    named(RBAC, 'Role', { rules: [{ resources: ['pods'], verbs: ['get'] }] }),
    'rules[0].apiGroups',
  ],
  [
    'a rule without resources',
    named(RBAC, 'ClusterRole', { rules: [{ apiGroups: [''], verbs: ['get'] }] }),
    'rules[0].resources',
  ],
  [
    'a cluster-wide account of no namespace',
    named(RBAC, 'ClusterRoleBinding', {
      roleRef: { kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', name: 'a' }],
    }),
    'subjects[0].namespace',
  ],
  [
    'a role of a kind that there is not',
    named(RBAC, 'RoleBinding', { roleRef: { kind: 'Rolle', name: 'view' } }),
    'roleRef.kind',
  ],
  [
    'a subject of a kind that there is not',
    named(RBAC, 'RoleBinding', {
      roleRef: { kind: 'Role', name: 'view' },
      subjects: [{ kind: 'Person', name: 'a' }],
    }),
    'subjects[0].kind',
  ],
];

export const refused: readonly Refused[] = CASES.map(([what, object, field]) => ({ what, object, field }));
