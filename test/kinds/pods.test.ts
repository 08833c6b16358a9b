/** Mistakes in pods, one at a time, and what is near to them and no mistake. */
import { type Case, describeCases } from './compare.ts';

type Fields = Readonly<Record<string, unknown>>;

const MAIN = { name: 'main', image: 'example/web:1' };

function template(spec: Fields): Fields {
  const labels = { app: 'web' };
  return {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [MAIN], ...spec } },
  };
}

const container = (fields: Fields) => ({ containers: [{ ...MAIN, ...fields }] });
const probe = (fields: Fields) => container({ livenessProbe: fields });
const volume = (fields: Fields) => ({ volumes: [{ name: 'data', ...fields }] });

const CONTAINERS: readonly Fields[] = [
  { image: '' },
  { image: undefined },
  { name: 'BAD' },
  { name: 'a'.repeat(64) },
  { image: ' x' },
  { imagePullPolicy: 'Sometimes' },
  { ports: [{ containerPort: 0 }] },
  { ports: [{ containerPort: 70000 }] },
  { ports: [{ containerPort: 80, protocol: 'HTTP' }] },
  { ports: [{ containerPort: 80, name: 'way-too-long-port-name' }] },
  { ports: [{ containerPort: 80, name: 'UPPER' }] },
  { ports: [{ containerPort: 80, name: '123' }] },
  {
    ports: [
      { containerPort: 80, name: 'a' },
      { containerPort: 81, name: 'a' },
    ],
  },
  { ports: [{ containerPort: 80, hostPort: 80 }] },
  { ports: [{ containerPort: 80, hostPort: -1 }] },
  { ports: [{ name: 'x' }] },
  { ports: [{ containerPort: 80, hostIP: 'bad' }] },
  { env: [{ name: '' }] },
  { env: [{ name: '=x' }] },
  { env: [{ name: 'A', value: '1', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
  { env: [{ name: 'A', valueFrom: {} }] },
  { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.nope' } } }] },
  {
    env: [
      {
        name: 'A',
        valueFrom: { fieldRef: { fieldPath: 'metadata.name' }, secretKeyRef: { name: 'a', key: 'b' } },
      },
    ],
  },
  { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'a' } } }] },
  { env: [{ name: 'A', valueFrom: { secretKeyRef: { key: 'a b', name: 'x' } } }] },
  { env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.bananas' } } }] },
  { envFrom: [{}] },
  { envFrom: [{ configMapRef: {} }] },
  { envFrom: [{ prefix: '=', configMapRef: { name: 'x' } }] },
  { volumeMounts: [{ name: 'none', mountPath: '/x' }] },
  { volumeMounts: [{ name: 'none' }] },
  { resources: { limits: { cpu: '1' }, requests: { cpu: '2' } } },
  { resources: { requests: { memory: '-1' } } },
  { resources: { requests: { weird: '1' } } },
  { resources: { limits: { 'example.com/gpu': '1.5' } } },
  { resources: { requests: { 'example.com/gpu': '1' } } },
  { resources: { limits: { cpu: '1m' }, requests: { cpu: '0.5m' } } },
  { resources: { limits: { 'hugepages-2Mi': '2Mi' } } },
  { resources: { claims: [{ name: 'x' }] } },
  { lifecycle: { postStart: {} } },
  { lifecycle: { preStop: { sleep: { seconds: -1 } } } },
  { securityContext: { runAsUser: -1 } },
  { securityContext: { capabilities: { add: ['CAP_SYS_ADMIN'] }, allowPrivilegeEscalation: false } },
  { securityContext: { procMount: 'X' } },
  { securityContext: { seccompProfile: { type: 'X' } } },
  { securityContext: { seccompProfile: { type: 'Localhost' } } },
  { terminationMessagePolicy: 'X' },
  { terminationMessagePath: '' },
  { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'X' }] },
];

