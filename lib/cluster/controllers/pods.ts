/** What controllers ask of pods. */
import type { KubernetesObject } from '../../objects/index.ts';
import { conditionOf, isTrue } from './conditions.ts';
import { millisecondsOf } from './time.ts';

/** Neither over nor being deleted. */
export function isActive(pod: KubernetesObject): boolean {
  return !isOver(pod) && pod.metadata.deletionTimestamp === undefined;
}

export function isOver(pod: KubernetesObject): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

export function isReady(pod: KubernetesObject): boolean {
  return isTrue(pod.status?.conditions, 'Ready');
}

/** How long until a pod counts as available: 0 when it does, Infinity while it is not ready.
 * @param minReadySeconds how long it has to have been ready
 * @returns milliseconds */
function availableIn(pod: KubernetesObject, minReadySeconds: number, now: Date): number {
  if (!isReady(pod)) return Number.POSITIVE_INFINITY;
  if (minReadySeconds === 0) return 0;
  const since = millisecondsOf(conditionOf(pod.status?.conditions, 'Ready')?.lastTransitionTime);
  return Math.max(0, since + minReadySeconds * 1_000 - now.getTime());
}

export interface PodCounts {
  readonly ready: number;
  readonly available: number;
  /** Milliseconds until one more pod may count as available; undefined when none is on the way. */
  readonly nextAvailableIn: number | undefined;
}

export function countPods(pods: readonly KubernetesObject[], minReadySeconds: number, now: Date): PodCounts {
  const delays = pods.filter(isReady).map((pod) => availableIn(pod, minReadySeconds, now));
  const waiting = delays.filter((delay) => delay > 0);
  return {
    ready: delays.length,
    available: delays.length - waiting.length,
    nextAvailableIn: waiting.length === 0 ? undefined : Math.min(...waiting),
  };
}

/** Which pods to give up first when there are too many: those without a node, then not ready, then the youngest. */
export function byWorthLeast(a: KubernetesObject, b: KubernetesObject): number {
  return (
    worth(a) - worth(b) ||
    millisecondsOf(b.metadata.creationTimestamp) - millisecondsOf(a.metadata.creationTimestamp) ||
    (a.metadata.name < b.metadata.name ? 1 : -1)
  );
}

function worth(pod: KubernetesObject): number {
  return (pod.spec?.nodeName ? 1 : 0) + (pod.status?.phase === 'Running' ? 1 : 0) + (isReady(pod) ? 1 : 0);
}
