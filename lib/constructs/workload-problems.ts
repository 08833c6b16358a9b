import { type PodContainer, portsOf } from './container.ts';
import { isReplicated, isScheduled, isStateful, runsToItsEnd, type WorkloadKind } from './workload-kind.ts';
import { WORKLOAD_LABEL } from './workload-label.ts';
import type { WorkloadProps, WorkloadScaling } from './workload-props.ts';

/** What cannot be, beside what is wrong with single containers. */
export function workloadProblems(
  props: WorkloadProps,
  kind: WorkloadKind,
  containers: readonly PodContainer[],
): readonly (string | undefined)[] {
  const {
    replicas,
    scaling,
    schedule,
    timeZone,
    selector,
    podLabels = {},
    spread,
    servicePort,
    port,
  } = props;
  const hasDisk = containers.some(({ mounts }) => mounts.some(({ _source }) => _source.claim));
  return [
    replicas === undefined || (Number.isInteger(replicas) && replicas >= 0)
      ? undefined
      : `replicas is ${replicas}: it can be a whole number, zero or more`,
    (replicas !== undefined || scaling) && !isReplicated(kind)
      ? `a ${kind.kind} has no replicas: leave replicas and scaling out`
      : undefined,
    (spread || props.maxUnavailable) && !isReplicated(kind)
      ? `a ${kind.kind} is neither spread nor kept from disruptions: leave spread and maxUnavailable out`
      : undefined,
    ...(spread?._problems() ?? []),
    servicePort !== undefined && port === undefined
      ? 'it has a servicePort and no port: say where it listens'
      : undefined,
    isStateful(kind) && servicePort !== undefined && servicePort !== port
      ? 'servicePort differs from port: the service of a StatefulSet is headless, and leads to the pods themselves'
      : undefined,
    servicePort === undefined || (Number.isInteger(servicePort) && servicePort > 0 && servicePort < 65_536)
      ? undefined
      : `servicePort is ${servicePort}`,
    replicas !== undefined && scaling
      ? 'replicas and scaling are both given: leave one of them out'
      : undefined,
    ...(scaling ? scalingProblems(scaling) : []),
    isScheduled(kind) && !schedule ? 'a CronJob takes a schedule' : undefined,
    !isScheduled(kind) && (schedule || timeZone !== undefined)
      ? `a ${kind.kind} has no schedule: it takes WorkloadKind.CRON_JOB`
      : undefined,
    runsToItsEnd(kind) && portsOf(props).length > 0
      ? `a ${kind.kind} serves no requests: leave its ports out`
      : undefined,
    props.hook && kind.kind !== 'Job' ? `only a Job can be a hook: this is a ${kind.kind}` : undefined,
    hasDisk && !isStateful(kind) ? `disks are made for StatefulSets: this is a ${kind.kind}` : undefined,
    selector && Object.keys(selector).length === 0
      ? 'selector is empty: it would select all pods'
      : undefined,
    ...Object.keys(podLabels)
      .filter((label) => label in (selector ?? { [WORKLOAD_LABEL]: '' }))
      .map((label) => `podLabels has ${label}, by which pods are selected`),
  ];
}

function scalingProblems({ min, max, cpuPercent = 70 }: WorkloadScaling): readonly (string | undefined)[] {
  const isCount = (value: number) => Number.isInteger(value) && value >= 1;
  return [
    isCount(min) && isCount(max) ? undefined : `scaling goes from ${min} to ${max}: one pod or more`,
    min > max ? `scaling: min ${min} is more than max ${max}` : undefined,
    isCount(cpuPercent) ? undefined : `cpuPercent is ${cpuPercent}: it can be a whole number, one or more`,
  ];
}
