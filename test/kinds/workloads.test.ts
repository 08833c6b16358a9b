/** Mistakes in workloads, one at a time, and what is near to them and no mistake. Those of their pods are elsewhere. */
import { type Case, describeCases } from './compare.ts';

type Fields = Readonly<Record<string, unknown>>;

const MAIN = { name: 'main', image: 'example/web:1' };
const LABELS = { app: 'web' };
const template = (metadata: Fields = { labels: LABELS }, spec: Fields = {}) => ({
  template: { metadata, spec: { containers: [MAIN], ...spec } },
});
const workload = { selector: { matchLabels: LABELS }, ...template() };
const jobPods = (spec: Fields = {}, metadata: Fields = {}) => ({
  template: { metadata, spec: { restartPolicy: 'Never', containers: [MAIN], ...spec } },
});
const claim = (name: string, spec: Fields = {}) => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});
const mounted = (...names: readonly string[]) =>
  template(
    { labels: LABELS },
    { containers: [{ ...MAIN, volumeMounts: names.map((name) => ({ name, mountPath: `/${name}` })) }] },
  );

/** Of a workload's selector and template, whatever its kind. */
const SELECTED: readonly Fields[] = [
  {},
  { selector: undefined },
  { selector: {} },
  { selector: { matchLabels: {} } },
  { selector: { matchLabels: { app: 'api' } } },
  { selector: { matchLabels: { 'a b': 'c' } } },
  { selector: { matchLabels: { app: 'a b' } } },
  { selector: { matchExpressions: [{ key: 'app', operator: 'In' }] } },
  { selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'api'] }] } },
  { selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['a b'] }] } },
  { selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } },
  { selector: { matchExpressions: [{ key: 'app', operator: 'Exists', values: ['web'] }] } },
  { selector: { matchExpressions: [{ key: 'a b', operator: 'DoesNotExist' }] } },
  { selector: { matchExpressions: [{ key: 'app', operator: 'Is', values: ['web'] }] } },
  { template: undefined },
  template({}),
  template({ labels: { ...LABELS, 'a b': 'c' } }),
  template({ labels: LABELS, annotations: { 'a b': 'c' } }),
  template({ labels: LABELS, annotations: { 'Example.com/Some-Key': 'c d' } }),
  template({ labels: LABELS }, { restartPolicy: 'Never' }),
  template({ labels: LABELS }, { activeDeadlineSeconds: 5 }),
  { minReadySeconds: -1 },
  { minReadySeconds: 5 },
];

const REPLICATED: readonly Fields[] = [{ replicas: -1 }, { replicas: 0 }];

const rolling = (rollingUpdate: Fields) => ({ strategy: { rollingUpdate } });

const DEPLOYMENTS: readonly Fields[] = [
  ...SELECTED,
  ...REPLICATED,
  { strategy: { type: 'X' } },
  { strategy: { type: 'Recreate' } },
  { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } },
  rolling({}),
  rolling({ maxSurge: 'x' }),
  rolling({ maxSurge: '5' }),
  rolling({ maxSurge: '10.5%' }),
  rolling({ maxSurge: '250%' }),
  rolling({ maxSurge: -1 }),
  rolling({ maxUnavailable: '150%' }),
  rolling({ maxUnavailable: 0 }),
  rolling({ maxUnavailable: 0, maxSurge: 0 }),
  rolling({ maxUnavailable: '0%', maxSurge: 0 }),
  rolling({ maxUnavailable: 0, maxSurge: 'x' }),
  { revisionHistoryLimit: -1 },
  { revisionHistoryLimit: 0 },
  { progressDeadlineSeconds: 5, minReadySeconds: 10 },
  { progressDeadlineSeconds: 10, minReadySeconds: 10 },
  { minReadySeconds: 600 },
  { progressDeadlineSeconds: -1 },
  { progressDeadlineSeconds: 0 },
];

const DAEMONS: readonly Fields[] = [
  ...SELECTED,
  { updateStrategy: { type: 'X' } },
  { updateStrategy: { type: 'OnDelete' } },
  { updateStrategy: { type: 'OnDelete', rollingUpdate: { maxUnavailable: 0 } } },
  { updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } },
  { updateStrategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } },
  { updateStrategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: '150%' } } },
  { updateStrategy: { rollingUpdate: { maxSurge: 1 } } },
  { updateStrategy: { rollingUpdate: { maxUnavailable: 'x%' } } },
  { updateStrategy: { rollingUpdate: { maxUnavailable: '50%' } } },
  { updateStrategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } } },
  { revisionHistoryLimit: -1 },
];

