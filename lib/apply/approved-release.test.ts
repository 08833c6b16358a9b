import { beforeAll, expect, it } from 'vitest';
import type { KubeClient } from '../kube/index.ts';
import { applyPlan } from './apply-plan.ts';
import { BEGUN, isBegun } from './approvals.ts';
import { describeOnBoth } from './testing/clusters.ts';
import { applicationsOf, configMap, Engine, keyText } from './testing/engine.ts';

const OTHER = `sha256:${'0'.repeat(64)}`;

describeOnBoth('a release whose plan was approved', (cluster) => {
  let client: KubeClient;
  beforeAll(() => {
    client = cluster().client;
  });

  const start = async () => {
    const engine = new Engine(client, cluster().uniqueName('env'));
    const namespace = await cluster().createNamespace('approved');
    const names = ['a', ...Array.from({ length: 20 }, (_, n) => `b${n}`)];
    const program = (value: string) => ({ web: names.map((name) => configMap(namespace, name, { value })) });
    const a = configMap(namespace, 'a');
    const byHand = (value: string) =>
      client.apply(configMap(namespace, 'a', { value }), { fieldManager: 'kubectl', force: true });
    return { engine, program, a, byHand };
  };

  it('is refused when another plan comes out, and nothing is written', async () => {
    const { engine, program, a } = await start();
    const run = engine.sync(program('1'), { approvedRelease: { plan: OTHER, by: ['grace'] } });
    await expect(run).rejects.toMatchObject({ code: 'PLAN_CHANGED', family: 'plan-changed' });
    await expect(run).rejects.toThrow(/approved by grace/);
    await expect(run).rejects.toThrow(keyText(a));
    expect(await engine.read(a)).toBeUndefined();
  });

  it('is on record once it begins, from the very first on, and then held without asking again', async () => {
    const { engine, program, byHand, a } = await start();
    const approvedRelease = { plan: (await engine.plan(program('1'))).digest, by: ['grace', 'ada'] };
    const { result } = await engine.sync(program('1'), { approvedRelease });
    expect(result.approvals).toMatchObject([
      { code: BEGUN, by: 'grace, ada', planDigest: approvedRelease.plan },
    ]);
    const [inventory] = (await engine.plan(program('1'))).inventories;
    expect(isBegun(inventory!.approvals, approvedRelease.plan)).toBe(true);

    await byHand('drift');
    const again = await engine.sync(program('1'), { approvedRelease });
    expect(again.result.errors).toEqual([]);
    expect(again.result.approvals).toEqual([]);
    expect(await engine.read(a)).toMatchObject({ data: { value: '1' } });
  });

  it('is finished by another run when one was stopped after it began', async () => {
    const { engine, program } = await start();
    await engine.sync(program('1'));
    const approvedRelease = { plan: (await engine.plan(program('2'))).digest, by: ['grace'] };
    const applications = applicationsOf(program('2'));
    const plan = await engine.plan(program('2'));
    const options = { approvedRelease, concurrency: { max: 1 } };
    // Leaving the loop stops the run.
    for await (const { type } of applyPlan({ client, plan, applications, options }))
      if (type === 'written') break;
    expect((await engine.plan(program('2'))).digest).not.toBe(approvedRelease.plan);
    const second = await engine.sync(program('2'), { approvedRelease });
    expect(second.result.errors).toEqual([]);
    expect((await engine.sync(program('2'), { approvedRelease })).actions).toEqual([]);
  });

  it('gives way to a plan that somebody names, which begins it, too', async () => {
    const { engine, program } = await start();
    const approvedRelease = { plan: OTHER, by: ['grace'] };
    const approvedDigest = (await engine.plan(program('1'))).digest;
    await engine.sync(program('1'), { approvedRelease, approvedDigest });
    const [inventory] = (await engine.plan(program('1'))).inventories;
    expect(isBegun(inventory!.approvals, OTHER)).toBe(true);
    const next = engine.sync(program('2'), { approvedRelease: { plan: `${OTHER}1`, by: [] } });
    await expect(next).rejects.toMatchObject({ code: 'PLAN_CHANGED' });
  });

  it('has nothing to refuse where nothing is to be done', async () => {
    const { engine, program } = await start();
    await engine.sync(program('1'));
    const { result } = await engine.sync(program('1'), { approvedRelease: { plan: OTHER, by: [] } });
    expect(result.errors).toEqual([]);
  });
});
