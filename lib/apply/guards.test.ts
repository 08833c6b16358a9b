import { beforeAll, expect, it } from 'vitest';
import type { KubeClient } from '../kube/index.ts';
import { type DeleteLimits, keyOf } from '../objects/index.ts';
import { approvedPlanOf } from '../plan/index.ts';
import { applyPlan, runToEnd } from './apply-plan.ts';
import { describeOnBoth } from './testing/clusters.ts';
import { applicationsOf, configMap, Engine, keyText, namespaceObject, patchAs } from './testing/engine.ts';

describeOnBoth('what is refused without an approval', (cluster) => {
  let client: KubeClient;
  beforeAll(() => {
    client = cluster().client;
  });

  const start = async (count: number) => {
    const engine = new Engine(client, cluster().uniqueName('env'));
    const namespace = await cluster().createNamespace('guards');
    const objects = Array.from({ length: count }, (_, index) => configMap(namespace, `c${index}`));
    await engine.sync({ web: objects });
    return { engine, namespace, objects };
  };

  it('refuses an empty render, and writes nothing', async () => {
    const { engine, objects } = await start(3);
    const plan = await engine.plan({ web: [] });
    expect(plan.refusals).toMatchObject([{ code: 'EMPTY_RENDER' }]);
    await expect(engine.sync({ web: [] })).rejects.toMatchObject({ family: 'guard', code: 'EMPTY_RENDER' });
    for (const object of objects) expect(await engine.read(object)).toBeDefined();
  });

  it('refuses when the environment has no application any more', async () => {
    const { engine } = await start(2);
    await expect(engine.sync({})).rejects.toMatchObject({ code: 'EMPTY_RENDER' });
  });

  it('refuses to delete an application that left the program, until somebody approves it', async () => {
    const { engine, namespace, objects } = await start(2);
    const other = { other: [configMap(namespace, 'other')] };
    await expect(engine.sync(other)).rejects.toMatchObject({ code: 'MISSING_APPLICATION' });
    const { result } = await engine.sync(other, { approvals: [{ code: 'MISSING_APPLICATION' }] });
    expect(result.errors).toEqual([]);
    expect(result.actions.delete).toBe(2);
    for (const object of objects) expect(await engine.read(object)).toBeUndefined();
    expect((await engine.sync(other)).actions).toEqual([]);
  });

  it('refuses more deletes than the limits allow', async () => {
    const { engine, namespace, objects } = await start(6);
    const left = { web: objects.slice(0, 2) };
    await expect(engine.sync(left)).rejects.toMatchObject({ code: 'TOO_MANY_DELETES' });
    const { result } = await engine.sync(left, { limits: { maxDeleteShare: 0.9 } });
    expect(result.actions.delete).toBe(4);
    await expect(
      engine.sync({ web: [configMap(namespace, 'c0')] }, { limits: { maxDeletes: 0 } }),
    ).rejects.toMatchObject({ code: 'TOO_MANY_DELETES' });
  });

  it('takes the limits of each application, before which those of the one who plans come', async () => {
    const { engine, objects } = await start(6);
    const web = (kept: number, deleteLimits: DeleteLimits) => ({
      web: { objects: objects.slice(0, kept), deleteLimits },
    });
    await expect(engine.sync(web(5, { maxDeletes: 0 }))).rejects.toMatchObject({ code: 'TOO_MANY_DELETES' });
    await expect(engine.sync(web(2, { maxDeletes: 4 }))).rejects.toMatchObject({ code: 'TOO_MANY_DELETES' });
    const refused = engine.sync(web(2, { maxDeleteShare: 1 }), { limits: { maxDeletes: 3 } });
    await expect(refused).rejects.toMatchObject({ code: 'TOO_MANY_DELETES' });
    const { result } = await engine.sync(web(2, { maxDeleteShare: 1 }));
    expect(result.actions.delete).toBe(4);
    const over = await engine.sync(web(1, { maxDeletes: 0 }), { limits: { maxDeletes: 1 } });
    expect(over.result.actions.delete).toBe(1);
  });

  it('refuses to delete what takes more along than itself, and what is protected', async () => {
    const { engine, namespace } = await start(1);
    const [inner, kept] = [cluster().uniqueName('inner'), configMap(namespace, 'kept')];
    const settings = { [keyText(kept)]: { prune: 'protect' as const } };
    const rest = configMap(namespace, 'rest');
    await engine.sync({ web: { objects: [rest, kept, namespaceObject(inner)], settings } });
    const plan = await engine.plan({ web: [rest] });
    expect(plan.refusals.map(({ code, keys }) => [code, keys])).toEqual([
      ['PROTECTED_OBJECT', [keyOf(kept)]],
      ['PROTECTED_OBJECT', [keyOf(namespaceObject(inner))]],
    ]);
    const one = [{ code: 'PROTECTED_OBJECT' as const, keys: [keyText(kept)] }];
    await expect(engine.sync({ web: [rest] }, { approvals: one })).rejects.toMatchObject({
      code: 'PROTECTED_OBJECT',
    });
    const both = [{ code: 'PROTECTED_OBJECT' as const }];
    expect((await engine.sync({ web: [rest] }, { approvals: both })).result.errors).toEqual([]);
  });

  it('applies a plan under its digest, and stops when another plan came out', async () => {
    const { engine, namespace } = await start(1);
    const program = { web: [configMap(namespace, 'c0', { value: '1' })] };
    const approved = await engine.plan(program);
    expect((await engine.plan(program)).digest).toBe(approved.digest);

    await client.apply(configMap(namespace, 'c0', { value: '0' }), { fieldManager: 'kubectl', force: true });
    const run = engine.sync(program, {
      approvedDigest: approved.digest,
      approvedPlan: approvedPlanOf(approved),
    });
    await expect(run).rejects.toMatchObject({ code: 'PLAN_CHANGED', family: 'plan-changed' });
    await expect(run).rejects.toThrow(`ConfigMap ${namespace}/c0: approved was change`);
    expect(await engine.read(configMap(namespace, 'c0'))).toMatchObject({ data: { value: '0' } });

    const again = await engine.plan(program);
    const { result } = await engine.sync(program, { approvedDigest: again.digest });
    expect(result.errors).toEqual([]);
  });

  it('does not delete an object that was made anew since the plan', async () => {
    const { engine, namespace, objects } = await start(3);
    const program = { web: objects.slice(0, 2) };
    const plan = await engine.plan(program);
    const resource = await client.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
    await client.delete(resource, { namespace, name: 'c2' });
    await client.create(objects[2]!);
    const result = await runToEnd(applyPlan({ client, plan, applications: applicationsOf(program) }));
    expect(result.errors).toMatchObject([{ code: 'CHANGED_HANDS' }]);
    expect(await engine.read(objects[2]!)).toBeDefined();
  });

  it('does not delete an object that another application took over since the plan', async () => {
    const { engine, namespace, objects } = await start(3);
    const program = { web: objects.slice(0, 2) };
    const plan = await engine.plan(program);
    await engine.sync({ ...program, other: [configMap(namespace, 'c2')] });
    const result = await runToEnd(applyPlan({ client, plan, applications: applicationsOf(program) }));
    expect(result.errors).toMatchObject([{ code: 'CHANGED_HANDS' }]);
    expect(await engine.read(objects[2]!)).toBeDefined();
  });

  it('deletes an object whose status moved on since the plan', async () => {
    const { engine, objects } = await start(3);
    const program = { web: objects.slice(0, 2) };
    const plan = await engine.plan(program);
    await patchAs(client, 'other', objects[2]!, { metadata: { annotations: { more: 'theirs' } } });
    const result = await runToEnd(applyPlan({ client, plan, applications: applicationsOf(program) }));
    expect(result.errors).toEqual([]);
    expect(await engine.read(objects[2]!)).toBeUndefined();
  });
});
