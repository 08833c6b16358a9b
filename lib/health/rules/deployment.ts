import { counted } from '../../objects/index.ts';
import { conditionsOf, integerAt, valueAt } from '../fields.ts';
import type { HealthRule } from '../health.ts';
import { current, failed, inProgress, paused } from '../health.ts';

/** The controller takes this value for "no deadline", and then never writes a Progressing condition. */
const NO_DEADLINE = 2 ** 31 - 1;

export const deployment: HealthRule = (object) => {
  if (valueAt(object, 'spec.paused') === true) return paused('the rollout is paused (spec.paused)');

  let rolledOut = integerAt(object, 'spec.progressDeadlineSeconds', NO_DEADLINE) === NO_DEADLINE;
  let available = false;
  for (const { type, status, reason, message } of conditionsOf(object)) {
    if (type === 'Progressing') {
      if (reason === 'ProgressDeadlineExceeded')
        return failed(reason, message || 'progress deadline exceeded');
      if (status === 'True' && reason === 'NewReplicaSetAvailable') rolledOut = true;
    }
    if (type === 'Available' && status === 'True') available = true;
  }

  const wanted = integerAt(object, 'spec.replicas', 1);
  const replicas = integerAt(object, 'status.replicas', 0);
  const updated = integerAt(object, 'status.updatedReplicas', 0);
  const ready = integerAt(object, 'status.readyReplicas', 0);
  const availableReplicas = integerAt(object, 'status.availableReplicas', 0);

  if (replicas < wanted) return inProgress('LessReplicas', `Replicas: ${replicas}/${wanted}`);
  if (updated < wanted) return inProgress('LessUpdated', `Updated: ${updated}/${wanted}`);
  if (replicas > wanted) return inProgress('ExtraPods', `Pending termination: ${replicas - wanted}`);
  if (availableReplicas < updated) {
    return inProgress('LessAvailable', `Available: ${availableReplicas}/${updated}`);
  }
  if (ready < wanted) return inProgress('LessReady', `Ready: ${ready}/${wanted}`);
  if (!rolledOut) return inProgress('ReplicaSetNotAvailable', 'the new ReplicaSet is not available yet');
  if (!available) return inProgress('DeploymentNotAvailable', 'not available yet');
  return current(`available, ${counted(replicas, 'replica')}`);
};
