/** Rook Ceph, Longhorn, volume snapshots. */
import type { KindRule, KindRules } from '../kind-rule.ts';
import { filled, has, is, isNot, phase } from '../words.ts';

const ROOK: KindRule = {
  failing: [phase('Failure', 'ReconcileFailed')],
  current: [phase('Ready', 'Connected')],
  otherwise: 'InProgress',
  message: ['status.message', 'status.info.error'],
};

const ROOK_KINDS =
  'CephBlockPool CephBlockPoolRadosNamespace CephClient CephFilesystem CephFilesystemMirror CephFilesystemSubVolumeGroup CephNFS CephObjectRealm CephObjectStore CephObjectStoreUser CephObjectZone CephObjectZoneGroup CephRBDMirror'.split(
    ' ',
  );

export const storage: KindRules = {
  'CephCluster.ceph.rook.io': {
    failing: [phase('Failure'), has('status.ceph.health', 'HEALTH_ERR')],
    // HEALTH_WARN works, and is hardly ever gone for long.
    current: [phase('Ready', 'Connected')],
    otherwise: 'InProgress',
    message: ['status.message'],
  },
  ...Object.fromEntries(ROOK_KINDS.map((kind) => [`${kind}.ceph.rook.io`, ROOK])),
  'Volume.longhorn.io': {
    failing: [has('status.robustness', 'faulted')],
    // A degraded one is usable and has its copies rebuilt.
    inProgress: [
      has('status.state', 'creating', 'attaching', 'detaching'),
      has('status.robustness', 'degraded'),
    ],
    current: [
      has('status.state', 'detached'),
      { all: [has('status.state', 'attached'), has('status.robustness', 'healthy')] },
    ],
    otherwise: 'InProgress',
  },
  'BackupTarget.longhorn.io': {
    failing: [is('Unavailable')],
    current: [has('status.available', true)],
    otherwise: 'InProgress',
  },
  'Backup.longhorn.io': {
    failed: [has('status.state', 'Error')],
    current: [has('status.state', 'Completed')],
    otherwise: 'InProgress',
    message: ['status.error'],
  },
  'VolumeSnapshot.snapshot.storage.k8s.io': {
    failing: [filled('status.error')],
    current: [has('status.readyToUse', true)],
    otherwise: 'InProgress',
    message: ['status.error.message'],
  },
  'VolumeSnapshotContent.snapshot.storage.k8s.io': {
    failing: [filled('status.error')],
    current: [has('status.readyToUse', true)],
    otherwise: 'InProgress',
    message: ['status.error.message'],
  },
  // Containerized Data Importer, of KubeVirt
  'DataVolume.cdi.kubevirt.io': {
    paused: [phase('Paused', 'WaitForFirstConsumer', 'PendingPopulation')],
    failed: [phase('Failed')],
    failing: [isNot('Running', 'Error', 'ImagePullFailed')],
    current: [phase('Succeeded')],
    otherwise: 'InProgress',
  },
};
