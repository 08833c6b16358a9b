/** The objects that bench/apply.ts applies: a third each ConfigMap, Deployment and Service, spread over ten namespaces. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';

const NAMESPACES = 10;

export interface WorkloadObject {
  readonly object: object;
  /** Where the API server keeps it. */
  readonly path: string;
}

export interface Workload {
  readonly namespaces: readonly string[];
  readonly objects: readonly WorkloadObject[];
}

export interface WorkloadOptions {
  /** Services without an address of their own. Addresses are what the API server is slowest to give: some 30,000 of
   * them take longer than all else. */
  readonly headless?: boolean;
}

/** @param set name of the set; two sets share no object and no namespace */
export function makeWorkload(set: string, objects: number, options: WorkloadOptions = {}): Workload {
  const namespaces = Array.from({ length: NAMESPACES }, (_, index) => `${set}-${index}`);
  return {
    namespaces,
    objects: Array.from({ length: objects }, (_, index) => {
      const unit = Math.floor(index / 3);
      const namespace = namespaces[unit % NAMESPACES] ?? set;
      return makeObject(index % 3, `unit-${unit}`, namespace, options);
    }),
  };
}

/** One file an object, as people keep them: the form that both tools read. */
export function writeWorkload({ objects }: Workload, directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const [index, { object }] of objects.entries()) {
    writeFileSync(join(directory, `${String(index).padStart(5, '0')}.yaml`), dump(object));
  }
}

function makeObject(
  kind: number,
  name: string,
  namespace: string,
  { headless = false }: WorkloadOptions,
): WorkloadObject {
  const labels = { 'app.kubernetes.io/name': name };
  const metadata = { name, namespace, labels };
  if (kind === 0) {
    const data = Object.fromEntries(Array.from({ length: 10 }, (_, key) => [`key-${key}`, 'x'.repeat(64)]));
    return {
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data },
      path: `/api/v1/namespaces/${namespace}/configmaps/${name}`,
    };
  }
  if (kind === 1) {
    const container = {
      name: 'web',
      image: 'example/web:1.4',
      ports: [{ name: 'http', containerPort: 8080 }],
      env: [{ name: 'UNIT', value: name }],
      resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
    };
    return {
      object: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: {
          replicas: 2,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [container] } },
        },
      },
      path: `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
    };
  }
  return {
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        ...(headless && { clusterIP: 'None' }),
        selector: labels,
        ports: [{ name: 'http', port: 80, targetPort: 'http' }],
      },
    },
    path: `/api/v1/namespaces/${namespace}/services/${name}`,
  };
}
