import type { KubernetesObject } from '../../objects/index.ts';
import { failureOf, SimulationAnnotation } from './simulation.ts';

/** What a pod's containers have written to their log: the pod's log annotation, else a line that tells how it
 * fares. Ends with a line feed unless it is empty. */
export function podLog(pod: KubernetesObject): string {
  const text = pod.metadata.annotations?.[SimulationAnnotation.log] ?? defaultLog(pod);
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function defaultLog(pod: KubernetesObject): string {
  switch (failureOf(pod)) {
    case 'crash-loop':
    case 'job-failed':
      return 'simulated failure: exiting with code 1';
    case 'image-pull':
    case 'unschedulable':
      return '';
    default:
      return pod.status?.startTime ? `started ${pod.metadata.name}` : '';
  }
}
