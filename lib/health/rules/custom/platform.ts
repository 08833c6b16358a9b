/** What else a platform is made of: autoscaling, operators (OLM), virtual machines, identity. */
import type { KindRules } from '../kind-rule.ts';
import { has, is, NO_STATUS, phase } from '../words.ts';

export const platform: KindRules = {
  'VerticalPodAutoscaler.autoscaling.k8s.io': {
    failed: [is('ConfigUnsupported')],
    failing: [is('NoPodsMatched')],
    current: [is('RecommendationProvided')],
    otherwise: 'InProgress',
  },
  'ClusterServiceVersion.operators.coreos.com': {
    failing: [phase('Failed')],
    current: [phase('Succeeded')],
    otherwise: 'InProgress',
    message: ['status.message'],
  },
  'Subscription.operators.coreos.com': {
    // A person has to approve the install plan.
    paused: [
      { all: [has('status.state', 'UpgradePending'), has('spec.installPlanApproval', 'Manual')] },
      is('InstallPlanPending', 'RequiresApproval'),
    ],
    failing: [
      has('status.state', 'UpgradeFailed'),
      is('CatalogSourcesUnhealthy'),
      is('ResolutionFailed'),
      is('BundleUnpackFailed'),
    ],
    current: [has('status.state', 'AtLatestKnown')],
    otherwise: 'InProgress',
  },
  'InstallPlan.operators.coreos.com': {
    paused: [phase('RequiresApproval')],
    failed: [phase('Failed')],
    current: [phase('Complete')],
    otherwise: 'InProgress',
    message: ['status.message'],
  },
  'CatalogSource.operators.coreos.com': {
    failing: [has('status.connectionState.lastObservedState', 'TRANSIENT_FAILURE', 'SHUTDOWN')],
    current: [has('status.connectionState.lastObservedState', 'READY')],
    otherwise: 'InProgress',
    message: ['status.message'],
  },
  'OperatorGroup.operators.coreos.com': NO_STATUS,
  'VirtualMachine.kubevirt.io': {
    paused: [
      has('spec.runStrategy', 'Halted', 'Manual'),
      has('spec.running', false),
      has('status.printableStatus', 'Paused', 'Stopped'),
    ],
    failing: [
      has(
        'status.printableStatus',
        'CrashLoopBackOff',
        'DataVolumeError',
        'ErrorPvcNotFound',
        'ErrorUnschedulable',
        'ErrImagePull',
        'ImagePullBackOff',
      ),
      is('Failure'),
    ],
    current: [{ all: [has('status.printableStatus', 'Running'), has('status.ready', true)] }],
    otherwise: 'InProgress',
  },
  'VirtualMachineInstance.kubevirt.io': {
    failed: [phase('Failed')],
    paused: [is('Paused')],
    current: [{ all: [phase('Running'), is('Ready')] }, phase('Succeeded')],
    otherwise: 'InProgress',
  },
  'Keycloak.k8s.keycloak.org': {
    failing: [is('HasErrors')],
    inProgress: [is('RollingUpdate')],
    current: [is('Ready')],
    otherwise: 'InProgress',
  },
  'KeycloakRealmImport.k8s.keycloak.org': {
    failed: [is('HasErrors')],
    current: [is('Done')],
    otherwise: 'InProgress',
  },
  // OpenTelemetry operator: it counts, and says nothing more.
  'OpenTelemetryCollector.opentelemetry.io': NO_STATUS,
  'Instrumentation.opentelemetry.io': NO_STATUS,
  'BareMetalHost.metal3.io': {
    failing: [has('status.operationalStatus', 'error')],
    paused: [has('status.operationalStatus', 'detached')],
    current: [has('status.provisioning.state', 'provisioned', 'available', 'externally provisioned')],
    otherwise: 'InProgress',
    message: ['status.errorMessage'],
  },
};
