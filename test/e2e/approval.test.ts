import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { editAs, live, onBothClusters } from './clusters.ts';
import { configMap, staging } from './programs.ts';
import { Workbench } from './workbench.ts';

onBothClusters('an apply', (cluster) => {
  const map = (bench: Workbench, name = 'settings') => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: bench.namespace,
    name,
  });

  it('carries out exactly the plan that was approved by its digest', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await bench.deploy(staging(namespace, { web: { settings: configMap({ a: '1' }) } }));
    await bench.render(staging(namespace, { web: { settings: configMap({ a: '2' }) } }));
    const { planDigest } = (await bench.plan()).result;
    expect(planDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect((await bench.plan()).result.planDigest, 'a plan of the same inputs').toBe(planDigest);

    const applied = await bench.apply(['--plan', planDigest]);
    expect(applied.exit, applied.stderr).toBe(0);
    expect((await live(cluster(), map(bench)))?.data).toEqual({ a: '2' });
  });

  it('ends with 7 and writes nothing when the plan changed since it was approved', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await bench.deploy(
      staging(namespace, { web: { settings: configMap({ a: '1' }), other: configMap({ b: '1' }) } }),
    );
    await bench.render(
      staging(namespace, { web: { settings: configMap({ a: '2' }), other: configMap({ b: '1' }) } }),
    );
    const { planDigest } = (await bench.plan()).result;
    await editAs(cluster(), 'kubectl-edit', map(bench, 'other'), { data: { b: 'by hand' } });

    const refused = await bench.run('apply', ['--plan', planDigest]);
    expect(refused.exit, refused.stderr).toBe(7);
    expect(refused.stderr).toContain('PLAN_CHANGED');
    expect(refused.stderr).toContain('ConfigMap');
    expect((await live(cluster(), map(bench)))?.data).toEqual({ a: '1' });
    expect((await live(cluster(), map(bench, 'other')))?.data).toEqual({ b: 'by hand' });
  });

  it('says what differs from the plan that was approved, when it is given as a file', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const program = (a: string) =>
      staging(namespace, { web: { settings: configMap({ a }), other: configMap({ b: '1' }) } });
    await bench.deploy(program('1'));
    await bench.render(program('2'));
    const approved = join(bench.project.directory, 'plan.json');
    writeFileSync(approved, JSON.stringify((await bench.plan()).result));
    await editAs(cluster(), 'kubectl-edit', map(bench, 'settings'), { data: { a: 'by hand' } });

    const refused = await bench.run('apply', ['--plan', approved]);
    expect(refused.exit, refused.stderr).toBe(7);
    expect(refused.stderr).toContain(
      `ConfigMap ${namespace}/settings: approved was change (a 1 → 2), now it is change (a "by hand" → 2)`,
    );
    expect(refused.stderr).not.toContain(`${namespace}/other`);

    writeFileSync(approved, JSON.stringify((await bench.plan()).result));
    const applied = await bench.apply(['--plan', approved]);
    expect(applied.exit, applied.stderr).toBe(0);
    expect((await live(cluster(), map(bench)))?.data).toEqual({ a: '2' });
  });

  it.each([
    ['sha256:1234', 'it has no 64 hexadecimal digits'],
    ['main.ts', 'it is not JSON'],
    ['package.json', 'it is not what `truekeel plan -o json` prints'],
    ['nowhere.json', 'cannot be read'],
  ])('takes no other thing for a plan: %s', async (given, why) => {
    const bench = new Workbench(cluster());
    await bench.render(staging(bench.namespace, { web: { settings: configMap() } }));
    const refused = await bench.run('apply', ['--plan', given]);
    expect(refused.exit, refused.stderr).toBe(3);
    expect(refused.stderr).toContain(why);
    expect(await live(cluster(), map(bench))).toBeUndefined();
  });

  it('asks, shows details on request, and takes everything but yes for a no', async () => {
    const bench = new Workbench(cluster());
    await bench.render(staging(bench.namespace, { web: { settings: configMap({ greeting: 'hello' }) } }));
    const declined = await bench.run('apply', [], { answers: ['details', ''] });
    expect(declined.exit).toBe(0);
    expect(declined.stderr).toContain('staging/web/settings');
    expect(declined.stderr).toContain('Nothing was applied.');
    expect(await live(cluster(), map(bench))).toBeUndefined();

    const agreed = await bench.run('apply', [], { answers: ['yes'] });
    expect(agreed.exit, agreed.stderr).toBe(0);
    expect((await live(cluster(), map(bench)))?.data).toEqual({ greeting: 'hello' });
    // The target is named before anything is written.
    expect(agreed.stderr.indexOf(cluster().server)).toBeLessThan(agreed.stderr.indexOf('created'));
  });

  it('ends with 3 and writes nothing when there is nobody to ask', async () => {
    const bench = new Workbench(cluster());
    await bench.render(staging(bench.namespace, { web: { settings: configMap() } }));
    const refused = await bench.run('apply');
    expect(refused.exit).toBe(3);
    expect(refused.stderr).toContain('APPROVAL_NEEDED');
    expect(refused.stderr).toMatch(/--plan sha256:[0-9a-f]{64}/);
    expect(await live(cluster(), map(bench))).toBeUndefined();
  });
});
