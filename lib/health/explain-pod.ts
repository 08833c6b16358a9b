import { counted, type KubernetesObject } from '../objects/index.ts';
import { stringAt, valueAt } from './fields.ts';

/** Why a pod, or what makes pods, does not get on. */
export interface Explanation {
  /** Kubernetes' own word: `ImagePullBackOff`, `OOMKilled`, `Unschedulable`. */
  readonly reason: string;
  /** For people, with the container's name and what Kubernetes said. */
  readonly message: string;
  readonly container?: string;
  /** Of the container's last end. */
  readonly exitCode?: number;
  readonly restarts?: number;
  /** Kubernetes has given up: only a change, or a new pod, helps. While this is false it keeps trying. */
  readonly terminal: boolean;
}

/** Waiting reasons that are the normal way to a start. */
const STARTING: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing', '']);
/** Waiting reasons that no further try can mend. */
const HOPELESS: ReadonlySet<string> = new Set(['InvalidImageName', 'ErrImageNeverPull']);

interface Terminated {
  readonly exitCode?: number;
  readonly reason?: string;
  readonly message?: string;
}

/** The part of a container's status (core/v1 ContainerStatus) that tells what went wrong. */
interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: Terminated;
  };
  readonly lastState?: { readonly terminated?: Terminated };
}

/** Says what keeps a pod from running well, its init containers first, since nothing else starts before them.
 * undefined when there is nothing wrong, or nothing yet. */
export function explainPod(pod: KubernetesObject): Explanation | undefined {
  if (stringAt(pod, 'status.phase', '') === 'Succeeded') return undefined;
  return (
    explainEnd(pod) ??
    firstOf(containerStatuses(pod, 'initContainerStatuses'), (status) => explainContainer(pod, status)) ??
    firstOf(containerStatuses(pod, 'containerStatuses'), (status) => explainContainer(pod, status)) ??
    explainFailedPhase(pod) ??
    explainScheduling(pod) ??
    explainNotReady(pod)
  );
}

/** Evicted, DeadlineExceeded, NodeLost, Preempted…: the pod as a whole was ended, whatever its containers say. */
function explainEnd(pod: KubernetesObject): Explanation | undefined {
  const reason = stringAt(pod, 'status.reason', '');
  if (reason === '' || stringAt(pod, 'status.phase', '') !== 'Failed') return undefined;
  return { reason, message: stringAt(pod, 'status.message', `the pod failed: ${reason}`), terminal: true };
}

function explainFailedPhase(pod: KubernetesObject): Explanation | undefined {
  return stringAt(pod, 'status.phase', '') === 'Failed'
    ? { reason: 'PodFailed', message: stringAt(pod, 'status.message', 'the pod failed'), terminal: true }
    : undefined;
}

function explainContainer(pod: KubernetesObject, status: ContainerStatus): Explanation | undefined {
  const { waiting, terminated } = status.state ?? {};
  if (waiting && !STARTING.has(waiting.reason ?? '')) return explainWaiting(status, waiting);
  if (terminated && terminated.exitCode !== 0) {
    const restarts = stringAt(pod, 'spec.restartPolicy', 'Always') !== 'Never';
    return explainTerminated(status, terminated, !restarts || stringAt(pod, 'status.phase', '') === 'Failed');
  }
  return undefined;
}

function explainWaiting(
  status: ContainerStatus,
  waiting: { readonly reason?: string; readonly message?: string },
): Explanation {
  const reason = waiting.reason ?? '';
  const last = status.lastState?.terminated;
  if (reason === 'CrashLoopBackOff' && last) {
    const { message, ...rest } = explainTerminated(status, last, false);
    return {
      ...rest,
      reason: last.reason === 'OOMKilled' ? 'OOMKilled' : reason,
      message: `${message}; restarted ${counted(status.restartCount ?? 0, 'time')}, backing off`,
    };
  }
  return {
    reason,
    message: `container ${status.name}: ${waiting.message || reason}`,
    container: status.name,
    ...(status.restartCount !== undefined && { restarts: status.restartCount }),
    terminal: HOPELESS.has(reason),
  };
}

function explainTerminated(status: ContainerStatus, terminated: Terminated, terminal: boolean): Explanation {
  const { exitCode, reason = 'Error' } = terminated;
  const what = reason === 'OOMKilled' ? 'used more memory than its limit and was killed' : 'ended';
  const said =
    typeof terminated.message === 'string' && terminated.message ? `: ${terminated.message.trim()}` : '';
  return {
    reason,
    message: `container ${status.name} ${what} with exit code ${exitCode ?? 'unknown'}${said}`,
    container: status.name,
    ...(exitCode !== undefined && { exitCode }),
    ...(status.restartCount !== undefined && { restarts: status.restartCount }),
    terminal,
  };
}

function explainScheduling(pod: KubernetesObject): Explanation | undefined {
  const scheduled = podConditions(pod).find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status !== 'False') return undefined;
  const reason = scheduled.reason || 'Unschedulable';
  return { reason, message: scheduled.message || 'no node can take the pod', terminal: false };
}

/** Everything runs, but a readiness probe or a readiness gate does not pass. */
function explainNotReady(pod: KubernetesObject): Explanation | undefined {
  if (stringAt(pod, 'status.phase', '') !== 'Running') return undefined;
  const ready = podConditions(pod).find(({ type }) => type === 'Ready');
  if (ready?.status !== 'False') return undefined;
  const container = containerStatuses(pod, 'containerStatuses').find(
    (status) => status.ready === false,
  )?.name;
  return {
    reason: ready.reason || 'NotReady',
    message: ready.message || 'the pod runs but is not ready',
    ...(container !== undefined && { container }),
    terminal: false,
  };
}

interface PodCondition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
}

function podConditions(pod: KubernetesObject): readonly PodCondition[] {
  return objectsAt<PodCondition>(pod, 'status.conditions');
}

function containerStatuses(
  pod: KubernetesObject,
  field: 'containerStatuses' | 'initContainerStatuses',
): readonly ContainerStatus[] {
  return objectsAt<ContainerStatus>(pod, `status.${field}`);
}

function objectsAt<T>(pod: KubernetesObject, path: string): readonly T[] {
  const list = valueAt(pod, path);
  // The API server has validated what stands here; a hand-written file that has not been is read as far as it goes.
  return Array.isArray(list)
    ? list.filter((item): item is T => typeof item === 'object' && item !== null)
    : [];
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
