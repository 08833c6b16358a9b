/** Karpenter (concepts/nodepools, nodeclaims, nodeclasses). */
import type { KindRules } from '../kind-rule.ts';
import { is, isNot, READY_OR_FAILING } from '../words.ts';

export const karpenter: KindRules = {
  'NodePool.karpenter.sh': {
    failing: [isNot('ValidationSucceeded'), isNot('NodeClassReady'), isNot('Ready')],
    current: [is('Ready')],
    otherwise: 'InProgress',
  },
  'NodeClaim.karpenter.sh': {
    // One that cannot be launched is deleted, and another is made. Registered and Initialized are not True yet
    // for as long as the machine boots.
    failing: [isNot('Launched'), { type: 'Launched', status: 'Unknown', reason: 'LaunchFailed' }],
    current: [is('Ready'), { all: [is('Launched'), is('Registered'), is('Initialized')] }],
    otherwise: 'InProgress',
  },
  'EC2NodeClass.karpenter.k8s.aws': READY_OR_FAILING,
  'AKSNodeClass.karpenter.azure.com': READY_OR_FAILING,
  'GCENodeClass.karpenter.k8s.gcp': READY_OR_FAILING,
};
