import { expect, it } from 'vitest';
import { type ClusterUnderTest, editAs, live, onBothClusters } from './clusters.ts';
import { configMap, deployment, staging } from './programs.ts';
import { Workbench } from './workbench.ts';

onBothClusters('drift', (cluster) => {
  it('is shown with who changed which field, and healed by apply', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await bench.deploy(
      staging(namespace, { web: { web: deployment('web'), settings: configMap({ a: '1' }) } }),
    );
    const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };
    await editAs(cluster(), 'kubectl-edit', web, { spec: { replicas: 4 } });

    const status = await bench.status(['--exit-code']);
    expect(status.exit).toBe(2);
    expect(status.result.drifted).toBe(true);
    const shown = status.result.objects.find(({ key }) => key === `Deployment.apps ${namespace}/web`);
    expect(shown?.action).toBe('change');
    expect(shown?.because).toContain('kubectl-edit');
    expect(shown?.because).toContain('replicas');

    const plan = await bench.plan();
    expect(plan.result.actions).toMatchObject({ change: 1, none: 2 });
    expect(plan.result.changes[0]?.changes).toContainEqual({
      path: 'spec.replicas',
      before: 4,
      after: 1,
      manager: 'kubectl-edit',
    });

    const healed = await bench.apply();
    expect(healed.exit, healed.stderr).toBe(0);
    expect((await live(cluster(), web))?.spec.replicas).toBe(1);
    expect((await bench.status(['--exit-code'])).exit).toBe(0);
  });

  it('of a field that the program does not set is nobody’s concern', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await bench.deploy(staging(namespace, { web: { settings: configMap({ a: '1' }) } }));
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' };
    await editAs(cluster(), 'kubectl-edit', settings, {
      data: { b: '2' },
      metadata: { labels: { seen: 'yes' } },
    });
    expect((await bench.plan(['--exit-code'])).exit).toBe(0);
    expect((await live(cluster(), settings))?.data).toEqual({ a: '1', b: '2' });
  });

  it('includes objects that were deleted, and that somebody made again', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await bench.deploy(
      staging(namespace, { web: { gone: configMap({ a: '1' }), again: configMap({ a: '1' }) } }),
    );
    await remove(cluster(), namespace, 'gone');
    await remove(cluster(), namespace, 'again');
    await cluster().client.apply(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name: 'again' }, data: { a: 'theirs' } },
      { fieldManager: 'kubectl' },
    );

    const plan = await bench.plan();
    const actions = plan.result.changes.map(({ action, key }) => `${action} ${key}`).sort();
    expect(actions).toEqual([`adopt ConfigMap ${namespace}/again`, `create ConfigMap ${namespace}/gone`]);
    const applied = await bench.apply();
    expect(applied.exit, applied.stderr).toBe(0);
    for (const name of ['gone', 'again']) {
      const object = await live(cluster(), { apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
      expect(object?.data).toEqual({ a: '1' });
    }
    expect((await bench.plan(['--exit-code'])).exit).toBe(0);
  });
});

async function remove({ client }: ClusterUnderTest, namespace: string, name: string): Promise<void> {
  const maps = await client.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
  expect(await client.delete(maps, { namespace, name })).toBe(true);
}
