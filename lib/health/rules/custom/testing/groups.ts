import { conditioned, type Samples } from './sample.ts';

/** Kinds that are known by the end of their group, or by what their conditions look like. */
export const groups: Samples = {
  'Bucket.s3.aws.upbound.io': {
    Current: [conditioned(['Ready', 'True', 'Available'], ['Synced', 'True', 'ReconcileSuccess'])],
    InProgress: [conditioned(['Ready', 'False', 'Creating'], ['Synced', 'True', 'ReconcileSuccess'])],
    Failing: [
      conditioned(['Synced', 'False', 'ReconcileError', 'cannot create: AccessDenied']),
      conditioned(
        ['LastAsyncOperation', 'False', 'AsyncCreateFailure'],
        ['Synced', 'True', 'ReconcileSuccess'],
      ),
    ],
    Paused: [
      conditioned(['Synced', 'False', 'ReconcilePaused']),
      { annotations: { 'crossplane.io/paused': 'true' } },
    ],
  },
  'Release.helm.crossplane.io': {
    Current: [conditioned(['Ready', 'True', 'Available'], ['Synced', 'True', 'ReconcileSuccess'])],
    InProgress: [conditioned(['Ready', 'False', 'Creating'], ['Synced', 'True', 'ReconcileSuccess'])],
    Failing: [conditioned(['Synced', 'False', 'ReconcileError', 'no such chart'])],
  },
  // A claim
  'Database.platform.acme.example': {
    Current: [conditioned(['Synced', 'True', 'ReconcileSuccess'], ['Ready', 'True', 'Available'])],
    InProgress: [
      conditioned(
        ['Synced', 'True', 'ReconcileSuccess'],
        ['Ready', 'False', 'Waiting', 'Composite resource claim is waiting'],
      ),
    ],
    Failing: [conditioned(['Synced', 'False', 'ReconcileError', 'cannot compose resources'])],
    Paused: [conditioned(['Synced', 'False', 'ReconcilePaused'])],
  },
  'DBInstance.rds.services.k8s.aws': {
    Current: [conditioned(['ACK.ResourceSynced', 'True'])],
    InProgress: [conditioned(['ACK.ResourceSynced', 'False', undefined, 'DB Instance status is creating'])],
    Failed: [conditioned(['ACK.Terminal', 'True', undefined, 'InvalidParameterValue: no such class'])],
    Failing: [conditioned(['ACK.Recoverable', 'True', undefined, 'no such subnet group yet'])],
  },
  'SQLInstance.sql.cnrm.cloud.google.com': {
    Current: [conditioned(['Ready', 'True', 'UpToDate'])],
    InProgress: [
      conditioned(['Ready', 'False', 'Updating']),
      conditioned(['Ready', 'False', 'DependencyNotReady']),
    ],
    Failing: [conditioned(['Ready', 'False', 'UpdateFailed', 'Update call failed: 403'])],
  },
  'StorageAccount.storage.azure.com': {
    Current: [conditioned(['Ready', 'True', 'Succeeded'])],
    InProgress: [
      {
        status: { conditions: [{ type: 'Ready', status: 'False', severity: 'Info', reason: 'Reconciling' }] },
      },
    ],
    Failed: [
      {
        status: {
          conditions: [
            { type: 'Ready', status: 'False', severity: 'Error', reason: 'BadRequest', message: 'no' },
          ],
        },
      },
    ],
    Failing: [
      {
        status: {
          conditions: [{ type: 'Ready', status: 'False', severity: 'Warning', reason: 'SecretNotFound' }],
        },
      },
    ],
  },
};
