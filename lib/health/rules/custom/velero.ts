/** velero.io ("Backup API type" and so on). A backup that is partially failed is over, and not what was asked for. */
import type { KindRule, KindRules } from '../kind-rule.ts';
import { has, phase } from '../words.ts';

const RUN: KindRule = {
  failed: [phase('FailedValidation', 'PartiallyFailed', 'Failed', 'Canceled')],
  current: [phase('Completed')],
  otherwise: 'InProgress',
  message: ['status.failureReason', 'status.validationErrors.0', 'status.message'],
};

const LOCATION: KindRule = {
  failing: [phase('Unavailable')],
  current: [phase('Available')],
  otherwise: 'InProgress',
  message: ['status.message'],
};

export const velero: KindRules = {
  'Backup.velero.io': RUN,
  'Restore.velero.io': RUN,
  'PodVolumeBackup.velero.io': RUN,
  'PodVolumeRestore.velero.io': RUN,
  'DataUpload.velero.io': RUN,
  'DataDownload.velero.io': RUN,
  'Schedule.velero.io': {
    paused: [has('spec.paused', true)],
    failed: [phase('FailedValidation')],
    current: [phase('Enabled')],
    otherwise: 'InProgress',
    message: ['status.validationErrors.0'],
  },
  'BackupStorageLocation.velero.io': LOCATION,
  // Nobody checks whether such a one can be reached.
  'VolumeSnapshotLocation.velero.io': { ...LOCATION, otherwise: 'Current' },
  'BackupRepository.velero.io': {
    failing: [phase('NotReady')],
    current: [phase('Ready')],
    otherwise: 'InProgress',
    message: ['status.message'],
  },
};
