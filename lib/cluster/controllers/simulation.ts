/** How a workload asks the embedded cluster to fail, or to take its time: annotations on the object or its pod
 * template. The object's are handed on to its pods. */
import { type KubernetesObject, parseDuration } from '../../objects/index.ts';

const SIMULATION_PREFIX = 'cluster.truekeel.dev/';

/** The annotations that the embedded cluster knows. */
const SimulationAnnotation = {
  /** One of {@link Failure}. */
  fail: 'cluster.truekeel.dev/fail',
  /** How long a pod takes to become ready: `500ms`, `2s`, `1m30s`. */
  readyAfter: 'cluster.truekeel.dev/ready-after',
} as const;

const FAILURES = ['image-pull', 'crash-loop', 'quota', 'unschedulable', 'not-ready', 'job-failed'] as const;

/** `image-pull`: the image cannot be pulled. `crash-loop`: containers end with exit code 1 again and again. `quota`:
 * pods cannot be created. `unschedulable`: no node takes the pods. `not-ready`: the readiness probe never passes.
 * `job-failed`: the pods of a Job end with exit code 1. */
export type Failure = (typeof FAILURES)[number];

/** The failure that an object asks for; undefined when it asks for none, or for one that does not exist. */
export function failureOf(object: KubernetesObject): Failure | undefined {
  const wanted = object.metadata.annotations?.[SimulationAnnotation.fail];
  return FAILURES.find((failure) => failure === wanted);
}

/** @returns milliseconds until the pod shall be ready; 0 when nothing is asked for */
export function readyDelayOf(object: KubernetesObject): number {
  return parseDuration(object.metadata.annotations?.[SimulationAnnotation.readyAfter] ?? '') ?? 0;
}

/** The simulation's annotations of an object. */
export function simulationAnnotations(object: KubernetesObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(object.metadata.annotations ?? {}).filter(([name]) => name.startsWith(SIMULATION_PREFIX)),
  );
}
