import type { KubernetesObject } from '../../objects/index.ts';
import { age, humanDuration } from './age.ts';
import { AGE, count, NAME, selectorText, text, WIDE } from './common-columns.ts';
import type { Column } from './table.ts';

interface Container {
  readonly name: string;
  readonly image: string;
}

const CONTAINERS = text('Containers', (object) => names(podSpec(object)), WIDE);
const IMAGES = text('Images', (object) => images(podSpec(object)), WIDE);
const SELECTOR = text('Selector', (object) => selectorText(object.spec.selector), WIDE);

function podSpec(object: KubernetesObject): { readonly containers?: readonly Container[] } {
  return object.spec.jobTemplate?.spec.template.spec ?? object.spec.template?.spec ?? object.spec;
}

const names = ({ containers = [] }: ReturnType<typeof podSpec>) =>
  containers.map(({ name }) => name).join(',');
const images = ({ containers = [] }: ReturnType<typeof podSpec>) =>
  containers.map(({ image }) => image).join(',');

interface ContainerStatus {
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string };
    readonly terminated?: { readonly reason?: string; readonly exitCode?: number };
  };
}

/** What `kubectl get pods` shows as status: the worst that there is to say. */
function podStatus(pod: KubernetesObject): string {
  const statuses = (pod.status?.containerStatuses ?? []) as readonly ContainerStatus[];
  if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating';
  let reason: string = pod.status?.reason ?? pod.status?.phase ?? 'Unknown';
  for (const { state } of statuses) {
    if (state?.waiting?.reason) reason = state.waiting.reason;
    else if (state?.terminated) reason = state.terminated.reason ?? `ExitCode:${state.terminated.exitCode}`;
  }
  return reason;
}

function readyContainers(pod: KubernetesObject): string {
  const statuses = (pod.status?.containerStatuses ?? []) as readonly ContainerStatus[];
  return `${statuses.filter(({ ready }) => ready).length}/${pod.spec.containers.length}`;
}

function restarts(pod: KubernetesObject): number {
  const statuses = (pod.status?.containerStatuses ?? []) as readonly ContainerStatus[];
  return statuses.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
}

function jobStatus(job: KubernetesObject): string {
  const conditions = (job.status?.conditions ?? []) as readonly { type: string; status: string }[];
  const has = (type: string) =>
    conditions.some((condition) => condition.type === type && condition.status === 'True');
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (has('Suspended')) return 'Suspended';
  return has('FailureTarget')
    ? 'FailureTarget'
    : has('SuccessCriteriaMet')
      ? 'SuccessCriteriaMet'
      : 'Running';
}

function jobDuration(job: KubernetesObject, now: Date): string {
  const { startTime, completionTime } = job.status ?? {};
  if (!startTime) return '';
  return humanDuration((completionTime ? Date.parse(completionTime) : now.getTime()) - Date.parse(startTime));
}

export const workloadColumns: Readonly<Record<string, readonly Column[]>> = {
  '/Pod': [
    NAME,
    text('Ready', readyContainers),
    text('Status', podStatus),
    text('Restarts', restarts),
    AGE,
    text('IP', (pod) => pod.status?.podIP, WIDE),
    text('Node', (pod) => pod.spec.nodeName, WIDE),
    text('Nominated Node', (pod) => pod.status?.nominatedNodeName, WIDE),
    text('Readiness Gates', () => undefined, WIDE),
  ],
  'apps/Deployment': [
    NAME,
    text('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`),
    text('Up-to-date', ({ status }) => status?.updatedReplicas ?? 0),
    text('Available', ({ status }) => status?.availableReplicas ?? 0),
    AGE,
    CONTAINERS,
    IMAGES,
    SELECTOR,
  ],
  'apps/ReplicaSet': [
    NAME,
    count('Desired', ({ spec }) => spec.replicas),
    count('Current', ({ status }) => status?.replicas),
    count('Ready', ({ status }) => status?.readyReplicas),
    AGE,
    CONTAINERS,
    IMAGES,
    SELECTOR,
  ],
  'apps/StatefulSet': [
    NAME,
    text('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`),
    AGE,
    CONTAINERS,
    IMAGES,
  ],
  'apps/DaemonSet': [
    NAME,
    count('Desired', ({ status }) => status?.desiredNumberScheduled),
    count('Current', ({ status }) => status?.currentNumberScheduled),
    count('Ready', ({ status }) => status?.numberReady),
    count('Up-to-date', ({ status }) => status?.updatedNumberScheduled),
    count('Available', ({ status }) => status?.numberAvailable),
    text('Node Selector', ({ spec }) => selectorText({ matchLabels: spec.template.spec.nodeSelector })),
    AGE,
    CONTAINERS,
    IMAGES,
    SELECTOR,
  ],
  'batch/Job': [
    NAME,
    text('Status', jobStatus),
    text('Completions', ({ spec, status }) => `${status?.succeeded ?? 0}/${spec.completions ?? 1}`),
    text('Duration', jobDuration),
    AGE,
    CONTAINERS,
    IMAGES,
    SELECTOR,
  ],
  'batch/CronJob': [
    NAME,
    text('Schedule', ({ spec }) => spec.schedule),
    text('Timezone', ({ spec }) => spec.timeZone),
    { name: 'Suspend', type: 'boolean', value: ({ spec }) => (spec.suspend ? 'True' : 'False') },
    count('Active', ({ status }) => status?.active?.length),
    text('Last Schedule', ({ status }, now) => status?.lastScheduleTime && age(status.lastScheduleTime, now)),
    AGE,
    CONTAINERS,
    IMAGES,
    SELECTOR,
  ],
  'autoscaling/HorizontalPodAutoscaler': [
    NAME,
    text('Reference', ({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`),
    text('Targets', scalerTargets),
    count('MinPods', ({ spec }) => spec.minReplicas),
    count('MaxPods', ({ spec }) => spec.maxReplicas),
    count('Replicas', ({ status }) => status?.currentReplicas),
    AGE,
  ],
  'policy/PodDisruptionBudget': [
    NAME,
    text('Min Available', ({ spec }) => spec.minAvailable ?? 'N/A'),
    text('Max Unavailable', ({ spec }) => spec.maxUnavailable ?? 'N/A'),
    count('Allowed Disruptions', ({ status }) => status?.disruptionsAllowed),
    AGE,
  ],
};

interface Metric {
  readonly resource?: { readonly name: string; readonly target: { readonly averageUtilization?: number } };
}

function scalerTargets({ spec, status }: KubernetesObject): string {
  return ((spec.metrics ?? []) as readonly Metric[])
    .map(({ resource }, i) => {
      if (!resource) return '<unknown>';
      const current = status?.currentMetrics?.[i]?.resource?.current?.averageUtilization;
      return `${resource.name}: ${current === undefined ? '<unknown>' : `${current}%`}/${resource.target.averageUtilization ?? '<auto>'}%`;
    })
    .join(', ');
}