const PROBES: readonly Fields[] = [
  {},
  { httpGet: { port: 80 }, tcpSocket: { port: 80 } },
  { httpGet: {} },
  { httpGet: { port: 0 } },
  { httpGet: { port: 'toolongportnamehere' } },
  { httpGet: { port: 80, scheme: 'ftp' } },
  { httpGet: { port: 80 }, periodSeconds: -1 },
  { httpGet: { port: 80 }, successThreshold: 3 },
  { exec: {} },
  { grpc: {} },
  { httpGet: { port: 80 }, timeoutSeconds: -1 },
  { httpGet: { port: 80 }, initialDelaySeconds: -5 },
  { httpGet: { port: 80, httpHeaders: [{ name: 'a b', value: 'x' }] } },
  { tcpSocket: { port: 'nope' } },
  { httpGet: { port: 80 }, terminationGracePeriodSeconds: 0 },
];

const VOLUMES: readonly Fields[] = [
  {},
  { emptyDir: {}, hostPath: { path: '/x' } },
  { hostPath: { path: '' } },
  { hostPath: { path: '/x/../y' } },
  { hostPath: { path: '/x', type: 'Nope' } },
  { configMap: {} },
  { secret: {} },
  { configMap: { name: 'x', items: [{ key: 'a', path: '../x' }] } },
  { configMap: { name: 'x', items: [{ key: 'a', path: '/x' }] } },
  { configMap: { name: 'x', items: [{ path: 'x' }] } },
  { configMap: { name: 'x', defaultMode: 1000 } },
  { persistentVolumeClaim: {} },
  { projected: { sources: [{}] } },
  { projected: { sources: [{ serviceAccountToken: { path: 'x', expirationSeconds: 5 } }] } },
  { downwardAPI: { items: [{ path: 'x' }] } },
  { nfs: { server: '', path: '/x' } },
  { csi: {} },
  { emptyDir: { sizeLimit: '-1' } },
  { ephemeral: {} },
  { image: {} },
];

