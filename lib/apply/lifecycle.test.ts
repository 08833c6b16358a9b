import { beforeAll, expect, it } from 'vitest';
import type { KubeClient } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { isAsRecorded, keyOf } from '../objects/index.ts';
import { describeOnBoth } from './testing/clusters.ts';
import {
  changeOf,
  configMap,
  deployment,
  Engine,
  indexOfEvent,
  keyText,
  namespaceObject,
} from './testing/engine.ts';

describeOnBoth('one environment from the first apply on', (cluster) => {
  let client: KubeClient;
  beforeAll(() => {
    client = cluster().client;
  });

  const newEngine = () => new Engine(client, cluster().uniqueName('env'));
  const newNamespace = () => cluster().createNamespace('engine');

  it('creates, finds nothing to do, changes, deletes', async () => {
    const engine = newEngine();
    const namespace = cluster().uniqueName('engine');
    const inside = (value: string) => [
      namespaceObject(namespace),
      configMap(namespace, 'a', { value }),
      deployment(namespace, 'web'),
    ];

    const first = await engine.sync({ web: [...inside('1'), configMap(namespace, 'b')] });
    expect(first.result.errors).toEqual([]);
    expect(first.result.actions.create).toBe(4);
    expect(first.plan.counts.create).toBe(4);

    const second = await engine.sync({ web: [...inside('1'), configMap(namespace, 'b')] });
    expect(second.actions).toEqual([]);
    expect(second.result.requests.total).toBe(0);

    const third = await engine.sync({ web: inside('2') });
    expect(third.actions).toEqual([`change ConfigMap ${namespace}/a`, `delete ConfigMap ${namespace}/b`]);
    expect(changeOf(third.plan, configMap(namespace, 'a')).because).toBe('value 1 → 2');
    expect(third.result.errors).toEqual([]);
    expect(await engine.read(configMap(namespace, 'a'))).toMatchObject({ data: { value: '2' } });
    expect(await engine.read(configMap(namespace, 'b'))).toBeUndefined();
  });

  it('asks for no object by itself when nothing has changed', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    const objects = Array.from({ length: 30 }, (_, index) => configMap(namespace, `c${index}`));
    await engine.sync({ web: objects });
    const before = client.requests.byVerb;
    await engine.plan({ web: objects });
    const after = client.requests.byVerb;
    expect(after.get ?? 0).toBe(before.get ?? 0);
    expect(after.patch ?? 0).toBe(before.patch ?? 0);
    expect((after.list ?? 0) - (before.list ?? 0)).toBe(2);
  });

  it('spends a read, a dry run and a write on one change among many', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    const others = Array.from({ length: 30 }, (_, index) => configMap(namespace, `c${index}`));
    const objects = [...others, deployment(namespace, 'web', { replicas: 0 })];
    await engine.sync({ web: objects }, { wait: false });
    const spent = async (changed: KubernetesObject) => {
      const before = client.requests.byVerb;
      const program = {
        web: objects.map((object) => (keyText(object) === keyText(changed) ? changed : object)),
      };
      const { actions } = await engine.sync(program, { wait: false });
      expect(actions).toEqual([`change ${keyText(changed)}`]);
      const verbs = Object.entries(client.requests.byVerb).map(([verb, count]) => [
        verb,
        count - (before[verb] ?? 0),
      ]);
      return Object.fromEntries(verbs.filter(([verb, count]) => verb !== 'list' && count !== 0));
    };
    expect(await spent(configMap(namespace, 'c7', { value: '2' }))).toEqual({ get: 1, patch: 2 });
    await engine.sync({ web: objects }, { wait: false });
    const web = deployment(namespace, 'web', { replicas: 0, image: 'example/web:2' });
    expect(await spent(web)).toEqual({ get: 1, patch: 2 });
  });

  it('plans a first apply without a request for each object', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    const objects = Array.from({ length: 50 }, (_, index) => configMap(namespace, `c${index}`));
    const before = client.requests.total;
    await engine.plan({ web: objects });
    expect(client.requests.total - before).toBeLessThan(10);
  });

  it('needs no content to see that nothing has drifted, whatever the kind', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    const objects = manyKinds(namespace, cluster().uniqueName());
    const { result } = await engine.sync({ web: objects }, { wait: false });
    expect(result.errors).toEqual([]);
    for (const object of objects) {
      const live = await engine.read(object);
      expect([keyText(object), live && isAsRecorded(live.metadata)]).toEqual([keyText(object), true]);
    }
  });

  it('replaces what cannot be changed in place only where the object says so', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    const before = { ...configMap(namespace, 'a', { value: '1' }), immutable: true };
    const after = { ...configMap(namespace, 'a', { value: '2' }), immutable: true };
    await engine.sync({ web: [before] });

    const refused = await engine.sync({ web: [after] });
    expect(refused.result.errors).toMatchObject([
      { code: 'IMMUTABLE_FIELD', constructPath: 'web/ConfigMap/a' },
    ]);
    expect(await engine.read(before)).toMatchObject({ data: { value: '1' } });

    const settings = { [keyText(after)]: { apply: 'recreate' as const } };
    const uid = (await engine.read(before))?.metadata.uid;
    const { actions, result, plan } = await engine.sync({ web: { objects: [after], settings } });
    expect(actions).toEqual([`replace ConfigMap ${namespace}/a`]);
    expect(changeOf(plan, after).effects.map(({ kind }) => kind)).toEqual(['replaces']);
    expect(result.errors).toEqual([]);
    const live = await engine.read(after);
    expect(live).toMatchObject({ data: { value: '2' } });
    expect(live?.metadata.uid).not.toBe(uid);
  });

  it('shows of a replacement what the program changes, and nothing that the server sets', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    const claims = (...names: string[]) =>
      names.map((name) => ({
        metadata: { name },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      }));
    const set = (image: string, ...volumes: string[]): KubernetesObject => {
      const { spec, ...object } = deployment(namespace, 'store', { replicas: 0, image });
      return {
        ...object,
        kind: 'StatefulSet',
        spec: { ...spec, serviceName: 'store', volumeClaimTemplates: claims(...volumes) },
      };
    };
    await engine.sync({ web: [set('example/web:1', 'data')] });
    const next = set('example/web:2', 'data', 'more');
    const program = {
      web: { objects: [next], settings: { [keyText(next)]: { apply: 'recreate' as const } } },
    };
    const plan = await engine.plan(program);
    expect(changeOf(plan, next)).toMatchObject({
      action: 'replace',
      changes: [
        { path: 'spec.template.spec.containers[name=web].image' },
        { path: 'spec.volumeClaimTemplates' },
      ],
    });
    expect(changeOf(plan, next).changes).toHaveLength(2);
    expect((await engine.plan(program)).digest).toBe(plan.digest);
    expect((await engine.sync(program)).result.errors).toEqual([]);
  });

  it('replaces a Service whose address may not change, whatever address the new one gets', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    const service = (headless: boolean): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name: 'web' },
      spec: { ports: [{ name: 'http', port: 80 }], ...(headless && { clusterIP: 'None' }) },
    });
    await engine.sync({ web: [service(false)] });
    const next = service(true);
    const refused = await engine.plan({ web: [next] });
    expect(refused.errors).toMatchObject([
      { code: 'IMMUTABLE_FIELD', hint: expect.stringContaining('recreate') },
    ]);
    const program = {
      web: { objects: [next], settings: { [keyText(next)]: { apply: 'recreate' as const } } },
    };
    const plan = await engine.plan(program);
    expect(changeOf(plan, next).changes.map(({ path, after }) => [path, after])).toEqual([
      ['spec.clusterIP', 'None'],
    ]);
    expect((await engine.sync(program)).result.errors).toEqual([]);
    expect(await engine.read(next)).toMatchObject({ spec: { clusterIP: 'None' } });
  });

  it('makes anew what somebody deleted', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    const object = configMap(namespace, 'a');
    await engine.sync({ web: [object] });
    await client.delete(
      await client.resource({ group: '', version: 'v1', kind: 'ConfigMap' }),
      keyOf(object),
    );
    const { actions } = await engine.sync({ web: [object] });
    expect(actions).toEqual([`create ConfigMap ${namespace}/a`]);
    expect(await engine.read(object)).toBeDefined();
  });

  it('touches nothing that is paused, and only ever creates what says create-only', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    const [paused, once] = [configMap(namespace, 'paused'), configMap(namespace, 'once', { value: '1' })];
    const settings = {
      [keyText(paused)]: { apply: 'paused' as const },
      [keyText(once)]: { apply: 'create-only' as const },
    };
    const first = await engine.sync({ web: { objects: [paused, once], settings } });
    expect(first.actions).toEqual([`create ConfigMap ${namespace}/once`]);
    const changed = configMap(namespace, 'once', { value: '2' });
    expect((await engine.sync({ web: { objects: [paused, changed], settings } })).actions).toEqual([]);
  });

  it('writes a namespace before what is in it, and a ConfigMap before who reads it', async () => {
    const engine = newEngine();
    const namespace = cluster().uniqueName('order');
    const settings = configMap(namespace, 'settings');
    const reader = deployment(namespace, 'reader', { replicas: 0 });
    const container = { name: 'web', image: 'x', envFrom: [{ configMapRef: { name: 'settings' } }] };
    const spec = { ...reader.spec, template: { ...reader.spec.template, spec: { containers: [container] } } };
    const { events } = await engine.sync({
      web: [{ ...reader, spec }, settings, namespaceObject(namespace)],
    });
    const at = (type: 'writing' | 'written', object: KubernetesObject) =>
      indexOfEvent(events, type, keyOf(object));
    expect(at('written', namespaceObject(namespace))).toBeLessThan(at('writing', settings));
    expect(at('written', settings)).toBeLessThan(at('writing', reader));
  });
});