const STATEFUL: readonly Fields[] = [
  ...SELECTED,
  ...REPLICATED,
  { podManagementPolicy: 'X' },
  { podManagementPolicy: 'Parallel' },
  { podManagementPolicy: '' },
  { updateStrategy: { type: 'Y' } },
  { updateStrategy: { type: 'Recreate' } },
  { updateStrategy: { type: 'OnDelete' } },
  { updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } },
  { updateStrategy: { rollingUpdate: { partition: -1 } } },
  { updateStrategy: { rollingUpdate: { partition: 3 } } },
  { updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } },
  { updateStrategy: { rollingUpdate: { maxUnavailable: '120%' } } },
  { updateStrategy: { rollingUpdate: { maxUnavailable: '20%' } } },
  { volumeClaimTemplates: [claim('data', { accessModes: undefined })] },
  { volumeClaimTemplates: [claim('Bad_')] },
  { volumeClaimTemplates: [claim('data')], ...mounted('data') },
  { volumeClaimTemplates: [claim('data')], ...mounted('data', 'none') },
  {
    volumeClaimTemplates: [claim('data')],
    ...template({ labels: LABELS }, { volumes: [{ name: 'data' }, { name: 'Bad_', emptyDir: {} }] }),
  },
  template({ labels: LABELS }, { hostname: 'Bad_', subdomain: 'Bad_' }),
  { ordinals: { start: -1 } },
  { ordinals: { start: 1 } },
  { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'X' } },
  { persistentVolumeClaimRetentionPolicy: { whenScaled: 'X' } },
  { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } },
  { serviceName: 'Bad_' },
  { serviceName: '' },
  { serviceName: undefined },
];

const onExitCodes = (fields: Fields) => ({
  podFailurePolicy: {
    rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1], ...fields } }],
  },
});
const onPodConditions = (...patterns: readonly Fields[]) => ({
  podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: patterns }] },
});
const indexed = (fields: Fields) => ({ completionMode: 'Indexed', completions: 5, ...fields });
const successful = (...rules: readonly Fields[]) => indexed({ successPolicy: { rules } });

