import { counted } from '../../objects/index.ts';
import { integerAt, stringAt } from '../fields.ts';
import type { HealthRule } from '../health.ts';
import { current, inProgress } from '../health.ts';

export const statefulSet: HealthRule = (object) => {
  if (stringAt(object, 'spec.updateStrategy.type', '') === 'OnDelete') {
    return current('update strategy OnDelete: pods are replaced by whoever deletes them');
  }
  const wanted = integerAt(object, 'spec.replicas', 1);
  const replicas = integerAt(object, 'status.replicas', 0);
  const ready = integerAt(object, 'status.readyReplicas', 0);
  if (replicas < wanted) return inProgress('LessReplicas', `Replicas: ${replicas}/${wanted}`);
  if (ready < wanted) return inProgress('LessReady', `Ready: ${ready}/${wanted}`);
  if (replicas > wanted) return inProgress('ExtraPods', `Pending termination: ${replicas - wanted}`);

  // -1: no partition at all, which is not the same as partition 0, where revisions are not compared.
  const partition = integerAt(object, 'spec.updateStrategy.rollingUpdate.partition', -1);
  if (partition !== -1) {
    const updated = integerAt(object, 'status.updatedReplicas', 0);
    const toUpdate = wanted - partition;
    return updated < toUpdate
      ? inProgress('PartitionRollout', `Updated: ${updated}/${toUpdate}`)
      : current(`partition rolled out, ${counted(updated, 'replica')} updated`);
  }

  const onCurrent = integerAt(object, 'status.currentReplicas', 0);
  if (onCurrent < wanted) return inProgress('LessCurrent', `Current: ${onCurrent}/${wanted}`);
  if (stringAt(object, 'status.currentRevision', '') !== stringAt(object, 'status.updateRevision', '')) {
    return inProgress('RevisionMismatch', 'the update revision is not yet the current one');
  }
  return current(`${counted(replicas, 'replica')} as expected`);
};
