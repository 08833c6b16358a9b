import type { KubernetesObject } from '../objects/index.ts';
import type { Explanation } from './explain-pod.ts';
import { type Condition, conditionsOf, UnreadableObject } from './fields.ts';

/** What goes wrong with a workload before it has any pod to look at, or after it has given up: ReplicaFailure (quota,
 * a missing service account, an admission webhook) of ReplicaSets and Deployments, the end of a Job
 * (`BackoffLimitExceeded`, `DeadlineExceeded`), a progress deadline. undefined when its conditions tell of nothing. */
export function explainWorkload(workload: KubernetesObject): Explanation | undefined {
  const conditions = readableConditions(workload);
  const find = (type: string, status: string) =>
    conditions.find((condition) => condition.type === type && condition.status === status);
  const replicaFailure = find('ReplicaFailure', 'True');
  if (replicaFailure) return explain(replicaFailure, { terminal: false });
  const jobFailure = find('Failed', 'True') ?? find('FailureTarget', 'True');
  if (jobFailure) return explain(jobFailure, { terminal: true });
  const stalled = find('Progressing', 'False');
  return stalled && explain(stalled, { terminal: false });
}

function explain({ type, reason, message }: Condition, { terminal }: { terminal: boolean }): Explanation {
  return { reason: reason || type, message: message || reason || type, terminal };
}

function readableConditions(workload: KubernetesObject): readonly Condition[] {
  try {
    return conditionsOf(workload);
  } catch (error) {
    if (error instanceof UnreadableObject) return [];
    throw error;
  }
}