const SPECS: readonly Fields[] = [
  {
    containers: [
      {
        name: 'c',
        image: 'x',
        volumeMounts: [
          { name: 'v', mountPath: '/x' },
          { name: 'v', mountPath: '/x' },
        ],
      },
    ],
    volumes: [{ name: 'v', emptyDir: {} }],
  },
  {
    containers: [{ name: 'c', image: 'x', volumeMounts: [{ name: 'v', mountPath: '/x', subPath: '../y' }] }],
    volumes: [{ name: 'v', emptyDir: {} }],
  },
  {
    containers: [{ name: 'c', image: 'x', volumeMounts: [{ name: 'v', mountPath: '/x', subPath: '/y' }] }],
    volumes: [{ name: 'v', emptyDir: {} }],
  },
  {
    containers: [
      { name: 'c', image: 'x', volumeMounts: [{ name: 'v', mountPath: '/x', mountPropagation: 'X' }] },
    ],
    volumes: [{ name: 'v', emptyDir: {} }],
  },
  { volumes: [{ name: 'a b', emptyDir: {} }] },
  {
    volumes: [
      { name: 'v', emptyDir: {} },
      { name: 'v', emptyDir: {} },
    ],
  },
  { dnsPolicy: 'Nope' },
  { dnsPolicy: 'None' },
  { dnsConfig: { nameservers: ['x'] } },
  {
    hostNetwork: true,
    containers: [{ name: 'c', image: 'x', ports: [{ containerPort: 80, hostPort: 81 }] }],
  },
  { tolerations: [{ operator: 'Equal', value: 'x' }] },
  { tolerations: [{ key: 'a', operator: 'Exists', value: 'v' }] },
  { tolerations: [{ key: 'a', operator: 'X' }] },
  { tolerations: [{ key: 'a', effect: 'X' }] },
  { tolerations: [{ key: 'a', effect: 'NoSchedule', tolerationSeconds: 5 }] },
  { tolerations: [{ key: 'a b', operator: 'Exists' }] },
  { topologySpreadConstraints: [{ maxSkew: 0, topologyKey: 'z', whenUnsatisfiable: 'DoNotSchedule' }] },
  { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: '', whenUnsatisfiable: 'DoNotSchedule' }] },
  { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'X' }] },
  {
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'DoNotSchedule' },
      { maxSkew: 2, topologyKey: 'z', whenUnsatisfiable: 'DoNotSchedule' },
    ],
  },
  {
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'ScheduleAnyway', minDomains: 2 },
    ],
  },
  {
    affinity: {
      podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: {} }] },
    },
  },
  {
    affinity: {
      podAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 0, podAffinityTerm: { topologyKey: 'z' } },
        ],
      },
    },
  },
  {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
  },
  {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Gt', values: ['x'] }] }],
        },
      },
    },
  },
  {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In' }] }],
        },
      },
    },
  },
  { terminationGracePeriodSeconds: -1 },
  { serviceAccountName: 'Bad Name' },
  { nodeSelector: { 'a b': 'c' } },
  { nodeSelector: { a: 'b c' } },
  { imagePullSecrets: [{}] },
  { initContainers: [{ name: 'c', image: 'x' }] },
  { initContainers: [{ name: 'i', image: 'x', livenessProbe: { httpGet: { port: 80 } } }] },
  { initContainers: [{ name: 'i', image: 'x', restartPolicy: 'X' }] },
  {
    initContainers: [
      { name: 'i', image: 'x', restartPolicy: 'Always', readinessProbe: { httpGet: { port: 80 } } },
    ],
  },
  { initContainers: [{ name: 'i', image: 'x', lifecycle: { postStart: { exec: { command: ['a'] } } } }] },
  { hostname: 'Bad_' },
  { subdomain: 'Bad_' },
  { priority: 5 },
  { priorityClassName: 'none-such' },
  { activeDeadlineSeconds: 5 },
  { securityContext: { runAsUser: -1 } },
  { securityContext: { runAsGroup: 5e9 } },
  { securityContext: { sysctls: [{ name: 'bad name', value: '1' }] } },
  { securityContext: { fsGroupChangePolicy: 'X' } },
  { hostAliases: [{ ip: 'x', hostnames: ['a'] }] },
  { hostAliases: [{ ip: '1.1.1.1', hostnames: ['A_'] }] },
  { readinessGates: [{ conditionType: 'a b' }] },
  { runtimeClassName: 'Bad_' },
  { schedulerName: '' },
  { preemptionPolicy: 'X' },
  { overhead: { cpu: '-1' } },
  { enableServiceLinks: 'x' },
  { shareProcessNamespace: true, hostPID: true },
  { os: { name: 'beos' } },
  { os: { name: 'windows' }, hostNetwork: true },
  { ephemeralContainers: [{ name: 'e', image: 'x' }] },
  { setHostnameAsFQDN: 1 },
  { schedulingGates: [{ name: 'a/b/c' }] },
  { resourceClaims: [{ name: 'x' }] },
  { restartPolicy: 'Never' },
  { nodeName: 'Bad_' },
];

const PODS: readonly Fields[] = [
  { activeDeadlineSeconds: 0 },
  { restartPolicy: 'X' },
  { containers: [] },
  { nodeName: 'n', schedulingGates: [{ name: 'x' }] },
  { serviceAccountName: 'nope' },
  { ephemeralContainers: [{ name: 'e', image: 'x' }] },
];

const specs = [...CONTAINERS.map(container), ...PROBES.map(probe), ...VOLUMES.map(volume), ...SPECS];

const cases: readonly Case[] = [
  ...specs.map((spec, i) => ({
    what: JSON.stringify(spec),
    path: '/apis/apps/v1/namespaces/$NS/deployments',
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: `web-${i}` },
      spec: template(spec),
    },
  })),
  ...PODS.map((spec, i) => ({
    what: `a pod of ${JSON.stringify(spec)}`,
    path: '/api/v1/namespaces/$NS/pods',
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `web-${i}` },
      spec: { containers: [MAIN], ...spec },
    },
  })),
];

describeCases('pods', 'pods', cases);
