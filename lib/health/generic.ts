/** What can be said of an object of any kind, before and after the rules of its own kind are asked
 * (kstatus, "The Stalled and Reconciling conditions" and "The Ready condition"). */
import type { KubernetesObject } from '../objects/index.ts';
import { conditionsOf, generationAt, UnreadableObject } from './fields.ts';
import type { Health } from './health.ts';
import { current, failed, inProgress } from './health.ts';

/** Being deleted, not yet seen by its controller, or with one of the two conditions that kstatus defines. */
export function judgeAnyKind(object: KubernetesObject): Health | undefined {
  const { deletionTimestamp } = object.metadata;
  if (deletionTimestamp !== undefined && typeof deletionTimestamp !== 'string') {
    throw new UnreadableObject('metadata.deletionTimestamp is not a string');
  }
  if (deletionTimestamp) return { status: 'Terminating', message: 'is being deleted' };
  return judgeGeneration(object) ?? judgeStandardConditions(object);
}

function judgeGeneration(object: KubernetesObject): Health | undefined {
  const generation = generationAt(object, 'metadata.generation');
  if (generation === undefined) return undefined;
  const observed = generationAt(object, 'status.observedGeneration');
  if (observed === undefined || observed === generation) return undefined;
  return inProgress(
    'LatestGenerationNotObserved',
    `generation ${generation} not yet seen by its controller, which is at ${observed}`,
  );
}

function judgeStandardConditions(object: KubernetesObject): Health | undefined {
  for (const { type, status, reason, message } of conditionsOf(object)) {
    if (status !== 'True') continue;
    if (type === 'Reconciling') return inProgress(reason, message);
    if (type === 'Stalled') return failed(reason, message);
  }
  return undefined;
}

/** The Ready condition, for kinds that have no rule. False and Unknown both mean that it is not there yet. */
export function judgeReadyCondition(object: KubernetesObject): Health | undefined {
  for (const { type, status, reason, message } of conditionsOf(object)) {
    if (type !== 'Ready') continue;
    if (status === 'True') return current('ready');
    if (status === 'False' || status === 'Unknown') {
      return inProgress(reason, message || reason || `Ready is ${status}`);
    }
  }
  return undefined;
}
