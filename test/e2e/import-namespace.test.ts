import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { type KubernetesObject, parseYaml } from '../../lib/objects/index.ts';
import { type ClusterUnderTest, onBothClusters, project, unique } from './clusters.ts';
import { withResult } from './workbench.ts';

const labels = { app: 'web' };

/** As people write them: nothing that the server fills in, but for the path `/` of a probe. */
const objects = (namespace: string, path: string): readonly KubernetesObject[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { team: 'shop' } } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace, labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'web',
              image: 'registry.k8s.io/pause:3.10',
              env: [{ name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
              ports: [{ containerPort: 8080 }, { containerPort: 53, protocol: 'UDP' }],
              readinessProbe: { httpGet: { path, port: 8080 } },
              resources: { requests: { cpu: '100m' } },
              volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
            },
          ],
          volumes: [{ name: 'tmp', emptyDir: {} }],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace },
    spec: {
      selector: labels,
      ports: [
        { name: 'http', port: 80, targetPort: 8080 },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
    },
  },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace },
    data: { a: 'b', constructor: 'c' },
  },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace } },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'night', namespace },
    spec: {
      schedule: '0 3 * * *',
      jobTemplate: {
        spec: {
          template: {
            spec: {
              restartPolicy: 'OnFailure',
              containers: [{ name: 'a', image: 'registry.k8s.io/pause:3.10' }],
            },
          },
        },
      },
    },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web', namespace, annotations: { 'example.com/x': 'y' } },
    spec: {
      rules: [
        {
          host: 'shop.example.com',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } },
            ],
          },
        },
      ],
    },
  },
];

/** As `kubectl create`, `kubectl apply` and `kubectl apply --server-side` make objects. */
async function make(cluster: ClusterUnderTest, object: KubernetesObject, how: string): Promise<void> {
  const { client } = cluster;
  if (how === 'kubectl') {
    await client.apply(object, { fieldManager: how });
    return;
  }
  const [group, version] = object.apiVersion.includes('/')
    ? object.apiVersion.split('/')
    : ['', object.apiVersion];
  const { plural, namespaced } = await client.resource({
    group: group!,
    version: version!,
    kind: object.kind,
  });
  const prefix = group === '' ? '/api/v1' : `/apis/${object.apiVersion}`;
  const place = namespaced ? `/namespaces/${object.metadata.namespace}` : '';
  const annotations =
    how === 'kubectl-client-side-apply'
      ? {
          ...object.metadata.annotations,
          'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object),
        }
      : object.metadata.annotations;
  const response = await client.raw({
    method: 'POST',
    path: `${prefix}${place}/${plural}?fieldManager=${how}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...object,
      metadata: { ...object.metadata, ...(annotations && { annotations }) },
    }),
  });
  expect(response.status, response.body).toBe(201);
}

const sorted = (all: readonly KubernetesObject[]) =>
  all.toSorted((a, b) => (`${a.kind}/${a.metadata.name}` < `${b.kind}/${b.metadata.name}` ? -1 : 1));

onBothClusters('a live namespace', (cluster) => {
  it.each(['kubectl-create', 'kubectl-client-side-apply', 'kubectl'])(
    'made by %s becomes the program that people would have written',
    async (how) => {
      const namespace = unique();
      // Only who applies says which fields are meant.
      const written = objects(namespace, how === 'kubectl-create' ? '/ready' : '/');
      for (const object of written) await make(cluster(), object, how);
      // What others make of it, and beside it.
      await cluster().client.apply(
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace }, data: { x: 'y' } },
        { fieldManager: 'some-operator' },
      );
      await make(
        cluster(),
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'login', namespace },
          stringData: { password: 'hunter2' },
        },
        how,
      );
      await cluster().client.apply(
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'web', namespace, labels: { theirs: 'x' } },
        } as KubernetesObject,
        { fieldManager: 'some-operator' },
      );

      const p = project();
      const target = ['--kubeconfig', cluster().kubeconfig];
      const outcome = await p.truekeel(['import', 'namespace', namespace, ...target, '-o', 'json']);
      expect(outcome.exit, outcome.stderr).toBe(0);
      expect(withResult('import', outcome).result).toMatchObject({
        what: 'namespace',
        applications: [{ name: namespace, objects: written.length }],
        same: true,
        left: [
          { key: `ConfigMap ${namespace}/theirs`, because: 'it was made by some-operator' },
          {
            key: `Secret ${namespace}/login`,
            because: 'a Secret with plain values does not belong into Git',
          },
        ],
      });
      const program = readFileSync(join(p.directory, 'main.ts'), 'utf8');
      expect(program).not.toMatch(/hunter2|aHVudGVyMg|uid|managedFields|last-applied|status/);

      const synth = await p.truekeel(['synth', '--out', 'dist']);
      expect(synth.exit, synth.stderr).toBe(0);
      const file = join('dist', 'production', `${namespace}.yaml`);
      const documents = parseYaml(readFileSync(join(p.directory, file), 'utf8'), { file });
      const rendered = documents.map(({ value }) => value as unknown as KubernetesObject);
      expect(sorted(rendered)).toEqual(sorted(written));

      // And the cluster would be left as it is.
      p.commit('Imported');
      expect((await p.truekeel(['render', '--environment', 'production'])).exit).toBe(0);
      const plan = await p.truekeel(['plan', '--environment', 'production', ...target, '-o', 'json']);
      const { result } = withResult('plan', plan);
      expect(result.actions).toMatchObject({ create: 0, replace: 0, delete: 0 });
      const paths = result.changes.flatMap(({ changes }) => changes.map(({ path }) => path));
      expect(paths.filter((path) => !/truekeel\.dev|applyset/.test(path))).toEqual([]);
    },
  );

  it('that is not there, or empty, is told, and nothing is written', async () => {
    const p = project();
    const { exit, stderr } = await p.truekeel([
      'import',
      'namespace',
      unique(),
      '--kubeconfig',
      cluster().kubeconfig,
    ]);
    expect([exit, stderr]).toEqual([3, expect.stringContaining('NO_NAMESPACE')]);
    expect((await p.truekeel(['import', 'namespace'])).stderr).toContain('INVALID_FLAG');
    expect(existsSync(join(p.directory, 'main.ts'))).toBe(false);
  });
});
