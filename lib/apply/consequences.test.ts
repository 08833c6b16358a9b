import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnControlPlane } from '../../test/controlplane/suite.ts';
import type { KubeClient } from '../kube/index.ts';
import { connect } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { changeOf, Engine, keyText, namespaceObject } from './testing/engine.ts';

describeOnControlPlane('what a plan says will happen', (controlPlane) => {
  let client: KubeClient;
  beforeAll(async () => {
    client = await connect({ kubeconfig: controlPlane().kubeconfig });
  });
  afterAll(() => client.close());

  const start = async () => ({
    engine: new Engine(client, controlPlane().uniqueName('env')),
    namespace: await controlPlane().createNamespace('effects'),
  });

  const claim = (
    namespace: string,
    name: string,
    storage = '1Gi',
    volumeName?: string,
  ): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { namespace, name },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: '',
      resources: { requests: { storage } },
      ...(volumeName !== undefined && { volumeName }),
    },
  });

  const makeVolume = async (persistentVolumeReclaimPolicy: string): Promise<string> => {
    const name = controlPlane().uniqueName('volume');
    await client.create({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name },
      spec: {
        capacity: { storage: '2Gi' },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy,
        storageClassName: '',
        hostPath: { path: '/tmp/none' },
      },
    });
    return name;
  };

  it('tells of a claim that is deleted whether its volume is retained', async () => {
    const { engine, namespace } = await start();
    const objects: KubernetesObject[] = [];
    for (const [name, policy] of Object.entries({ retained: 'Retain', gone: 'Delete' }))
      objects.push(claim(namespace, name, '1Gi', await makeVolume(policy)));
    await engine.sync({ web: objects }, { wait: false });
    const plan = await engine.plan({ web: [] });
    const messages = Object.fromEntries(
      plan.changes.map(({ key, effects }) => [key.name, effects.map(({ kind }) => kind)]),
    );
    expect(messages).toEqual({
      gone: ['touches-data'],
      retained: ['keeps-data'],
    });
  });

  it('tells of a StatefulSet that is deleted what becomes of its claims', async () => {
    const { engine, namespace } = await start();
    const set = (name: string, policy?: object): KubernetesObject => ({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { namespace, name },
      spec: {
        replicas: 0,
        serviceName: name,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: { containers: [{ name: 'db', image: 'example/db:1' }] },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
        ...policy,
      },
    });
    const deleting = { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } };
    await engine.sync({ web: [set('keeps'), set('deletes', deleting)] }, { wait: false });
    const plan = await engine.plan({ web: [] });
    const [keeps, deletes] = [changeOf(plan, set('keeps')), changeOf(plan, set('deletes'))];
    expect(keeps.effects.map(({ kind }) => kind)).toEqual(['keeps-data']);
    expect(deletes.effects.map(({ kind }) => kind)).toEqual(['touches-data']);
  });

  it('refuses to make a claim smaller, and to lose a version that objects are stored in', async () => {
    const { engine, namespace } = await start();
    const group = `${controlPlane().uniqueName('g')}.example.com`;
    const version = (name: string, storage: boolean) => ({
      name,
      served: true,
      storage,
      schema: { openAPIV3Schema: { type: 'object' } },
    });
    const definition = (versions: readonly object[]): KubernetesObject => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `widgets.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { kind: 'Widget', plural: 'widgets', singular: 'widget' },
        versions,
      },
    });
    const v1 = definition([version('v1', true)]);
    const v2 = definition([version('v1', false), version('v2', true)]);
    const volume = await makeVolume('Retain');
    const sized = (storage: string) => claim(namespace, 'data', storage, volume);
    await engine.sync({ web: [v1, sized('2Gi')] }, { wait: false });
    const claims = await client.resource({ group: '', version: 'v1', kind: 'PersistentVolumeClaim' });
    for await (const event of client.watch(claims, { namespace })) {
      if (event.type !== 'BOOKMARK' && event.object.status?.phase === 'Bound') break;
    }

    const moving = await engine.sync({ web: [v2, sized('2Gi')] }, { wait: false });
    expect(changeOf(moving.plan, v2).effects).toMatchObject([{ kind: 'moves-crd-storage' }]);

    const lost = definition([version('v2', true)]);
    const plan = await engine.plan({ web: [lost, sized('1Gi')] });
    expect(plan.errors.map(({ code, message }) => `${code} ${message}`)).toEqual([
      `STORED_VERSION ${keyText(lost)} cannot lose version v1: objects may be stored in it`,
      `IMMUTABLE_FIELD ${keyText(sized('1Gi'))} cannot be changed in place: spec.resources.requests.storage cannot be made smaller`,
    ]);
  });

  it('leaves to the server what only it can choose, so that the plan has the same name again', async () => {
    const { engine, namespace } = await start();
    const service = (spec: object): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec },
    });
    await engine.sync({ web: [service({})] });
    const plan = await engine.plan({ web: [service({ type: 'NodePort' })] });
    const change = changeOf(plan, service({}));
    expect(change.changes).toContainEqual({
      path: 'spec.ports[port=80,protocol=TCP].nodePort',
      after: '<chosen by the server>',
    });
    expect(change.effects).toMatchObject([{ kind: 'exposes' }]);
    expect((await engine.plan({ web: [service({ type: 'NodePort' })] })).digest).toBe(plan.digest);
    const given = service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30_123 }] });
    const fixed = await engine.plan({ web: [given] });
    expect(changeOf(fixed, given).changes).toContainEqual({
      path: 'spec.ports[port=80,protocol=TCP].nodePort',
      after: 30_123,
    });
  });

  it('says that a namespace takes all along, and that a binding to another role gives that role', async () => {
    const { engine, namespace } = await start();
    const rbac = 'rbac.authorization.k8s.io';
    const binding = (role: string): KubernetesObject => ({
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { namespace, name: 'team' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', name: 'default', namespace }],
    });
    const other = namespaceObject(controlPlane().uniqueName('other'));
    await engine.sync({ web: [binding('view'), other] });
    const settings = { [keyText(binding('view'))]: { apply: 'recreate' as const } };
    const plan = await engine.plan({ web: { objects: [binding('admin')], settings } });
    expect(changeOf(plan, binding('admin'))).toMatchObject({
      action: 'replace',
      effects: [
        { kind: 'replaces' },
        {
          kind: 'widens-rbac',
          message: `gives ClusterRole admin to ServiceAccount ${namespace}/default`,
        },
      ],
    });
    expect(changeOf(plan, other).effects).toMatchObject([{ kind: 'removes-namespace' }]);
  });
});
