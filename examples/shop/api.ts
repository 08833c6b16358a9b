import { Application, type Environment } from 'truekeel';
import type { Cache } from './cache.ts';
import type { Size } from './sizes.ts';
import { WebService } from './web-service.ts';

export interface ApiProps {
  readonly size: Size;
  readonly cache: Cache;
}

/** What the shop sells, and what is in whose basket. */
export class Api extends Application {
  readonly web: WebService;

  constructor(environment: Environment, id: string, { size, cache }: ApiProps) {
    super(environment, id);
    this.web = new WebService(this, 'api', {
      image: 'ghcr.io/stefanprodan/podinfo:6.7.1',
      port: 9898,
      replicas: size.replicas,
      settings: { CURRENCY: 'EUR', ENVIRONMENT: environment.name },
      environment: { CACHE: cache.address },
    });
  }
}
