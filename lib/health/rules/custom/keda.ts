/** keda.sh ("ScaledObject specification", "Pausing"). */
import type { KindRule, KindRules } from '../kind-rule.ts';
import { is, isNot, NO_STATUS } from '../words.ts';

const SCALED: KindRule = {
  paused: [is('Paused')],
  failing: [isNot('Ready')],
  current: [is('Ready')],
  otherwise: 'InProgress',
};

export const keda: KindRules = {
  'ScaledObject.keda.sh': SCALED,
  'ScaledJob.keda.sh': SCALED,
  'TriggerAuthentication.keda.sh': NO_STATUS,
  'ClusterTriggerAuthentication.keda.sh': NO_STATUS,
};
