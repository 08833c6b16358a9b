import { conditioned, conditions, phased, type Samples } from './sample.ts';

/** cert-manager, Argo, Flux, Tekton, Velero. */
export const delivery: Samples = {
  'Certificate.cert-manager.io': {
    Current: [
      {
        generation: 1,
        status: conditions(['Ready', 'True', 'Ready', 'Certificate is up to date and has not expired']),
      },
      // The renewal failed, and there is time.
      conditioned(
        ['Ready', 'True', 'Ready'],
        ['Issuing', 'False', 'Failed', 'The certificate request has failed'],
      ),
    ],
    InProgress: [
      conditioned(
        ['Issuing', 'True', 'DoesNotExist', 'Issuing certificate as Secret does not exist'],
        ['Ready', 'False', 'DoesNotExist', 'Issuing certificate as Secret does not exist'],
      ),
      conditioned(['Ready', 'False', 'DoesNotExist', 'Issuing certificate as Secret does not exist']),
      {
        generation: 2,
        status: {
          conditions: [
            { type: 'Ready', status: 'True', reason: 'Ready', message: 'up to date', observedGeneration: 1 },
          ],
        },
      },
    ],
    Failed: [
      conditioned(
        ['Issuing', 'False', 'Failed', 'The certificate request has failed to complete and will be retried'],
        ['Ready', 'False', 'DoesNotExist', 'Issuing certificate as Secret does not exist'],
      ),
    ],
  },
  'CertificateRequest.cert-manager.io': {
    Current: [conditioned(['Approved', 'True', 'cert-manager.io'], ['Ready', 'True', 'Issued', 'fetched'])],
    InProgress: [
      conditioned(['Approved', 'True', 'cert-manager.io'], ['Ready', 'False', 'Pending', 'Waiting on order']),
    ],
    Failed: [
      conditioned(['Ready', 'False', 'Failed', 'Failed to wait for order resource to become ready']),
      conditioned(['Denied', 'True', 'policy', 'not allowed'], ['Ready', 'False', 'Denied', 'denied']),
      conditioned(['InvalidRequest', 'True', 'UsagesMismatch', 'the CSR has other usages']),
    ],
  },
  'Issuer.cert-manager.io': {
    Current: [conditioned(['Ready', 'True', 'ACMEAccountRegistered', 'The ACME account was registered'])],
    InProgress: [conditioned(['Ready', 'Unknown', 'Pending'])],
    Failing: [
      conditioned(['Ready', 'False', 'ErrRegisterACMEAccount', 'Failed to register ACME account: 403']),
    ],
  },
  'Order.acme.cert-manager.io': {
    Current: [{ status: { state: 'valid', finalizeURL: 'https://acme.example/finalize/1' } }],
    InProgress: [
      { status: { state: 'pending' } },
      { status: { state: 'ready' } },
      { status: { state: 'processing' } },
    ],
    Failed: [
      { status: { state: 'invalid', reason: 'Failed to finalize Order' } },
      { status: { state: 'errored', reason: '429 urn:ietf:params:acme:error:rateLimited' } },
    ],
  },
  'Bundle.trust.cert-manager.io': {
    Current: [conditioned(['Synced', 'True', 'Synced'])],
    InProgress: [conditioned(['Synced', 'Unknown', 'Syncing'])],
    Failing: [conditioned(['Synced', 'False', 'SourceNotFound', 'configmap "roots" not found'])],
  },
  'Rollout.argoproj.io': {
    Current: [{ generation: 3, status: { observedGeneration: '3', phase: 'Healthy', replicas: 2 } }],
    InProgress: [
      {
        generation: 3,
        status: {
          observedGeneration: '3',
          phase: 'Progressing',
          message: 'more replicas need to be updated',
        },
      },
      { generation: 4, status: { observedGeneration: '3', phase: 'Healthy' } },
    ],
    Failed: [
      phased('Degraded', {
        message: 'ProgressDeadlineExceeded: ReplicaSet "web-5f" has timed out progressing.',
      }),
      {
        status: {
          phase: 'Degraded',
          ...conditions([
            'InvalidSpec',
            'True',
            'InvalidSpec',
            'The Rollout "web" is invalid: spec.selector',
          ]),
        },
      },
    ],
    Paused: [
      phased('Paused', { message: 'CanaryPauseStep', pauseConditions: [{ reason: 'CanaryPauseStep' }] }),
      { spec: { paused: true }, status: { phase: 'Progressing' } },
    ],
  },
  'AnalysisRun.argoproj.io': {
    Current: [phased('Successful')],
    InProgress: [phased('Running'), phased('Pending')],
    Failed: [phased('Failed', { message: 'Metric "success-rate" assessed Failed' }), phased('Inconclusive')],
  },
  'Workflow.argoproj.io': {
    Current: [phased('Succeeded', { progress: '3/3' })],
    InProgress: [phased('Running', { progress: '1/3' })],
    Failed: [phased('Failed', { message: "child 'main' failed" }), phased('Error')],
    Paused: [{ spec: { suspend: true }, status: { phase: 'Running' } }],
  },
  'CronWorkflow.argoproj.io': {
    Current: [{ status: { lastScheduledTime: '2025-01-01T00:00:00Z' } }, {}],
    Failed: [conditioned(['SpecError', 'True', undefined, 'cron schedule is malformed'])],
    Failing: [conditioned(['SubmissionError', 'True', undefined, 'Failed to submit Workflow'])],
    Paused: [{ spec: { suspend: true } }],
  },
  'Application.argoproj.io': {
    Current: [
      {
        spec: { syncPolicy: { automated: {} } },
        status: {
          health: { status: 'Healthy' },
          sync: { status: 'Synced' },
          operationState: { phase: 'Succeeded', message: 'successfully synced' },
        },
      },
      { spec: {}, status: { health: { status: 'Healthy' }, sync: { status: 'OutOfSync' } } },
    ],
    InProgress: [
      {
        status: {
          health: { status: 'Healthy' },
          sync: { status: 'OutOfSync' },
          operationState: { phase: 'Running' },
        },
      },
      {
        spec: { syncPolicy: { automated: {} } },
        status: { health: { status: 'Healthy' }, sync: { status: 'OutOfSync' } },
      },
      { status: { health: { status: 'Progressing' }, sync: { status: 'Synced' } } },
    ],
    Failing: [
      { status: { health: { status: 'Degraded' }, sync: { status: 'Synced' } } },
      {
        status: {
          health: { status: 'Missing' },
          sync: { status: 'OutOfSync' },
          operationState: { phase: 'Failed', message: 'one or more objects failed to apply' },
        },
      },
    ],
    Paused: [{ status: { health: { status: 'Suspended' }, sync: { status: 'Synced' } } }],
  },
  'ApplicationSet.argoproj.io': {
    Current: [
      conditioned(['ErrorOccurred', 'False'], ['ParametersGenerated', 'True'], ['ResourcesUpToDate', 'True']),
    ],
    InProgress: [
      conditioned(['ErrorOccurred', 'False'], ['ResourcesUpToDate', 'False', 'ApplicationSetModified']),
    ],
    Failing: [
      conditioned(['ErrorOccurred', 'True', 'ApplicationGenerationFromParamsError', 'no such repository']),
    ],
  },
  'EventBus.argoproj.io': {
    Current: [conditioned(['Configured', 'True'], ['Deployed', 'True', 'JetStreamExists'])],
    InProgress: [conditioned(['Configured', 'True'], ['Deployed', 'Unknown'])],
    Failing: [
      conditioned(['Configured', 'False', 'InvalidSpec', 'invalid version'], ['Deployed', 'Unknown']),
      conditioned(['Configured', 'True'], ['Deployed', 'False', 'BuildFailed']),
    ],
  },
  'EventSource.argoproj.io': {
    Current: [conditioned(['SourcesProvided', 'True'], ['Deployed', 'True'])],
    InProgress: [conditioned(['SourcesProvided', 'True'], ['Deployed', 'Unknown'])],
    Failing: [
      conditioned(['SourcesProvided', 'False', 'InvalidEventSource', 'no such field']),
      conditioned(['SourcesProvided', 'True'], ['Deployed', 'False', 'EventBusNotFound']),
    ],
  },
  'Sensor.argoproj.io': {
    Current: [
      conditioned(['DependenciesProvided', 'True'], ['TriggersProvided', 'True'], ['Deployed', 'True']),
    ],
    InProgress: [
      conditioned(['DependenciesProvided', 'True'], ['TriggersProvided', 'True'], ['Deployed', 'Unknown']),
    ],
    Failing: [
      conditioned(['DependenciesProvided', 'False', 'InvalidDependencies']),
      conditioned(['TriggersProvided', 'False', 'InvalidTriggers']),
      conditioned(['Deployed', 'False', 'EventBusNotFound']),
    ],
  },
  'GitRepository.source.toolkit.fluxcd.io': {
    Current: [
      {
        generation: 2,
        status: { observedGeneration: 2, ...conditions(['Ready', 'True', 'Succeeded', 'stored artifact']) },
      },
    ],
    InProgress: [
      conditioned(
        ['Reconciling', 'True', 'Progressing', 'building artifact'],
        ['Ready', 'Unknown', 'Progressing'],
      ),
      { generation: 1, status: { observedGeneration: -1 } },
      conditioned(['Ready', 'Unknown', 'Progressing']),
    ],
    Failed: [
      conditioned(
        ['Stalled', 'True', 'URLInvalid', 'URL must begin with ssh or https'],
        ['Ready', 'False', 'URLInvalid', 'URL must begin with ssh or https'],
      ),
    ],
    Failing: [
      conditioned(['Ready', 'False', 'GitOperationFailed', 'failed to checkout: authentication required']),
    ],
    Paused: [{ spec: { suspend: true }, status: conditions(['Ready', 'True', 'Succeeded']) }],
  },
  'HelmRepository.source.toolkit.fluxcd.io': {
    Current: [{ spec: { type: 'oci' } }, conditioned(['Ready', 'True', 'Succeeded', 'stored artifact'])],
    InProgress: [{ spec: {}, status: { observedGeneration: -1 } }],
    Failing: [conditioned(['Ready', 'False', 'IndexationFailed', 'failed to fetch index.yaml: 404'])],
    Paused: [{ spec: { suspend: true } }],
  },
  'Kustomization.kustomize.toolkit.fluxcd.io': {
    Current: [
      conditioned(['Ready', 'True', 'ReconciliationSucceeded', 'Applied revision: main@sha1:81d0b7a']),
    ],
    InProgress: [
      conditioned(['Ready', 'False', 'DependencyNotReady', "dependency 'flux-system/base' is not ready"]),
      conditioned(['Ready', 'Unknown', 'Progressing', 'Detecting drift for revision main']),
    ],
    Failing: [
      conditioned(['Ready', 'False', 'BuildFailed', 'kustomize build failed: accumulating resources']),
      conditioned(['Ready', 'False', 'HealthCheckFailed', 'timeout waiting for: [Deployment/web]']),
    ],
    Paused: [{ spec: { suspend: true } }],
  },
  'Alert.notification.toolkit.fluxcd.io': { Current: [{}], Paused: [{ spec: { suspend: true } }] },
  'Canary.flagger.app': {
    Current: [phased('Succeeded'), phased('Initialized')],
    InProgress: [phased('Progressing', { canaryWeight: 20 }), phased('Promoting'), phased('Initializing')],
    Failed: [phased('Failed')],
    Paused: [{ spec: { suspend: true }, status: { phase: 'Initialized' } }],
  },
  'PipelineRun.tekton.dev': {
    Current: [conditioned(['Succeeded', 'True', 'Succeeded', 'Tasks Completed: 3 (Failed: 0)'])],
    InProgress: [conditioned(['Succeeded', 'Unknown', 'Running', 'Tasks Completed: 1, Incomplete: 2'])],
    Failed: [conditioned(['Succeeded', 'False', 'Failed', 'Tasks Completed: 3 (Failed: 1)'])],
    Paused: [
      {
        spec: { status: 'PipelineRunPending' },
        status: conditions(['Succeeded', 'Unknown', 'PipelineRunPending']),
      },
    ],
  },
  'EventListener.triggers.tekton.dev': {
    Current: [conditioned(['Available', 'True', 'MinimumReplicasAvailable']), conditioned(['Ready', 'True'])],
    InProgress: [
      conditioned(['Available', 'False', 'MinimumReplicasUnavailable', 'no minimum availability']),
    ],
  },
  'TektonConfig.operator.tekton.dev': {
    Current: [conditioned(['Ready', 'True'])],
    InProgress: [conditioned(['Ready', 'False', 'Error', 'Components not in ready state: pipeline'])],
  },
  'Backup.velero.io': {
    Current: [phased('Completed', { progress: { itemsBackedUp: 12, totalItems: 12 } })],
    InProgress: [
      phased('New'),
      phased('InProgress'),
      phased('WaitingForPluginOperations'),
      phased('Finalizing'),
    ],
    Failed: [
      phased('PartiallyFailed', { errors: 2 }),
      phased('FailedValidation', {
        validationErrors: ['an existing backup storage location was not specified'],
      }),
      phased('Failed', { failureReason: 'unable to get credentials' }),
    ],
  },
  'Schedule.velero.io': {
    Current: [phased('Enabled')],
    InProgress: [phased('New')],
    Failed: [
      phased('FailedValidation', { validationErrors: ['invalid schedule: expected exactly 5 fields'] }),
    ],
    Paused: [{ spec: { paused: true }, status: { phase: 'Enabled' } }],
  },
  'BackupStorageLocation.velero.io': {
    Current: [phased('Available')],
    InProgress: [{ status: { lastValidationTime: '2025-01-01T00:00:00Z' } }],
    Failing: [phased('Unavailable', { message: 'The specified bucket does not exist' })],
  },
  'VolumeSnapshotLocation.velero.io': {
    Current: [{}, phased('Available')],
    Failing: [phased('Unavailable')],
  },
  'BackupRepository.velero.io': {
    Current: [phased('Ready')],
    InProgress: [phased('New')],
    Failing: [phased('NotReady', { message: 'error to connect to backup repository' })],
  },
};
