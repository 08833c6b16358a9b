/** Operators that give each of hundreds of cloud services a kind of its own: their rules go by the end of the group. */
import type { KindRules } from '../kind-rule.ts';
import { is, isNot, isNotUnless } from '../words.ts';
import { CROSSPLANE_RESOURCE } from './crossplane.ts';

/** By the end of the API group. */
export const clouds: KindRules = {
  '.crossplane.io': CROSSPLANE_RESOURCE,
  '.upbound.io': CROSSPLANE_RESOURCE,
  // AWS Controllers for Kubernetes (runtime/apis/core/v1alpha1/conditions.go)
  '.services.k8s.aws': {
    failed: [is('ACK.Terminal')],
    failing: [is('ACK.Recoverable')],
    current: [is('ACK.ResourceSynced')],
    otherwise: 'InProgress',
  },
  // Google Config Connector ("Config Connector events")
  '.cnrm.cloud.google.com': {
    failing: [
      isNotUnless('Ready', 'Updating', 'DependencyNotReady', 'DependencyNotFound', 'Unmanaged', 'Deleting'),
    ],
    current: [is('Ready')],
    otherwise: 'InProgress',
  },
  // Azure Service Operator: the severity tells whether it goes on by itself
  '.azure.com': {
    failed: [{ ...isNot('Ready'), severity: 'Error' }],
    failing: [{ ...isNot('Ready'), severity: 'Warning' }],
    current: [is('Ready')],
    otherwise: 'InProgress',
  },
};