/** One object of each of many kinds, with lists by key, atomic lists and defaults. */
function manyKinds(namespace: string, clusterName: string): readonly KubernetesObject[] {
  const metadata = { namespace, name: 'sample' };
  const selector = { matchLabels: { app: 'sample' } };
  const podSpec = {
    serviceAccountName: 'sample',
    containers: [
      {
        name: 'main',
        image: 'example/main:1',
        args: ['--a', '--b'],
        ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }],
        env: [{ name: 'A', value: '1' }],
        resources: { requests: { cpu: '100m', memory: '64Mi' } },
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
        readinessProbe: { httpGet: { path: '/', port: 80 } },
      },
    ],
    volumes: [{ name: 'data', emptyDir: {} }],
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'a', operator: 'Exists' }],
  };
  const template = { metadata: { labels: { app: 'sample' } }, spec: podSpec };
  const rbac = 'rbac.authorization.k8s.io';
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
    { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', stringData: { password: 'example' } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        selector: { app: 'sample' },
        ports: [
          { name: 'http', port: 80 },
          { name: 'dns', port: 53, protocol: 'UDP' },
        ],
      },
    },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 0, selector, template } },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata,
      spec: {
        serviceName: 'sample',
        replicas: 0,
        selector,
        template,
        volumeClaimTemplates: [
          {
            metadata: { name: 'store' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
      },
    },
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata,
      spec: {
        schedule: '0 0 1 1 *',
        jobTemplate: { spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } } },
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec: {
        rules: [
          {
            host: 'example.com',
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'sample', port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: selector }] }] },
    },
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'other' },
        minReplicas: 1,
        maxReplicas: 3,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
          },
        ],
      },
    },
    { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec: { minAvailable: 1, selector } },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'sample' },
      subjects: [{ kind: 'ServiceAccount', name: 'sample', namespace }],
    },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name: clusterName }, rules: [] },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata,
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
    { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { pods: '10' } } },
  ];
}
