/** postgresql.cnpg.io (CloudNativePG, "API reference"; the phases are sentences). */
import type { KindRule, KindRules } from '../kind-rule.ts';
import { filled, has, is, phase } from '../words.ts';

/** Database, Publication, Subscription: what is inside of PostgreSQL. */
const APPLIED: KindRule = {
  failing: [has('status.applied', false)],
  current: [has('status.applied', true)],
  otherwise: 'InProgress',
  message: ['status.message'],
};

export const cloudNativePg: KindRules = {
  'Cluster.postgresql.cnpg.io': {
    paused: [
      has('metadata.annotations.cnpg.io/reconciliation', 'disabled', 'disabled-all-reconciliation'),
      is('cnpg.io/hibernation'),
      // A switchover that `primaryUpdateStrategy: supervised` leaves to a person.
      phase('Waiting for user action'),
    ],
    failed: [
      phase(
        'Unable to create required cluster objects',
        'Cluster cannot proceed to reconciliation due to an unknown plugin being required',
        'Cluster has incomplete or invalid image catalog',
        'Cluster is unrecoverable and needs manual intervention',
        'Cluster is in an unrecoverable state, needs manual intervention',
        'Cluster cannot execute instance online upgrade due to missing architecture binary',
      ),
    ],
    failing: [phase('Not enough disk space')],
    current: [phase('Cluster in healthy state')],
    otherwise: 'InProgress',
    message: ['status.phaseReason', 'status.phase'],
  },
  'Backup.postgresql.cnpg.io': {
    failed: [phase('failed')],
    failing: [phase('walArchivingFailing')],
    current: [phase('completed')],
    otherwise: 'InProgress',
    message: ['status.error'],
  },
  'ScheduledBackup.postgresql.cnpg.io': { paused: [has('spec.suspend', true)], otherwise: 'Current' },
  'Pooler.postgresql.cnpg.io': {
    paused: [has('spec.pgbouncer.paused', true)],
    current: [
      {
        all: [
          filled('status.instances'),
          { count: 'status.instances', atLeast: 'spec.instances', byDefault: 1 },
        ],
      },
    ],
    otherwise: 'InProgress',
  },
  'Database.postgresql.cnpg.io': APPLIED,
  'Publication.postgresql.cnpg.io': APPLIED,
  'Subscription.postgresql.cnpg.io': APPLIED,
};
