import { Application, type Environment } from 'truekeel';
import type { Api } from './api.ts';
import type { Size } from './sizes.ts';
import { WebService } from './web-service.ts';

export interface BackOfficeProps {
  readonly size: Size;
  readonly api: Api;
}

/** Where the staff works. One pod is enough, however many customers there are. */
export class BackOffice extends Application {
  constructor(environment: Environment, id: string, { api }: BackOfficeProps) {
    super(environment, id);
    new WebService(this, 'back-office', {
      image: 'ghcr.io/stefanprodan/podinfo:6.7.1',
      port: 9898,
      replicas: { least: 1, most: 2 },
      settings: { API: api.web.url },
    });
  }
}
