/** Flux: *.toolkit.fluxcd.io (Flux 2, "API conventions"). Reconciling and Stalled are kstatus' own conditions, and
 * judged before these rules. */
import type { KindRule, KindRules } from '../kind-rule.ts';
import { has, is, isNot, isNotUnless, NO_STATUS } from '../words.ts';

const SUSPENDED = [has('spec.suspend', true)];

/** Ready is False when the last try failed; there is another after each interval. */
const FLUX: KindRule = {
  paused: SUSPENDED,
  failing: [isNot('Ready')],
  current: [is('Ready')],
  otherwise: 'InProgress',
};

/** Waiting for something that it depends on is no failure. */
const DEPENDENT: KindRule = {
  ...FLUX,
  failing: [isNotUnless('Ready', 'DependencyNotReady', 'SourceNotReady')],
};

/** All that can be known of it is whether it is switched off. */
const SWITCH: KindRule = { ...NO_STATUS, paused: SUSPENDED };

export const flux: KindRules = {
  'GitRepository.source.toolkit.fluxcd.io': FLUX,
  'OCIRepository.source.toolkit.fluxcd.io': FLUX,
  'Bucket.source.toolkit.fluxcd.io': FLUX,
  'HelmChart.source.toolkit.fluxcd.io': DEPENDENT,
  'HelmRepository.source.toolkit.fluxcd.io': {
    ...FLUX,
    // Only the charts of such a repository are fetched; nothing is written to its own status.
    current: [is('Ready'), has('spec.type', 'oci')],
  },
  'ExternalArtifact.source.toolkit.fluxcd.io': FLUX,
  'Kustomization.kustomize.toolkit.fluxcd.io': DEPENDENT,
  'HelmRelease.helm.toolkit.fluxcd.io': DEPENDENT,
  'ImageRepository.image.toolkit.fluxcd.io': FLUX,
  'ImagePolicy.image.toolkit.fluxcd.io': DEPENDENT,
  'ImageUpdateAutomation.image.toolkit.fluxcd.io': FLUX,
  'Receiver.notification.toolkit.fluxcd.io': FLUX,
  // Without a status since notification.toolkit.fluxcd.io/v1beta3.
  'Alert.notification.toolkit.fluxcd.io': SWITCH,
  'Provider.notification.toolkit.fluxcd.io': SWITCH,
  'FluxInstance.fluxcd.controlplane.io': FLUX,
  'ResourceSet.fluxcd.controlplane.io': DEPENDENT,
  // Flagger
  'Canary.flagger.app': {
    paused: [has('spec.suspend', true)],
    failed: [has('status.phase', 'Failed')],
    current: [has('status.phase', 'Initialized', 'Succeeded')],
    otherwise: 'InProgress',
    message: ['status.lastTransitionMessage'],
  },
};
