/** Kyverno. Ready is False when a policy does not compile or its webhooks could not be set up. */
import type { KindRule, KindRules } from '../kind-rule.ts';
import { has, is, isNot, NO_STATUS, READY_OR_FAILING } from '../words.ts';

/** The kinds with CEL, of policies.kyverno.io. */
const CEL_POLICY: KindRule = {
  failing: [has('status.conditionStatus.ready', false)],
  current: [has('status.conditionStatus.ready', true)],
  otherwise: 'InProgress',
  message: ['status.conditionStatus.message'],
};

/** Before 1.11 there is a field where there is a condition now. */
const POLICY: KindRule = {
  failing: [isNot('Ready'), has('status.ready', false)],
  current: [is('Ready'), has('status.ready', true)],
  otherwise: 'InProgress',
};

export const kyverno: KindRules = {
  'ClusterPolicy.kyverno.io': POLICY,
  'Policy.kyverno.io': POLICY,
  'CleanupPolicy.kyverno.io': NO_STATUS,
  'ClusterCleanupPolicy.kyverno.io': NO_STATUS,
  'PolicyException.kyverno.io': NO_STATUS,
  'GlobalContextEntry.kyverno.io': READY_OR_FAILING,
  'UpdateRequest.kyverno.io': {
    failed: [has('status.state', 'Failed')],
    current: [has('status.state', 'Completed', 'Skip')],
    otherwise: 'InProgress',
    message: ['status.message'],
  },
  'ValidatingPolicy.policies.kyverno.io': CEL_POLICY,
  'MutatingPolicy.policies.kyverno.io': CEL_POLICY,
  'GeneratingPolicy.policies.kyverno.io': CEL_POLICY,
  'ImageValidatingPolicy.policies.kyverno.io': CEL_POLICY,
  'DeletingPolicy.policies.kyverno.io': CEL_POLICY,
};
