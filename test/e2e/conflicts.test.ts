import { expect, it } from 'vitest';
import { live, onBothClusters } from './clusters.ts';
import { deployment, lineOf, staging } from './programs.ts';
import { Workbench } from './workbench.ts';

onBothClusters('a field that a controller holds', (cluster) => {
  const autoscale = (namespace: string) =>
    cluster().client.apply(
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { namespace, name: 'web' },
        spec: { replicas: 3 },
      },
      { fieldManager: 'horizontal-pod-autoscaler', force: true },
    );
  const replicas = async (namespace: string) =>
    (await live(cluster(), { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' }))?.spec
      .replicas;

  it('is reported with its manager and left alone, while the rest is applied', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await bench.deploy(staging(namespace, { web: { web: deployment('web') } }));
    await autoscale(namespace);
    const text = staging(namespace, {
      web: { web: deployment('web', { replicas: 2, image: 'registry.k8s.io/pause:3.10' }) },
    });
    await bench.render(text);
    const plan = await bench.plan();
    expect(plan.exit, plan.stderr).toBe(0);
    expect(plan.result.changes[0]).toMatchObject({
      action: 'change',
      conflicts: [{ path: 'spec.replicas', manager: 'horizontal-pod-autoscaler', resolution: 'yield' }],
      source: { file: 'main.ts', line: lineOf(text, '\'web\', {"apiVersion"') },
    });
    const applied = await bench.run('apply', ['--yes']);
    expect(applied.exit, applied.stderr).toBe(0);
    expect(applied.stderr).toContain('spec.replicas is held by horizontal-pod-autoscaler: left alone');
    expect(await replicas(namespace)).toBe(3);
    expect((await bench.plan(['--exit-code'])).exit).toBe(0);
  });

  it('is told also where nothing is to be done', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await bench.deploy(staging(namespace, { web: { web: deployment('web') } }));
    await autoscale(namespace);
    const because = 'horizontal-pod-autoscaler keeps spec.replicas';
    const plan = await bench.plan();
    expect(plan.result.changes).toMatchObject([{ action: 'none', because }]);
    const applied = await bench.run('apply', ['--yes']);
    expect(applied.exit, applied.stderr).toBe(0);
    expect(applied.stderr).toMatch(/web\s+none\s+horizontal-pod-autoscaler keeps spec.replicas/);
  });

  it('is taken when the program says so', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await bench.deploy(staging(namespace, { web: { web: deployment('web') } }));
    await autoscale(namespace);
    const forced = {
      objects: { web: deployment('web', { replicas: 2 }) },
      settings: 'conflicts: Conflicts.FORCE',
    };
    await bench.deploy(staging(namespace, { web: forced }));
    expect(await replicas(namespace)).toBe(2);
  });
});
