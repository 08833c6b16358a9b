import { conditioned, conditions, phased, type Sample, type Samples } from './sample.ts';

const counted = (spec: object, status: object): Sample => ({ spec, status });

/** Crossplane and clouds, secrets, monitoring, policies, clusters, operators. */
export const platforms: Samples = {
  'Provider.pkg.crossplane.io': {
    Current: [
      conditioned(
        ['Installed', 'True', 'ActivePackageRevision'],
        ['Healthy', 'True', 'HealthyPackageRevision'],
      ),
    ],
    InProgress: [
      conditioned(['Installed', 'False', 'UnpackingPackage']),
      conditioned(
        ['Installed', 'True', 'ActivePackageRevision'],
        ['Healthy', 'Unknown', 'UnknownPackageRevisionHealth'],
      ),
    ],
    Failing: [
      conditioned(['Installed', 'True'], ['Healthy', 'False', 'UnhealthyPackageRevision', 'no such image']),
      conditioned(['Installed', 'False', 'ErrorUnpackingPackage']),
    ],
    Paused: [
      conditioned(['Installed', 'False', 'InactivePackageRevision', 'Package is inactive']),
      conditioned(['Synced', 'False', 'ReconcilePaused']),
      { annotations: { 'crossplane.io/paused': 'true' } },
    ],
  },
  'ProviderRevision.pkg.crossplane.io': {
    Current: [
      conditioned(['Healthy', 'True']),
      conditioned(['RevisionHealthy', 'True'], ['RuntimeHealthy', 'True']),
    ],
    InProgress: [conditioned(['RevisionHealthy', 'Unknown', 'AwaitingVerification'])],
    Failing: [
      conditioned(['Healthy', 'False', 'UnhealthyPackageRevision']),
      conditioned(['RevisionHealthy', 'False', 'UnhealthyPackageRevision']),
      conditioned(['RevisionHealthy', 'True'], ['RuntimeHealthy', 'False', 'UnhealthyPackageRevision']),
    ],
  },
  'CompositeResourceDefinition.apiextensions.crossplane.io': {
    Current: [
      conditioned(['Established', 'True', 'WatchingCompositeResource']),
      {
        spec: { claimNames: { kind: 'Database' } },
        status: conditions(['Established', 'True'], ['Offered', 'True', 'WatchingCompositeResourceClaim']),
      },
    ],
    InProgress: [{ spec: { claimNames: { kind: 'Database' } }, status: conditions(['Established', 'True']) }],
    Failing: [
      conditioned(['Established', 'False', 'TerminatingComposite']),
      conditioned(['Established', 'True'], ['Offered', 'False', 'TerminatingClaim']),
    ],
    Paused: [
      conditioned(['Synced', 'False', 'ReconcilePaused']),
      { annotations: { 'crossplane.io/paused': 'true' } },
    ],
  },
  'CompositionRevision.apiextensions.crossplane.io': {
    Current: [{}, conditioned(['ValidPipeline', 'True'])],
    Failing: [
      conditioned(['ValidPipeline', 'False', 'MissingCapabilities', 'the function is not installed']),
    ],
  },
  'ExternalSecret.external-secrets.io': {
    Current: [conditioned(['Ready', 'True', 'SecretSynced', 'secret synced'])],
    InProgress: [{ status: { binding: { name: '' } } }],
    Failing: [
      conditioned(['Ready', 'False', 'SecretSyncedError', 'could not get secret data from provider']),
    ],
  },
  'ClusterExternalSecret.external-secrets.io': {
    Current: [{ status: { provisionedNamespaces: ['web'], ...conditions(['Ready', 'True']) } }],
    InProgress: [{ status: { externalSecretName: 'web' } }],
    Failing: [
      {
        status: {
          failedNamespaces: [{ namespace: 'web', reason: 'external secret already exists in namespace' }],
        },
      },
      conditioned(['Ready', 'False', undefined, 'one or more namespaces failed']),
      conditioned(['NotReady', 'True']),
    ],
  },
  'SealedSecret.bitnami.com': {
    Current: [{ generation: 1, status: { observedGeneration: 1, ...conditions(['Synced', 'True']) } }],
    InProgress: [{ generation: 2, status: { observedGeneration: 1, ...conditions(['Synced', 'True']) } }],
    Failing: [conditioned(['Synced', 'False', undefined, 'no key could decrypt secret (password)'])],
  },
  'VaultAuth.secrets.hashicorp.com': {
    Current: [{ status: { valid: true, error: '' } }],
    InProgress: [{ status: { specHash: 'x' } }],
    Failing: [{ status: { valid: false, error: 'permission denied' } }],
  },
  'VaultConnection.secrets.hashicorp.com': {
    Current: [{ status: { valid: true } }],
    InProgress: [{ status: { conditions: [] } }],
    Failing: [{ status: { valid: false } }],
  },
  'VaultStaticSecret.secrets.hashicorp.com': {
    Current: [
      { status: { secretMAC: 'c2VjcmV0', lastGeneration: 1 } },
      conditioned(['Ready', 'True']),
      conditioned(['SecretSynced', 'True']),
    ],
    InProgress: [{ status: { lastGeneration: 1 } }],
    Failing: [
      conditioned(['Ready', 'False', 'VaultClientConfigError', 'no such role']),
      conditioned(['SecretSynced', 'False', 'SyncError']),
    ],
  },
  'Prometheus.monitoring.coreos.com': {
    Current: [
      {
        generation: 3,
        status: {
          conditions: [
            { type: 'Available', status: 'True', observedGeneration: 3 },
            { type: 'Reconciled', status: 'True', observedGeneration: 3 },
          ],
        },
      },
    ],
    InProgress: [
      conditioned(
        ['Available', 'Degraded', 'SomePodsNotReady', 'shard 0: pod prometheus-main-1: not ready'],
        ['Reconciled', 'True'],
      ),
      conditioned(['Available', 'False', 'NoPodReady'], ['Reconciled', 'True']),
    ],
    Failing: [
      conditioned(
        ['Available', 'True'],
        ['Reconciled', 'False', 'ReconciliationFailed', 'no such storage class'],
      ),
    ],
    Paused: [{ spec: { paused: true } }],
  },
  'Grafana.grafana.integreatly.org': {
    Current: [{ status: { stage: 'complete', stageStatus: 'success' } }],
    InProgress: [{ status: { stage: 'deployment', stageStatus: 'in progress' } }],
    Failing: [{ status: { stage: 'deployment', stageStatus: 'failed', lastMessage: 'no service account' } }],
    Paused: [{ spec: { suspend: true } }],
  },
  'GrafanaDashboard.grafana.integreatly.org': {
    Current: [conditioned(['DashboardSynchronized', 'True', 'ApplySuccessful'])],
    InProgress: [{ status: { hash: 'x' } }],
    Failing: [
      conditioned(['DashboardSynchronized', 'False', 'ApplyFailed', 'bad json']),
      conditioned([
        'NoMatchingInstance',
        'True',
        'EmptyAPIReply',
        'None of the available Grafana instances matched',
      ]),
      conditioned(['InvalidSpec', 'True', 'InvalidModelResolution']),
    ],
    Paused: [{ spec: { suspend: true } }],
  },
  'GrafanaDatasource.grafana.integreatly.org': {
    Current: [conditioned(['DatasourceSynchronized', 'True'])],
    InProgress: [{ status: { hash: 'x' } }],
    Failing: [
      conditioned(['DatasourceSynchronized', 'False', 'ApplyFailed']),
      conditioned(['NoMatchingInstance', 'True']),
      conditioned(['InvalidSpec', 'True']),
    ],
    Paused: [{ spec: { suspend: true } }],
  },
  'GrafanaFolder.grafana.integreatly.org': {
    Current: [conditioned(['FolderSynchronized', 'True'])],
    InProgress: [{ status: { hash: 'x' } }],
    Failing: [
      conditioned(['FolderSynchronized', 'False', 'ApplyFailed']),
      conditioned(['NoMatchingInstance', 'True']),
      conditioned(['InvalidSpec', 'True']),
    ],
    Paused: [{ spec: { suspend: true } }],
  },
  'ClusterPolicy.kyverno.io': {
    Current: [conditioned(['Ready', 'True', 'Succeeded', 'Ready']), { status: { ready: true } }],
    InProgress: [{ status: { autogen: {} } }],
    Failing: [
      conditioned(['Ready', 'False', 'Failed', 'failed to load policy']),
      { status: { ready: false } },
    ],
  },
  'UpdateRequest.kyverno.io': {
    Current: [{ status: { state: 'Completed' } }],
    InProgress: [{ status: { state: 'Pending' } }],
    Failed: [{ status: { state: 'Failed', message: 'forbidden' } }],
  },
  'ValidatingPolicy.policies.kyverno.io': {
    Current: [{ status: { conditionStatus: { ready: true } } }],
    InProgress: [{ status: { autogen: {} } }],
    Failing: [{ status: { conditionStatus: { ready: false, message: 'no such variable' } } }],
  },
  'Cluster.cluster.x-k8s.io': {
    Current: [
      { status: { phase: 'Provisioned', ...conditions(['Ready', 'True']) } },
      { status: { phase: 'Provisioned', ...conditions(['Available', 'True', 'Available']) } },
    ],
    InProgress: [
      { status: { phase: 'Provisioning', ...conditions(['Ready', 'False', 'WaitingForControlPlane']) } },
      { status: { phase: 'Provisioned', ...conditions(['Available', 'False', 'NotAvailable']) } },
    ],
    Failed: [
      phased('Failed', { failureReason: 'CreateError', failureMessage: 'no quota for addresses' }),
      { status: { failureMessage: 'invalid' } },
      { status: { deprecated: { v1beta1: { failureReason: 'CreateError', failureMessage: 'no quota' } } } },
      phased('Failed'),
    ],
    Failing: [
      {
        status: {
          phase: 'Provisioning',
          conditions: [
            {
              type: 'Ready',
              status: 'False',
              severity: 'Error',
              reason: 'VpcReconciliationFailed',
              message: 'limit',
            },
          ],
        },
      },
    ],
    Paused: [
      { spec: { paused: true } },
      conditioned(['Paused', 'True', 'Paused']),
      { annotations: { 'cluster.x-k8s.io/paused': 'true' } },
    ],
  },
  'Machine.cluster.x-k8s.io': {
    Current: [{ status: { phase: 'Running', ...conditions(['Ready', 'True']) } }],
    InProgress: [
      phased('Provisioned'),
      { status: { phase: 'Running', ...conditions(['Ready', 'False', 'NodeNotReady']) } },
    ],
    Failed: [
      phased('Failed', { failureReason: 'CreateError', failureMessage: 'no such instance type' }),
      { status: { failureMessage: 'invalid' } },
      { status: { deprecated: { v1beta1: { failureReason: 'CreateError' } } } },
      phased('Failed'),
    ],
    Failing: [
      {
        status: {
          conditions: [{ type: 'Ready', status: 'False', severity: 'Error', reason: 'InstanceTerminated' }],
        },
      },
    ],
    Paused: [
      { spec: { paused: true } },
      conditioned(['Paused', 'True', 'Paused']),
      { annotations: { 'cluster.x-k8s.io/paused': '' }, spec: { paused: true } },
      { annotations: { 'cluster.x-k8s.io/paused': 'true' } },
    ],
  },
  'MachineDeployment.cluster.x-k8s.io': {
    Current: [
      counted({ replicas: 3 }, { phase: 'Running', replicas: 3, readyReplicas: 3, updatedReplicas: 3 }),
      counted({ replicas: 3 }, { phase: 'Running', replicas: 3, readyReplicas: 3, upToDateReplicas: 3 }),
    ],
    InProgress: [
      counted({ replicas: 3 }, { phase: 'ScalingUp', replicas: 3, readyReplicas: 1, updatedReplicas: 3 }),
      counted({ replicas: 3 }, { phase: 'Running', replicas: 3, readyReplicas: 3, updatedReplicas: 1 }),
      counted({ replicas: 3 }, { phase: 'Running', replicas: 3, readyReplicas: 3, upToDateReplicas: 1 }),
    ],
    Failed: [
      phased('Failed', { failureReason: 'x' }),
      { status: { failureMessage: 'invalid' } },
      { status: { deprecated: { v1beta1: { failureReason: 'x' } } } },
      phased('Failed'),
    ],
    Failing: [
      { status: { conditions: [{ type: 'Ready', status: 'False', severity: 'Error', reason: 'x' }] } },
    ],
    Paused: [
      { spec: { paused: true } },
      conditioned(['Paused', 'True', 'Paused']),
      { annotations: { 'cluster.x-k8s.io/paused': 'true' } },
    ],
  },
  'KubeadmConfig.bootstrap.cluster.x-k8s.io': {
    Current: [conditioned(['Ready', 'True']), { status: { ready: true } }],
    InProgress: [conditioned(['DataSecretAvailable', 'False', 'WaitingForControlPlaneAvailable'])],
    Failed: [
      { status: { failureReason: 'x' } },
      { status: { failureMessage: 'invalid' } },
      { status: { deprecated: { v1beta1: { failureReason: 'x' } } } },
      phased('Failed'),
    ],
    Failing: [
      { status: { conditions: [{ type: 'Ready', status: 'False', severity: 'Error', reason: 'x' }] } },
    ],
    Paused: [
      { spec: { paused: true } },
      conditioned(['Paused', 'True', 'Paused']),
      { annotations: { 'cluster.x-k8s.io/paused': 'true' } },
    ],
  },
  'MachineHealthCheck.cluster.x-k8s.io': {
    Current: [{ status: { expectedMachines: 3, currentHealthy: 3 } }],
    InProgress: [{ status: { expectedMachines: 3, currentHealthy: 2 } }],
    Failing: [conditioned(['RemediationAllowed', 'False', 'TooManyUnhealthy', 'Remediation is not allowed'])],
    Paused: [
      { spec: { paused: true } },
      conditioned(['Paused', 'True', 'Paused']),
      { annotations: { 'cluster.x-k8s.io/paused': 'true' } },
    ],
  },
  'ClusterClass.cluster.x-k8s.io': {
    Current: [conditioned(['VariablesReady', 'True']), conditioned(['VariablesReconciled', 'True'])],
    InProgress: [{ status: { variables: [] } }],
    Failing: [
      conditioned(['VariablesReady', 'False', 'VariableDiscoveryFailed']),
      conditioned(['VariablesReconciled', 'False', 'VariableDiscoveryFailed']),
      conditioned(['VariablesReady', 'True'], ['RefVersionsUpToDate', 'False', 'RefVersionsNotUpToDate']),
    ],
    Paused: [
      { spec: { paused: true } },
      conditioned(['Paused', 'True', 'Paused']),
      { annotations: { 'cluster.x-k8s.io/paused': 'true' } },
    ],
  },
  'ClusterResourceSet.addons.cluster.x-k8s.io': {
    Current: [conditioned(['ResourcesApplied', 'True'])],
    InProgress: [conditioned(['ResourcesApplied', 'Unknown'])],
    Failing: [conditioned(['ResourcesApplied', 'False', 'ApplyFailed', 'connection refused'])],
  },
  'NodePool.karpenter.sh': {
    Current: [conditioned(['NodeClassReady', 'True'], ['Ready', 'True'], ['ValidationSucceeded', 'True'])],
    InProgress: [conditioned(['NodeClassReady', 'Unknown'], ['Ready', 'Unknown'])],
    Failing: [
      conditioned(['NodeClassReady', 'False', 'NodeClassNotFound', 'NodeClass not found on cluster']),
      conditioned(['ValidationSucceeded', 'False', 'NodePoolValidationFailed']),
      conditioned(['Ready', 'False', 'UnhealthyDependents']),
    ],
  },
  'NodeClaim.karpenter.sh': {
    Current: [
      conditioned(['Initialized', 'True'], ['Launched', 'True'], ['Ready', 'True'], ['Registered', 'True']),
      conditioned(['Initialized', 'True'], ['Launched', 'True'], ['Registered', 'True']),
    ],
    InProgress: [
      conditioned(['Launched', 'True'], ['Registered', 'Unknown', 'NodeNotFound'], ['Ready', 'Unknown']),
    ],
    Failing: [
      conditioned(['Launched', 'False', 'InsufficientCapacity', 'no instance types']),
      conditioned(['Launched', 'Unknown', 'LaunchFailed', 'access denied']),
    ],
  },
  'VerticalPodAutoscaler.autoscaling.k8s.io': {
    Current: [conditioned(['RecommendationProvided', 'True'])],
    InProgress: [conditioned(['RecommendationProvided', 'False'])],
    Failed: [conditioned(['ConfigUnsupported', 'True', undefined, 'Cannot read targetRef'])],
    Failing: [conditioned(['NoPodsMatched', 'True', 'NoPodsMatched', 'No pods match this VPA object'])],
  },
  'ClusterServiceVersion.operators.coreos.com': {
    Current: [phased('Succeeded', { reason: 'InstallSucceeded' })],
    InProgress: [phased('InstallReady'), phased('Installing'), phased('Replacing')],
    Failing: [phased('Failed', { message: 'install timeout' })],
  },
  'Subscription.operators.coreos.com': {
    Current: [{ status: { state: 'AtLatestKnown', installedCSV: 'etcd.v1' } }],
    InProgress: [{ spec: { installPlanApproval: 'Automatic' }, status: { state: 'UpgradePending' } }],
    Failing: [
      { status: { state: 'UpgradeFailed' } },
      conditioned(['ResolutionFailed', 'True', 'ConstraintsNotSatisfiable', 'no operators found']),
      conditioned(['CatalogSourcesUnhealthy', 'True', 'UnhealthyCatalogSourceFound']),
      conditioned(['BundleUnpackFailed', 'True', 'DeadlineExceeded']),
    ],
    Paused: [
      { spec: { installPlanApproval: 'Manual' }, status: { state: 'UpgradePending' } },
      conditioned(['InstallPlanPending', 'True', 'RequiresApproval']),
    ],
  },
  'InstallPlan.operators.coreos.com': {
    Current: [phased('Complete')],
    InProgress: [phased('Installing')],
    Failed: [phased('Failed', { message: 'a definition is taken' })],
    Paused: [phased('RequiresApproval')],
  },
  'CatalogSource.operators.coreos.com': {
    Current: [{ status: { connectionState: { lastObservedState: 'READY' } } }],
    InProgress: [{ status: { connectionState: { lastObservedState: 'CONNECTING' } } }],
    Failing: [{ status: { connectionState: { lastObservedState: 'TRANSIENT_FAILURE' } } }],
  },
  'VirtualMachine.kubevirt.io': {
    Current: [{ spec: { runStrategy: 'Always' }, status: { printableStatus: 'Running', ready: true } }],
    InProgress: [{ spec: { runStrategy: 'Always' }, status: { printableStatus: 'Starting', created: true } }],
    Failing: [
      { spec: { runStrategy: 'Always' }, status: { printableStatus: 'ErrorUnschedulable' } },
      conditioned(['Failure', 'True', 'FailedCreate', 'no such instance type']),
    ],
    Paused: [
      { spec: { runStrategy: 'Halted' }, status: { printableStatus: 'Stopped' } },
      { spec: { running: false } },
      { spec: { running: true }, status: { printableStatus: 'Paused' } },
    ],
  },
  'VirtualMachineInstance.kubevirt.io': {
    Current: [{ status: { phase: 'Running', ...conditions(['Ready', 'True']) } }, phased('Succeeded')],
    InProgress: [
      phased('Scheduling'),
      { status: { phase: 'Running', ...conditions(['Ready', 'False', 'GuestNotRunning']) } },
    ],
    Failed: [phased('Failed')],
    Paused: [{ status: { phase: 'Running', ...conditions(['Paused', 'True', 'PausedByUser']) } }],
  },
  'Keycloak.k8s.keycloak.org': {
    Current: [conditioned(['Ready', 'True'], ['HasErrors', 'False'], ['RollingUpdate', 'False'])],
    InProgress: [
      conditioned(['Ready', 'True'], ['RollingUpdate', 'True', undefined, 'Rolling out deployment update']),
      conditioned(['Ready', 'False', undefined, 'Waiting for more replicas']),
    ],
    Failing: [conditioned(['Ready', 'False'], ['HasErrors', 'True', undefined, 'no database secret'])],
  },
  'KeycloakRealmImport.k8s.keycloak.org': {
    Current: [conditioned(['Done', 'True'])],
    InProgress: [conditioned(['Done', 'False'], ['Started', 'True'])],
    Failed: [conditioned(['HasErrors', 'True', undefined, 'import failed'])],
  },
  'BareMetalHost.metal3.io': {
    Current: [{ status: { operationalStatus: 'OK', provisioning: { state: 'provisioned' } } }],
    InProgress: [{ status: { operationalStatus: 'OK', provisioning: { state: 'inspecting' } } }],
    Failing: [{ status: { operationalStatus: 'error', errorMessage: 'Failed to get power state' } }],
    Paused: [{ status: { operationalStatus: 'detached' } }],
  },
};
