import { Cron } from 'cdk8s';
import {
  ConcurrencyPolicy,
  CronJob,
  Deployment,
  EnvValue,
  RestartPolicy,
  Role,
  RoleBinding,
  ServiceAccount,
} from 'cdk8s-plus-27';
import { Application, type Environment } from 'truekeel';
import type { Cache } from './cache.ts';
import { Campaign } from './campaign.ts';
import type { Size } from './sizes.ts';

export interface WorkerProps {
  readonly size: Size;
  readonly cache: Cache;
}

const IMAGE = 'docker.io/library/busybox:1.37';

/** What happens behind the counter: orders are packed, campaigns begin and end, the books are closed at night. */
export class Worker extends Application {
  constructor(environment: Environment, id: string, { size, cache }: WorkerProps) {
    super(environment, id);

    const account = new ServiceAccount(this, 'account');
    const reader = Role.fromRoleName(this, 'campaign-reader', 'campaign-reader');
    new RoleBinding(this, 'campaign-readers', { role: reader }).addSubjects(account);

    const container = (command: string) => ({
      image: IMAGE,
      command: ['sh', '-c', command],
      envVariables: { CACHE: EnvValue.fromValue(cache.address) },
      securityContext: { user: 1000, group: 1000 },
    });

    new Deployment(this, 'packing', {
      replicas: size.workers,
      serviceAccount: account,
      containers: [container('while true; do echo packing; sleep 60; done')],
    });
    new CronJob(this, 'closing', {
      schedule: Cron.schedule({ hour: '2', minute: '30' }),
      concurrencyPolicy: ConcurrencyPolicy.FORBID,
      restartPolicy: RestartPolicy.ON_FAILURE,
      containers: [container('echo closing the books')],
    });

    new Campaign(this, 'spring', { title: 'Spring cleaning', discount: 20 });
    new Campaign(this, 'clearance', { title: 'Last pairs', discount: 60 });
  }
}
