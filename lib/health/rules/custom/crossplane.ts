/** Crossplane: its own kinds, and what every claim, composite and managed resource has in common, whatever group the
 * program gives it (crossplane-runtime, pkg/resource "Synced" and "Ready"). */
import type { KindRule, KindRules, Match } from '../kind-rule.ts';
import { has, is, isNot, NO_STATUS } from '../words.ts';

const PAUSED: readonly Match[] = [
  isNot('Synced', 'ReconcilePaused'),
  has('metadata.annotations.crossplane.io/paused', 'true'),
];

/** Claims, composites and managed resources. */
export const CROSSPLANE_RESOURCE: KindRule = {
  paused: PAUSED,
  failing: [isNot('LastAsyncOperation'), isNot('Synced')],
  current: [{ all: [is('Ready'), is('Synced')] }],
  otherwise: 'InProgress',
};

/** The reasons that crossplane-runtime gives Synced, by which such a resource is known. */
export const SYNCED_REASONS: ReadonlySet<string> = new Set([
  'ReconcileSuccess',
  'ReconcileError',
  'ReconcilePaused',
]);

const PACKAGE: KindRule = {
  paused: [...PAUSED, isNot('Installed', 'InactivePackageRevision')],
  failing: [
    { type: 'Installed', status: 'False', exceptReason: ['UnpackingPackage', 'ActivePackageRevision'] },
    isNot('Healthy'),
  ],
  current: [{ all: [is('Installed'), is('Healthy')] }],
  otherwise: 'InProgress',
};

/** Crossplane 2 has RevisionHealthy where 1 has Healthy. */
const REVISION: KindRule = {
  failing: [isNot('Healthy'), isNot('RevisionHealthy'), isNot('RuntimeHealthy')],
  current: [is('Healthy'), is('RevisionHealthy')],
  otherwise: 'InProgress',
};

export const crossplane: KindRules = {
  'Provider.pkg.crossplane.io': PACKAGE,
  'Configuration.pkg.crossplane.io': PACKAGE,
  'Function.pkg.crossplane.io': PACKAGE,
  'ProviderRevision.pkg.crossplane.io': REVISION,
  'ConfigurationRevision.pkg.crossplane.io': REVISION,
  'FunctionRevision.pkg.crossplane.io': REVISION,
  'DeploymentRuntimeConfig.pkg.crossplane.io': NO_STATUS,
  'CompositeResourceDefinition.apiextensions.crossplane.io': {
    paused: PAUSED,
    failing: [isNot('Established', 'TerminatingComposite'), isNot('Offered', 'TerminatingClaim')],
    current: [
      { all: [is('Established'), { field: 'spec.claimNames', in: 'nothing' }] },
      { all: [is('Established'), is('Offered')] },
    ],
    otherwise: 'InProgress',
  },
  'Composition.apiextensions.crossplane.io': NO_STATUS,
  'CompositionRevision.apiextensions.crossplane.io': { ...NO_STATUS, failing: [isNot('ValidPipeline')] },
  'EnvironmentConfig.apiextensions.crossplane.io': NO_STATUS,
};
