/** Cluster API. v1beta1 grades its conditions and sets failureReason for what is final; v1beta2 has Available where
 * v1beta1 has Ready (proposal "Improving status in CAPI resources"). */
import type { KindRule, KindRules, Match } from '../kind-rule.ts';
import { filled, has, is, isNot, phase } from '../words.ts';

const PAUSED: readonly Match[] = [
  has('spec.paused', true),
  is('Paused'),
  filled('metadata.annotations.cluster.x-k8s.io/paused'),
];

const FAILED: readonly Match[] = [
  filled('status.failureReason'),
  filled('status.failureMessage'),
  filled('status.deprecated.v1beta1.failureReason'),
  phase('Failed'),
];

const FAILING: readonly Match[] = [{ ...isNot('Ready'), severity: 'Error' }];

const base = {
  paused: PAUSED,
  failed: FAILED,
  failing: FAILING,
  otherwise: 'InProgress',
  message: ['status.failureMessage', 'status.deprecated.v1beta1.failureMessage'],
} as const satisfies KindRule;

/** The count is there and has not reached what is asked for. */
const lags = (count: string): Match => ({
  all: [filled(count), { not: { count, atLeast: 'spec.replicas', byDefault: 1 } }],
});

/** As many as asked for, all of them ready and, where that is counted, of the newest template. */
const REPLICATED: KindRule = {
  ...base,
  inProgress: [phase('Pending', 'Provisioning', 'ScalingUp', 'ScalingDown', 'Scaling')],
  current: [
    {
      all: [
        filled('status.replicas'),
        { count: 'status.replicas', atLeast: 'spec.replicas', byDefault: 1 },
        { count: 'status.readyReplicas', atLeast: 'spec.replicas', byDefault: 1 },
        { not: lags('status.updatedReplicas') },
        { not: lags('status.upToDateReplicas') },
      ],
    },
  ],
};

export const clusterApi: KindRules = {
  'Cluster.cluster.x-k8s.io': {
    ...base,
    current: [{ all: [is('Available'), phase('Provisioned')] }, { all: [is('Ready'), phase('Provisioned')] }],
  },
  'Machine.cluster.x-k8s.io': {
    ...base,
    current: [{ all: [phase('Running'), { not: isNot('Ready') }] }],
  },
  'MachineDeployment.cluster.x-k8s.io': REPLICATED,
  'MachineSet.cluster.x-k8s.io': REPLICATED,
  'MachinePool.cluster.x-k8s.io': REPLICATED,
  'MachineHealthCheck.cluster.x-k8s.io': {
    paused: PAUSED,
    failing: [isNot('RemediationAllowed')],
    current: [
      {
        all: [
          filled('status.expectedMachines'),
          { count: 'status.currentHealthy', atLeast: 'status.expectedMachines' },
        ],
      },
    ],
    otherwise: 'InProgress',
  },
  'KubeadmControlPlane.controlplane.cluster.x-k8s.io': REPLICATED,
  'KubeadmConfig.bootstrap.cluster.x-k8s.io': {
    ...base,
    current: [is('Ready'), has('status.ready', true)],
  },
  'ClusterClass.cluster.x-k8s.io': {
    paused: PAUSED,
    failing: [isNot('VariablesReconciled'), isNot('VariablesReady'), isNot('RefVersionsUpToDate')],
    current: [is('VariablesReconciled'), is('VariablesReady')],
    otherwise: 'InProgress',
  },
  'ClusterResourceSet.addons.cluster.x-k8s.io': {
    failing: [isNot('ResourcesApplied')],
    current: [is('ResourcesApplied')],
    otherwise: 'InProgress',
  },
};
