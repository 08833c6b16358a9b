import { Ingress, IngressBackend } from 'cdk8s-plus-27';
import { Application, type Environment } from 'truekeel';
import type { Api } from './api.ts';
import type { Size } from './sizes.ts';
import { WebService } from './web-service.ts';

export interface WebProps {
  readonly size: Size;
  readonly api: Api;
}

/** What customers see. */
export class Web extends Application {
  constructor(environment: Environment, id: string, { size, api }: WebProps) {
    super(environment, id);
    const web = new WebService(this, 'web', {
      image: 'ghcr.io/stefanprodan/podinfo:6.7.1',
      port: 9898,
      replicas: size.replicas,
      settings: { API: api.web.url, PODINFO_UI_MESSAGE: `Welcome to ${size.host}` },
    });
    const ingress = new Ingress(this, 'front');
    ingress.addHostRule(size.host, '/', IngressBackend.fromService(web.service));
    ingress.addHostRule(size.host, '/api', IngressBackend.fromService(api.web.service));
  }
}