/** Of jobs, and of what cron jobs make. */
const JOB_SPECS: readonly Fields[] = [
  {},
  { parallelism: -1 },
  { parallelism: 0 },
  { completions: -1 },
  { completions: 3 },
  { backoffLimit: -1 },
  { ttlSecondsAfterFinished: -1 },
  { ttlSecondsAfterFinished: 0 },
  { activeDeadlineSeconds: -1 },
  { activeDeadlineSeconds: 1 },
  { completionMode: 'X' },
  { completionMode: 'Indexed', parallelism: 2 },
  { completionMode: 'Indexed', completions: 2, parallelism: 100_001 },
  jobPods({ restartPolicy: 'Always' }),
  jobPods({ restartPolicy: undefined }),
  jobPods({ restartPolicy: 'X' }),
  jobPods({ restartPolicy: 'OnFailure' }),
  jobPods({}, { labels: { 'a b': 'c' } }),
  { podFailurePolicy: { rules: [{ action: 'X' }] } },
  { podFailurePolicy: { rules: [{ action: 'X', onExitCodes: { operator: 'In', values: [1] } }] } },
  { podFailurePolicy: { rules: [{ action: 'FailIndex', onExitCodes: { operator: 'In', values: [1] } }] } },
  {
    podFailurePolicy: {
      rules: [
        {
          action: 'Ignore',
          onExitCodes: { operator: 'In', values: [1] },
          onPodConditions: [{ type: 'DisruptionTarget' }],
        },
      ],
    },
  },
  onExitCodes({}),
  onExitCodes({ operator: 'Is' }),
  onExitCodes({ values: [] }),
  onExitCodes({ values: [0] }),
  onExitCodes({ operator: 'NotIn', values: [0] }),
  onExitCodes({ values: [1, 1] }),
  onExitCodes({ values: [2, 1] }),
  onExitCodes({ values: Array.from({ length: 256 }, (_, i) => i + 1) }),
  onExitCodes({ containerName: 'other' }),
  onExitCodes({ containerName: 'main' }),
  { ...onExitCodes({}), ...jobPods({ restartPolicy: 'OnFailure' }) },
  { ...onExitCodes({}), podReplacementPolicy: 'TerminatingOrFailed' },
  { ...onExitCodes({}), podReplacementPolicy: 'Failed' },
  onPodConditions({ type: 'DisruptionTarget' }),
  onPodConditions({ type: 'DisruptionTarget', status: 'Maybe' }),
  onPodConditions({ type: 'a b', status: 'True' }),
  { backoffLimitPerIndex: 1 },
  indexed({ backoffLimitPerIndex: 1 }),
  indexed({ backoffLimitPerIndex: -1 }),
  { maxFailedIndexes: 1 },
  indexed({ maxFailedIndexes: 1 }),
  indexed({ maxFailedIndexes: 6, backoffLimitPerIndex: 1 }),
  indexed({ maxFailedIndexes: 5, backoffLimitPerIndex: 1 }),
  indexed({ completions: 100_001, backoffLimitPerIndex: 1 }),
  indexed({ completions: 100_001, backoffLimitPerIndex: 1, maxFailedIndexes: 10_001, parallelism: 10_001 }),
  indexed({ completions: 100_001, backoffLimitPerIndex: 1, maxFailedIndexes: 10, parallelism: 10 }),
  { podReplacementPolicy: 'X' },
  { podReplacementPolicy: 'Failed' },
  { managedBy: 'x' },
  { managedBy: '' },
  { managedBy: 'Bad_/x' },
  { managedBy: 'example.com/a b' },
  { managedBy: `example.com/${'a'.repeat(52)}` },
  { managedBy: 'example.com/manager' },
  { successPolicy: { rules: [] } },
  successful(),
  successful({}),
  successful({ succeededCount: 2 }),
  successful({ succeededCount: 6 }),
  successful({ succeededCount: -1 }),
  successful({ succeededIndexes: '0,2-4' }),
  successful({ succeededIndexes: '' }),
  successful({ succeededIndexes: '0,2-5' }),
  successful({ succeededIndexes: '2,1' }),
  successful({ succeededIndexes: '2-2' }),
  successful({ succeededIndexes: 'x' }),
  successful({ succeededIndexes: '1-2-3' }),
  successful({ succeededIndexes: '0-1', succeededCount: 3 }),
];

const SELECTED_JOBS: readonly Fields[] = [
  { completionMode: 'Indexed' },
  { selector: { matchLabels: { a: 'b' } } },
  { selector: { matchLabels: { a: 'b' } }, ...jobPods({}, { labels: { a: 'b' } }) },
  { selector: {} },
  jobPods({}, { labels: { 'job-name': 'other' } }),
  jobPods({}, { labels: { 'controller-uid': 'other' } }),
  { manualSelector: true },
  { manualSelector: true, selector: { matchLabels: { a: 'b' } } },
  { manualSelector: true, selector: { matchLabels: { a: 'b' } }, ...jobPods({}, { labels: { a: 'b' } }) },
];

const SCHEDULES = [
  'not a cron',
  '',
  '61 * * * *',
  '* 24 * * *',
  '* * 0 * *',
  '* * * 13 *',
  '* * * * 7',
  '* * * * MON-FRI',
  '* * * jan,Feb *',
  '* * * * FRI-MON',
  '*/0 * * * *',
  '*/15 0-23/2 ? * *',
  '5/20 * * * *',
  '5/x * * * *',
  '1-2-3 * * * *',
  '1/2/3 * * * *',
  '-1 * * * *',
  '1, * * * *',
  ', * * * *',
  '0 0 31 2 *',
  ' 0  0 * * * ',
  '* * * * * *',
  '@hourly',
  '@daily ',
  '@reboot',
  '@every 5m',
  '@every 1h30m',
  '@every x',
  '@every ',
  'TZ=UTC * * * * *',
  'CRON_TZ=Europe/Berlin 0 0 * * *',
];

