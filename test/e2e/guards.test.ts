import { expect, it } from 'vitest';
import { live, onBothClusters } from './clusters.ts';
import { configMap, staging } from './programs.ts';
import { Workbench } from './workbench.ts';

const maps = (count: number, prefix = 'map') =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, configMap()]));

onBothClusters('a guard', (cluster) => {
  const exists = async (namespace: string, name: string) =>
    (await live(cluster(), { apiVersion: 'v1', kind: 'ConfigMap', namespace, name })) !== undefined;

  /** Deploys the one program, renders the other: refused with the code, all is there; approved, it goes through. */
  async function guards(
    code: string,
    before: Parameters<typeof staging>[1],
    after: Parameters<typeof staging>[1],
    victim: string,
    approvals: readonly string[] = [code],
  ): Promise<void> {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await bench.deploy(staging(namespace, before));
    await bench.render(staging(namespace, after));

    const plan = await bench.plan();
    expect(plan.exit).toBe(8);
    expect(plan.result.refusals.map((refusal) => refusal.code)).toContain(code);
    const refused = await bench.run('apply', ['--yes']);
    expect(refused.exit).toBe(8);
    expect(refused.stderr).toContain(code);
    expect(refused.stderr).toContain(`ConfigMap ${namespace}/${victim}`);
    expect(await exists(namespace, victim)).toBe(true);

    const approved = await bench.apply([
      '--yes',
      ...approvals.flatMap((approval) => ['--approve', approval]),
    ]);
    expect(approved.exit, approved.stderr).toBe(0);
    expect(await exists(namespace, victim)).toBe(false);
  }

  it('stops an application that rendered to nothing', () =>
    guards(
      'EMPTY_RENDER',
      { web: maps(1, 'web'), jobs: maps(2, 'job') },
      { web: maps(1, 'web'), jobs: { objects: {} } },
      'job1',
    ));

  it('stops an application that disappeared', () =>
    guards(
      'MISSING_APPLICATION',
      { web: maps(1, 'web'), jobs: maps(2, 'job') },
      { web: maps(1, 'web') },
      'job1',
    ));

  it('stops many deletes at once', () =>
    guards('TOO_MANY_DELETES', { web: maps(12) }, { web: maps(1) }, 'map11'));

  it('takes the limits of the program, and those of the command line before them', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const limited = (count: number, settings: string) =>
      staging(namespace, { web: { objects: maps(count), settings } });
    await bench.deploy(limited(12, 'maxDeletes: 0'));
    await bench.render(limited(11, 'maxDeletes: 0'));
    const plan = await bench.plan();
    expect(plan.result.refusals.map(({ code }) => code)).toEqual(['TOO_MANY_DELETES']);
    expect((await bench.plan(['--max-deletes', '1'])).result.refusals).toEqual([]);
    await bench.render(limited(1, 'maxDeletes: 20, maxDeleteShare: 1'));
    expect((await bench.plan(['--max-delete-share', '0.5'])).exit).toBe(8);
    expect((await bench.run('apply', ['--yes', '--max-deletes', 'all'])).stderr).toContain(
      '--max-deletes takes a whole number, 0 or more, not "all"',
    );
    const applied = await bench.apply(['--yes']);
    expect(applied.exit, applied.stderr).toBe(0);
    expect(await exists(namespace, 'map11')).toBe(false);
  });

  it('stops the delete of a namespace, whatever else was approved', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await bench.deploy(staging(namespace, { web: maps(2) }));
    await bench.render(staging(namespace, { web: { objects: maps(2), createNamespace: false } }));
    const refused = await bench.run('apply', ['--yes', '--approve', 'TOO_MANY_DELETES']);
    expect(refused.exit).toBe(8);
    expect(refused.stderr).toContain(`Namespace ${namespace}`);
    expect(await exists(namespace, 'map0')).toBe(true);
    const kept = await bench.apply(['--yes', '--no-prune']);
    expect(kept.exit, kept.stderr).toBe(0);
    expect(await exists(namespace, 'map0')).toBe(true);
  });
});
