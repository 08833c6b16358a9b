import { ApiObject } from 'cdk8s';
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
    const path = (prefix: string, { workload }: WebService) => ({
      path: prefix,
      pathType: 'Prefix',
      backend: { service: { name: workload.name, port: { name: 'http' } } },
    });
    new ApiObject(this, 'front', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      spec: { rules: [{ host: size.host, http: { paths: [path('/', web), path('/api', api.web)] } }] },
    });
  }
}
