import { ApiObject, JsonPatch } from 'cdk8s';
import { EnvValue, k8s, Service, StatefulSet } from 'cdk8s-plus-27';
import { Application, type Environment, Prune } from 'truekeel';
import type { Size } from './sizes.ts';

const PORT = 6379;

/** The cache that sessions and baskets live in: one replica with a disk of its own. */
export class Cache extends Application {
  private readonly service: Service;

  constructor(environment: Environment, id: string, size: Size) {
    super(environment, id, { prune: Prune.PROTECT });

    this.service = new Service(this, 'cache', { clusterIP: 'None', ports: [{ port: PORT }] });
    const redis = new StatefulSet(this, 'redis', {
      service: this.service,
      replicas: 1,
      containers: [
        {
          image: 'docker.io/library/redis:7.4-alpine',
          args: ['--appendonly', 'yes', '--dir', '/data'],
          portNumber: PORT,
          securityContext: { user: 999, group: 1000 },
        },
      ],
    });
    // cdk8s-plus has no claim templates; a patch says what it cannot.
    ApiObject.of(redis).addJsonPatch(
      JsonPatch.add('/spec/template/spec/containers/0/volumeMounts', [{ name: 'data', mountPath: '/data' }]),
      JsonPatch.add('/spec/template/spec/securityContext/fsGroup', 1000),
      JsonPatch.add('/spec/volumeClaimTemplates', [
        {
          metadata: { name: 'data' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: k8s.Quantity.fromString(`${size.cacheGibibytes}Gi`) } },
          },
        },
      ]),
    );
  }

  /** Where it is found. */
  get address(): EnvValue {
    return EnvValue.fromValue(`redis://${this.service.name}:${PORT}`);
  }
}
