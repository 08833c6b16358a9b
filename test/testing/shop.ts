/** What the tests of `truekeel/testing` look at. */
import { ApiObject } from 'cdk8s';
import { App, Application, Environment, Prune } from 'truekeel';

export interface ShopProps {
  readonly image?: string;
  readonly environments?: readonly string[];
  readonly greeting?: string;
}

/** Two applications: a cache, and a web server that waits for it, reads settings and is reached from outside. */
export function shop({
  image = 'example/web:1.4',
  environments = ['test'],
  greeting = 'hello',
}: ShopProps = {}): App {
  const app = new App();
  for (const name of environments) {
    const environment = new Environment(app, name, { namespace: 'shop' });
    const cache = new Application(environment, 'cache', { createNamespace: true, prune: Prune.PROTECT });
    new ApiObject(cache, 'redis', workload('redis', { image: 'redis:7' }));
    const web = new Application(environment, 'web');
    web.addDependency(cache);
    new ApiObject(web, 'settings', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings' },
      data: { greeting },
    });
    new ApiObject(web, 'web', workload('web', { image, envFrom: [{ configMapRef: { name: 'settings' } }] }));
    new ApiObject(web, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    });
    new ApiObject(web, 'front', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'front' },
      spec: {
        rules: [
          {
            host: 'shop.example.com',
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'web', port: { name: 'http' } } },
                },
              ],
            },
          },
        ],
      },
    });
  }
  return app;
}

function workload(name: string, container: object) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          securityContext: { runAsUser: 100, runAsNonRoot: true },
          containers: [
            {
              name: 'main',
              ports: [{ containerPort: 8080 }],
              resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
              securityContext: { readOnlyRootFilesystem: true },
              ...container,
            },
          ],
        },
      },
    },
  };
}