const ZONES = [
  'Europe/Berlin',
  'UTC',
  'Etc/UTC',
  'Etc/GMT+5',
  'EST',
  'US/Pacific',
  'America/Argentina/Buenos_Aires',
  'Mars/X',
  'Local',
  'local',
  '',
  '../UTC',
  '+01:00',
  '+0100',
  'europe/berlin',
];

const CRON_SPECS: readonly Fields[] = [
  ...SCHEDULES.map((schedule) => ({ schedule })),
  ...ZONES.map((timeZone) => ({ timeZone })),
  { schedule: 'TZ=UTC * * * * *', timeZone: 'UTC' },
  { concurrencyPolicy: 'X' },
  { concurrencyPolicy: 'Replace' },
  { concurrencyPolicy: '' },
  { startingDeadlineSeconds: -1 },
  { startingDeadlineSeconds: 0 },
  { successfulJobsHistoryLimit: -1 },
  { successfulJobsHistoryLimit: 0 },
  { failedJobsHistoryLimit: -1 },
  { jobTemplate: { spec: { ...jobPods(), selector: { matchLabels: { a: 'b' } } } } },
  { jobTemplate: { spec: { ...jobPods(), manualSelector: true } } },
  { jobTemplate: { spec: { ...jobPods(), manualSelector: false } } },
  { jobTemplate: { spec: { ...jobPods(), completionMode: 'Indexed' } } },
];

const metric = (type: string, fields: Fields) => ({ metrics: [{ type, ...fields }] });
const resource = (target: Fields, fields: Fields = {}) =>
  metric('Resource', { resource: { name: 'cpu', target, ...fields } });
const inContainer = (fields: Fields) =>
  metric('ContainerResource', {
    containerResource: {
      name: 'cpu',
      container: 'main',
      target: { type: 'Utilization', averageUtilization: 50 },
      ...fields,
    },
  });
const pods = (name: string, target: Fields) => metric('Pods', { pods: { metric: { name }, target } });
const external = (target: Fields) => metric('External', { external: { metric: { name: 'queue' }, target } });
const ofObject = (fields: Fields) =>
  metric('Object', {
    object: {
      metric: { name: 'requests' },
      describedObject: { apiVersion: 'v1', kind: 'Service', name: 'web' },
      target: { type: 'Value', value: '5' },
      ...fields,
    },
  });
const up = (scaleUp: Fields) => ({ behavior: { scaleUp } });
const down = (scaleDown: Fields) => ({ behavior: { scaleDown } });
const policy = (fields: Fields) =>
  down({ policies: [{ type: 'Pods', value: 1, periodSeconds: 1, ...fields }] });
const target = (fields: Fields) => ({
  scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', ...fields },
});

const AUTOSCALERS: readonly Fields[] = [
  {},
  { minReplicas: 5, maxReplicas: 1 },
  { minReplicas: 2, maxReplicas: 2 },
  { minReplicas: 0 },
  { minReplicas: 0, ...external({ type: 'Value', value: '5' }) },
  { minReplicas: -1 },
  { maxReplicas: 0 },
  { maxReplicas: -1 },
  target({ kind: '' }),
  target({ name: '' }),
  target({ kind: 'a/b' }),
  target({ name: '..' }),
  target({ apiVersion: 'v1' }),
  target({ apiVersion: undefined }),
  target({ apiVersion: 'a/b/c' }),
  target({ apiVersion: 'v1', kind: 'ReplicationController' }),
  { metrics: [] },
  metric('Nope', {}),
  metric('Resource', {}),
  metric('Pods', { resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 5 } } }),
  metric('Resource', {
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 5 } },
    pods: { metric: { name: 'a' }, target: { type: 'AverageValue', averageValue: '1' } },
  }),
  resource({ type: 'Utilization' }),
  resource({ type: 'X', averageUtilization: 5 }),
  resource({ type: 'Utilization', averageUtilization: -5 }),
  resource({ type: 'Utilization', averageUtilization: 500 }),
  resource({ type: 'Utilization', averageUtilization: 5, averageValue: '1' }),
  resource({ type: 'AverageValue', averageValue: '0' }),
  resource({ type: 'AverageValue', averageValue: '-1' }),
  resource({ type: 'AverageValue', averageValue: '100m' }),
  resource({ type: 'Utilization', averageUtilization: 5 }, { name: '' }),
  inContainer({}),
  inContainer({ container: '' }),
  inContainer({ container: 'Bad_' }),
  inContainer({ name: '' }),
  inContainer({ target: { type: 'Utilization' } }),
  pods('', { type: 'AverageValue', averageValue: '1' }),
  pods('a/b', { type: 'AverageValue', averageValue: '1' }),
  pods('requests', { type: 'AverageValue', averageValue: '1' }),
  pods('requests', { type: 'Value', value: '1' }),
  external({ type: 'Value' }),
  external({ type: 'Value', value: '1' }),
  external({ type: 'Value', value: '1', averageValue: '1' }),
  external({ type: 'Value', value: '0' }),
  ofObject({}),
  ofObject({ target: { type: 'Value' } }),
  ofObject({ describedObject: { apiVersion: 'v1', kind: '', name: '' } }),
  ofObject({ describedObject: { apiVersion: 'a/b/c', kind: 'Service', name: 'web' } }),
  up({}),
  up({ policies: [] }),
  up({ policies: [{ type: 'X', value: 1, periodSeconds: 1 }] }),
  up({ selectPolicy: 'Disabled' }),
  up({ tolerance: '-1' }),
  up({ tolerance: '0.05' }),
  down({ policies: [] }),
  down({ selectPolicy: 'X' }),
  down({ stabilizationWindowSeconds: -1 }),
  down({ stabilizationWindowSeconds: 3601 }),
  down({ stabilizationWindowSeconds: 3600 }),
  policy({}),
  policy({ value: 0 }),
  policy({ periodSeconds: 0 }),
  policy({ periodSeconds: 1801 }),
];

