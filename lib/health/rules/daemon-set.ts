import { counted, type KubernetesObject } from '../../objects/index.ts';
import { generationAt, integerAt, stringAt } from '../fields.ts';
import type { Health, HealthRule } from '../health.ts';
import { current, inProgress } from '../health.ts';

/** A DaemonSet without counts may be one that its controller has not seen yet: both generations have to be there. */
function judgeSeen(object: KubernetesObject): Health | undefined {
  if (generationAt(object, 'metadata.generation') === undefined) {
    return inProgress('NoGeneration', 'has no metadata.generation');
  }
  if (generationAt(object, 'status.observedGeneration') === undefined) {
    return inProgress('NoObservedGeneration', 'not yet seen by its controller');
  }
  return undefined;
}

function judgeCounts(
  object: KubernetesObject,
  counts: readonly (readonly [string, string, string])[],
): Health {
  const wanted = integerAt(object, 'status.desiredNumberScheduled', -1);
  if (wanted === -1) return inProgress('NoDesiredNumber', 'the number of nodes is not known yet');
  for (const [reason, label, path] of counts) {
    const count = integerAt(object, path, 0);
    if (count < wanted) return inProgress(reason, `${label}: ${count}/${wanted}`);
  }
  return current(`${counted(wanted, 'pod')} as expected`);
}

const SCHEDULED = ['LessCurrent', 'Current', 'status.currentNumberScheduled'] as const;
const UPDATED = ['LessUpdated', 'Updated', 'status.updatedNumberScheduled'] as const;
const AVAILABLE = ['LessAvailable', 'Available', 'status.numberAvailable'] as const;
const READY = ['LessReady', 'Ready', 'status.numberReady'] as const;

export const daemonSet: HealthRule = (object) =>
  judgeSeen(object) ?? judgeCounts(object, [SCHEDULED, UPDATED, AVAILABLE, READY]);

/** Under OnDelete a new template reaches a node only when somebody deletes the pod there, so a wait leaves that out. */
export const daemonSetReadiness: HealthRule = (object) =>
  stringAt(object, 'spec.updateStrategy.type', '') === 'OnDelete'
    ? (judgeSeen(object) ?? judgeCounts(object, [SCHEDULED, AVAILABLE, READY]))
    : undefined;
