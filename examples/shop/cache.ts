import { Size as Bytes } from 'cdk8s';
import { Application, type Environment, Mount, Prune, Workload, WorkloadKind } from 'truekeel';
import type { Size } from './sizes.ts';

const PORT = 6379;

/** The cache that sessions and baskets live in: one replica with a disk of its own. */
export class Cache extends Application {
  /** Where it is found. */
  readonly address: string;

  constructor(environment: Environment, id: string, size: Size) {
    super(environment, id, { prune: Prune.PROTECT });

    const redis = new Workload(this, 'redis', {
      kind: WorkloadKind.STATEFUL_SET,
      image: 'docker.io/library/redis:7.4-alpine',
      args: ['--appendonly', 'yes', '--dir', '/data'],
      port: PORT,
      portName: 'redis',
      mounts: [Mount.disk('/data', Bytes.gibibytes(size.cacheGibibytes))],
      user: 999,
      group: 1000,
      filesystemGroup: 1000,
    });
    this.address = `redis://${redis.name}:${PORT}`;
  }
}
