import type { JsonObject, KubernetesObject } from '../../objects/index.ts';
import { withCondition } from './conditions.ts';
import type { ContainerOutcome, PodOutcome } from './pod-outcome.ts';
import { rfc3339 } from './time.ts';

/** The addresses of a pod and of its node. */
export interface PodAddresses {
  readonly podIP: string;
  readonly hostIP: string;
}

/** Writes an outcome as a kubelet does: phase, conditions, container statuses, addresses. */
export function podStatus(
  pod: KubernetesObject,
  outcome: PodOutcome,
  { podIP, hostIP }: PodAddresses,
  now: Date,
): JsonObject {
  const { status = {}, spec } = pod;
  const containerStatuses = (spec.containers ?? []).map((container: Container) =>
    containerStatus(container, outcome.container(container)),
  );
  const initContainerStatuses = (spec.initContainers ?? []).map((container: Container) =>
    containerStatus(container, initOutcome(container, outcome, now)),
  );
  return {
    ...status,
    phase: outcome.phase,
    conditions: conditionsOf(pod, outcome, containerStatuses, now),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(outcome.initialized && { podIP, podIPs: [{ ip: podIP }] }),
    startTime: status.startTime ?? rfc3339(now),
    ...(initContainerStatuses.length > 0 && { initContainerStatuses }),
    containerStatuses,
    observedGeneration: pod.metadata.generation,
  };
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly restartPolicy?: string;
}

function containerStatus({ name, image }: Container, outcome: ContainerOutcome): JsonObject {
  const isRunning = outcome.state.running !== undefined;
  return {
    name,
    image,
    imageID: '',
    ready: outcome.ready,
    started: isRunning,
    restartCount: outcome.restartCount,
    state: { ...outcome.state },
    lastState: { ...outcome.lastState },
  };
}

function initOutcome(container: Container, outcome: PodOutcome, now: Date): ContainerOutcome {
  if (!outcome.initialized) {
    return { ready: false, restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } };
  }
  const time = rfc3339(now);
  // An init container that is always restarted is a sidecar: it keeps running beside the others.
  return container.restartPolicy === 'Always'
    ? { ready: true, restartCount: 0, state: { running: { startedAt: time } } }
    : {
        ready: true,
        restartCount: 0,
        state: { terminated: { exitCode: 0, reason: 'Completed', startedAt: time, finishedAt: time } },
      };
}

function conditionsOf(
  pod: KubernetesObject,
  outcome: PodOutcome,
  statuses: readonly { readonly name: string; readonly ready: boolean }[],
  now: Date,
): KubernetesObject['status'] {
  const unready = statuses.filter(({ ready }) => !ready).map(({ name }) => name);
  const readiness =
    outcome.phase === 'Succeeded'
      ? ({ status: 'False', reason: 'PodCompleted' } as const)
      : outcome.phase === 'Failed'
        ? ({ status: 'False', reason: 'PodFailed' } as const)
        : unready.length > 0
          ? ({
              status: 'False',
              reason: 'ContainersNotReady',
              message: `containers with unready status: [${unready.join(' ')}]`,
            } as const)
          : ({ status: 'True' } as const);
  const initialized = outcome.initialized
    ? ({ status: 'True' } as const)
    : ({ status: 'False', reason: 'ContainersNotInitialized' } as const);
  return [
    { type: 'PodReadyToStartContainers', status: outcome.initialized ? 'True' : 'False' } as const,
    { type: 'Initialized', ...initialized },
    { type: 'Ready', ...readiness },
    { type: 'ContainersReady', ...readiness },
    { type: 'PodScheduled', status: 'True' } as const,
  ].reduce((conditions, condition) => withCondition(conditions, condition, now), pod.status?.conditions);
}
