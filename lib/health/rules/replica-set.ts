import { counted } from '../../objects/index.ts';
import { conditionsOf, integerAt } from '../fields.ts';
import type { HealthRule } from '../health.ts';
import { current, inProgress } from '../health.ts';

export const replicaSet: HealthRule = (object) => {
  const failure = conditionsOf(object).find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  if (failure) return inProgress('ReplicaFailure', failure.message || 'pods cannot be created');

  const wanted = integerAt(object, 'spec.replicas', 1);
  const replicas = integerAt(object, 'status.replicas', 0);
  const labelled = integerAt(object, 'status.fullyLabeledReplicas', 0);
  const available = integerAt(object, 'status.availableReplicas', 0);
  const ready = integerAt(object, 'status.readyReplicas', 0);
  if (labelled < wanted) return inProgress('LessLabelled', `Labelled: ${labelled}/${wanted}`);
  if (available < wanted) return inProgress('LessAvailable', `Available: ${available}/${wanted}`);
  if (ready < wanted) return inProgress('LessReady', `Ready: ${ready}/${wanted}`);
  if (replicas > wanted) return inProgress('ExtraPods', `Pending termination: ${replicas - wanted}`);
  return current(`available, ${counted(replicas, 'replica')}`);
};