interface Table {
  readonly apiVersion: string;
  readonly kind: string;
  readonly specs: readonly Fields[];
  /** What a spec is added to. */
  readonly base: Fields;
}

const scaled = { maxReplicas: 2, ...target({}) };
const scheduled = { schedule: '* * * * *', jobTemplate: { spec: jobPods() } };

const TABLES: readonly Table[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment', specs: DEPLOYMENTS, base: workload },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', specs: [...SELECTED, ...REPLICATED], base: workload },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', specs: DAEMONS, base: workload },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', specs: STATEFUL, base: { serviceName: 'web', ...workload } },
  { apiVersion: 'batch/v1', kind: 'Job', specs: [...JOB_SPECS, ...SELECTED_JOBS], base: jobPods() },
  { apiVersion: 'batch/v1', kind: 'CronJob', specs: CRON_SPECS, base: scheduled },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    specs: JOB_SPECS.map((spec) => ({ jobTemplate: { spec: { ...jobPods(), ...spec } } })),
    base: scheduled,
  },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', specs: AUTOSCALERS, base: scaled },
  {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    specs: [{}, { targetCPUUtilizationPercentage: 0 }, { targetCPUUtilizationPercentage: 80 }],
    base: scaled,
  },
];

const NAMES: readonly (readonly [kind: string, name: string, spec: Fields])[] = [
  ['CronJob', 'c'.repeat(52), scheduled],
  ['CronJob', 'c'.repeat(53), scheduled],
  ['Job', 'j'.repeat(63), { ...jobPods(), completionMode: 'Indexed', completions: 2 }],
  ['Job', 'j'.repeat(61), { ...jobPods(), completionMode: 'Indexed', completions: 10 }],
  ['Job', 'a.b', { ...jobPods(), completionMode: 'Indexed', completions: 1 }],
  ['Job', 'a.c', jobPods()],
];

function created(apiVersion: string, kind: string, name: string, spec: Fields, what: Fields | string): Case {
  return {
    what: `${kind} of ${JSON.stringify(what)}`,
    path: `/apis/${apiVersion}/namespaces/$NS/${kind.toLowerCase()}s`,
    object: { apiVersion, kind, metadata: { name }, spec },
  };
}

const cases: readonly Case[] = [
  ...TABLES.flatMap(({ apiVersion, kind, specs, base }, t) =>
    specs.map((spec, i) => created(apiVersion, kind, `web-${t}-${i}`, { ...base, ...spec }, spec)),
  ),
  ...NAMES.map(([kind, name, spec]) => created('batch/v1', kind, name, spec, name)),
];

describeCases('workloads', 'workloads', cases);
