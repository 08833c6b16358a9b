import type { KubernetesObject } from '../objects/index.ts';
import { type Explanation, explainPod } from './explain-pod.ts';

export interface ExplainedPod {
  readonly pod: KubernetesObject;
  readonly explanation: Explanation;
}

/** Pods that have trouble, the most telling first: those that Kubernetes has given up, then the newest. */
export function troubledPods(pods: readonly KubernetesObject[]): readonly ExplainedPod[] {
  return pods
    .flatMap((pod) => {
      const explanation = pod.metadata.deletionTimestamp === undefined ? explainPod(pod) : undefined;
      return explanation ? [{ pod, explanation }] : [];
    })
    .sort((a, b) => rank(a) - rank(b) || (createdAt(a.pod) > createdAt(b.pod) ? -1 : 1));
}

function rank({ explanation }: ExplainedPod): number {
  return explanation.terminal ? 0 : 1;
}

function createdAt({ metadata }: KubernetesObject): string {
  return metadata.creationTimestamp ?? '';
}
