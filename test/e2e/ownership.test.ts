import { expect, it } from 'vitest';
import { live, onBothClusters, unique } from './clusters.ts';
import { configMap, program, staging } from './programs.ts';
import { actionsOf, Workbench } from './workbench.ts';

onBothClusters('ownership', (cluster) => {
  const read = (namespace: string, name: string) =>
    live(cluster(), { apiVersion: 'v1', kind: 'ConfigMap', namespace, name });

  it('of an object that kubectl made is taken over, fields that it alone had included', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await bench.deploy(staging(namespace, { web: { other: configMap() } }));
    await cluster().client.apply(
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace, name: 'settings' },
        data: { shared: 'kubectl', theirs: 'x' },
      },
      { fieldManager: 'kubectl' },
    );
    await bench.render(
      staging(namespace, { web: { other: configMap(), settings: configMap({ shared: 'truekeel' }) } }),
    );
    expect(actionsOf((await bench.plan()).result)).toEqual(['adopt ConfigMap settings']);
    const applied = await bench.apply();
    expect(applied.exit, applied.stderr).toBe(0);
    expect(applied.result.actions).toMatchObject({ adopt: 1 });
    expect((await read(namespace, 'settings'))?.data.shared).toBe('truekeel');
    expect((await bench.plan(['--exit-code'])).exit).toBe(0);
  });

  it('ends without a delete where the program says prune: detach', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const detach = { ...configMap(), metadata: { annotations: { 'truekeel.dev/prune': 'detach' } } };
    await bench.deploy(staging(namespace, { web: { kept: detach, other: configMap() } }));
    await bench.render(staging(namespace, { web: { other: configMap() } }));
    expect(actionsOf((await bench.plan()).result)).toEqual(['detach ConfigMap kept']);
    expect((await bench.apply()).exit).toBe(0);
    const kept = await read(namespace, 'kept');
    expect(kept?.data).toEqual({ key: 'value' });
    expect(kept?.metadata.labels ?? {}).not.toHaveProperty('applyset.kubernetes.io/part-of');
    expect((await bench.plan(['--exit-code'])).exit).toBe(0);
  });

  it('is not given up where the program says prune: protect, unless somebody approves', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const protect = { ...configMap(), metadata: { annotations: { 'truekeel.dev/prune': 'protect' } } };
    await bench.deploy(staging(namespace, { web: { kept: protect, other: configMap() } }));
    await bench.render(staging(namespace, { web: { other: configMap({ changed: 'yes' }) } }));
    const refused = await bench.run('apply', ['--yes']);
    expect(refused.exit).toBe(8);
    expect(refused.stderr).toContain(`ConfigMap ${namespace}/kept`);
    expect(await read(namespace, 'kept')).toBeDefined();
    expect((await read(namespace, 'other'))?.data, 'nothing at all was written').toEqual({ key: 'value' });

    const approved = await bench.apply(['--yes', '--approve', `ConfigMap ${namespace}/kept`]);
    expect(approved.exit, approved.stderr).toBe(0);
    expect(await read(namespace, 'kept')).toBeUndefined();
  });

  it('passes from one application to another, and to one of another name, without a delete', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const moved = configMap({ moved: 'yes' });
    await bench.deploy(staging(namespace, { web: { moved, stays: configMap() }, api: { api: configMap() } }));
    const uid = (await read(namespace, 'moved'))?.metadata.uid;

    await bench.render(staging(namespace, { web: { stays: configMap() }, api: { api: configMap(), moved } }));
    expect((await bench.plan()).result.actions).toMatchObject({ delete: 0, create: 0, replace: 0 });
    expect((await bench.apply()).exit).toBe(0);
    expect((await read(namespace, 'moved'))?.metadata.uid).toBe(uid);
    expect((await bench.plan(['--exit-code'])).exit).toBe(0);

    const renamed = staging(namespace, { web: { stays: configMap() }, backend: { api: configMap(), moved } });
    await bench.render(renamed);
    const plan = await bench.plan();
    expect(plan.result.refusals).toEqual([]);
    expect(plan.result.actions).toMatchObject({ delete: 0, create: 0, replace: 0 });
    const applied = await bench.apply();
    expect(applied.exit, applied.stderr).toBe(0);
    expect((await read(namespace, 'moved'))?.metadata.uid).toBe(uid);
    expect((await read(namespace, 'moved'))?.metadata.labels?.['truekeel.dev/application']).toBe('backend');
    expect((await bench.plan(['--exit-code'])).exit).toBe(0);
  });

  it('of two environments in one cluster is kept apart', async () => {
    const bench = new Workbench(cluster());
    const [left, right] = [unique(), unique()];
    const both = (leftMaps: object, rightMaps: object) =>
      program({
        staging: {
          namespace: left,
          applications: { web: { createNamespace: true, objects: { ...leftMaps } } },
        },
        production: {
          namespace: right,
          applications: { web: { createNamespace: true, objects: { ...rightMaps } } },
        },
      });
    await bench.render(both({ a: configMap(), b: configMap() }, { a: configMap(), b: configMap() }));
    const production = ['--environment', 'production'];
    expect((await bench.apply()).exit).toBe(0);
    expect((await bench.apply([...production, '--yes'])).result.actions).toMatchObject({
      create: 3,
      delete: 0,
    });

    await bench.render(both({ a: configMap() }, { a: configMap(), b: configMap() }));
    expect((await bench.apply()).result.actions).toMatchObject({ delete: 1, none: 2 });
    expect(await read(left, 'b')).toBeUndefined();
    expect(await read(right, 'b')).toBeDefined();
    expect((await bench.plan([...production, '--exit-code'])).exit).toBe(0);
  });

  it('of another environment’s object is respected', async () => {
    const [one, other] = [new Workbench(cluster()), new Workbench(cluster())];
    const { namespace } = one;
    await one.deploy(staging(namespace, { web: { settings: configMap({ owner: 'one' }) } }));
    await other.render(
      program({
        staging: {
          applications: {
            web: { namespace, objects: { settings: configMap({ owner: 'other' }), more: configMap() } },
          },
        },
      }),
    );
    const refused = await other.apply();
    expect(refused.exit, refused.stderr).toBe(5);
    expect(refused.stderr).toContain(`ConfigMap ${namespace}/settings`);
    expect((await read(namespace, 'settings'))?.data).toEqual({ owner: 'one' });
    expect((await one.plan(['--exit-code'])).exit).toBe(0);
  });
});
