/** Objects that the tests of this folder create. */
import type { KubernetesObject } from '../../objects/index.ts';

type Annotations = Readonly<Record<string, string>>;

interface WorkloadOptions {
  readonly name?: string;
  readonly replicas?: number;
  readonly image?: string;
  readonly annotations?: Annotations;
  readonly templateAnnotations?: Annotations;
  /** Merged over the spec. */
  readonly spec?: object;
  /** Merged over the pod's spec. */
  readonly podSpec?: object;
}

function workload(apiVersion: string, kind: string, options: WorkloadOptions): KubernetesObject {
  const { name = 'web', replicas, image = 'example/web:1', annotations, templateAnnotations } = options;
  return {
    apiVersion,
    kind,
    metadata: { name, namespace: 'default', ...(annotations && { annotations }) },
    spec: {
      ...(replicas !== undefined && { replicas }),
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, ...(templateAnnotations && { annotations: templateAnnotations }) },
        spec: { containers: [{ name: 'main', image }], ...options.podSpec },
      },
      ...options.spec,
    },
  };
}

export const deployment = (options: WorkloadOptions = {}): KubernetesObject =>
  workload('apps/v1', 'Deployment', options);

export const statefulSet = (options: WorkloadOptions = {}): KubernetesObject =>
  workload('apps/v1', 'StatefulSet', { ...options, spec: { serviceName: 'web', ...options.spec } });

export const daemonSet = (options: WorkloadOptions = {}): KubernetesObject =>
  workload('apps/v1', 'DaemonSet', options);

export function job(options: WorkloadOptions = {}): KubernetesObject {
  const { spec, ...rest } = workload('batch/v1', 'Job', {
    name: 'migrate',
    ...options,
    podSpec: { restartPolicy: 'Never', ...options.podSpec },
  });
  const { selector: _, ...jobSpec } = spec;
  return { ...rest, spec: jobSpec };
}

export function service(spec: object = {}): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
  };
}

export function claim(spec: object = {}): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  };
}
