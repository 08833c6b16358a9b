import { beforeAll, expect, it } from 'vitest';
import type { KubeClient } from '../kube/index.ts';
import { Annotation, keyOf, Label } from '../objects/index.ts';
import { inventoryName } from '../plan/index.ts';
import { applyPlan, runToEnd } from './apply-plan.ts';
import { describeOnBoth } from './testing/clusters.ts';
import {
  applicationsOf,
  applyAs,
  changeOf,
  configMap,
  deployment,
  Engine,
  keyText,
  namespaceObject,
} from './testing/engine.ts';

describeOnBoth('what an application owns', (cluster) => {
  let client: KubeClient;
  beforeAll(() => {
    client = cluster().client;
  });

  const newEngine = () => new Engine(client, cluster().uniqueName('env'));
  const newNamespace = () => cluster().createNamespace('engine');

  it('writes nothing when nothing has changed, and keeps the inventory small', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    const program = { web: [configMap(namespace, 'a'), deployment(namespace, 'web', { replicas: 0 })] };
    await engine.sync(program);
    const inventory = configMap(namespace, inventoryName(engine.environment, 'web'));
    const before = await engine.read(inventory);
    expect(before?.metadata.annotations).toMatchObject({
      'applyset.kubernetes.io/tooling': 'truekeel/v1',
      'applyset.kubernetes.io/contains-group-kinds': 'ConfigMap,Deployment.apps',
    });
    await engine.sync(program);
    expect((await engine.read(inventory))?.metadata.resourceVersion).toBe(before?.metadata.resourceVersion);
    const live = await engine.read(configMap(namespace, 'a'));
    expect(live?.metadata.labels?.[Label.partOf]).toBe(before?.metadata.labels?.[Label.applySetId]);
  });

  it('narrows the inventory when the last object of a kind is gone', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    await engine.sync({ web: [configMap(namespace, 'a'), deployment(namespace, 'web', { replicas: 0 })] });
    await engine.sync({ web: [configMap(namespace, 'a')] });
    const inventory = await engine.read(configMap(namespace, inventoryName(engine.environment, 'web')));
    expect(inventory?.metadata.annotations?.['applyset.kubernetes.io/contains-group-kinds']).toBe(
      'ConfigMap',
    );
  });

  it('adopts what is there already, says who made it, and takes what a person wrote', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    await applyAs(client, 'k9s', configMap(namespace, 'a', { value: 'theirs', other: 'kept' }));
    const object = configMap(namespace, 'a', { value: 'ours' });
    const { plan, result, actions } = await engine.sync({ web: [object] });
    expect(actions).toEqual([`adopt ConfigMap ${namespace}/a`]);
    expect(changeOf(plan, object)).toMatchObject({
      because: 'exists already, made by k9s',
      changes: [{ path: 'data.value', before: 'theirs', after: 'ours', manager: 'k9s' }],
      conflicts: [{ path: 'data.value', manager: 'k9s', resolution: 'take-over' }],
    });
    expect(result.errors).toEqual([]);
    expect(await engine.read(object)).toMatchObject({ data: { value: 'ours', other: 'kept' } });
    expect((await engine.sync({ web: [object] })).actions).toEqual([]);
  });

  it('detaches instead of deleting where the object says so', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    const kept = configMap(namespace, 'kept', { value: '1' });
    const settings = { [keyText(kept)]: { prune: 'detach' as const } };
    await engine.sync({ web: { objects: [configMap(namespace, 'a'), kept], settings } });
    const { actions, result } = await engine.sync({ web: [configMap(namespace, 'a')] });
    expect(actions).toEqual([`detach ConfigMap ${namespace}/kept`]);
    expect(result.errors).toEqual([]);
    const live = await engine.read(kept);
    expect(live).toMatchObject({ data: { value: '1' } });
    expect(live?.metadata.labels?.[Label.partOf]).toBeUndefined();
    expect(live?.metadata.annotations?.[Annotation.digest]).toBeUndefined();
    expect((await engine.sync({ web: [configMap(namespace, 'a')] })).actions).toEqual([]);
  });

  it('does not detach what somebody else took over since the plan', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    const kept = configMap(namespace, 'kept');
    const settings = { [keyText(kept)]: { prune: 'detach' as const } };
    await engine.sync({ web: { objects: [configMap(namespace, 'a'), kept], settings } });
    const program = { web: [configMap(namespace, 'a')] };
    const plan = await engine.plan(program);
    await engine.sync({ ...program, other: [kept] });
    const result = await runToEnd(applyPlan({ client, plan, applications: applicationsOf(program) }));
    expect(result.errors).toMatchObject([{ code: 'CHANGED_HANDS', hint: expect.any(String) }]);
    expect((await engine.read(kept))?.metadata.labels?.[Label.application]).toBe('other');
  });

  it('hands an object over to another application without deleting it', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    const moved = configMap(namespace, 'moved');
    const [a, b] = [configMap(namespace, 'a'), configMap(namespace, 'b')];
    await engine.sync({ one: [a, moved], two: [b] });
    const uid = (await engine.read(moved))?.metadata.uid;
    const { actions, plan, result } = await engine.sync({ one: [a], two: [b, moved] });
    expect(actions).toEqual([`change ConfigMap ${namespace}/moved`]);
    expect(changeOf(plan, moved)).toMatchObject({
      application: 'two',
      because: 'moves here from application one',
    });
    expect(result.errors).toEqual([]);
    const live = await engine.read(moved);
    expect(live?.metadata.uid).toBe(uid);
    expect(live?.metadata.labels?.[Label.application]).toBe('two');
    expect((await engine.sync({ one: [a], two: [b, moved] })).actions).toEqual([]);
  });

  it('renames an application without deleting anything, and removes the old inventory', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    const objects = [configMap(namespace, 'a'), configMap(namespace, 'b')];
    await engine.sync({ before: objects });
    const { actions, result } = await engine.sync({ after: objects });
    expect(actions).toEqual([`change ConfigMap ${namespace}/a`, `change ConfigMap ${namespace}/b`]);
    expect(result.errors).toEqual([]);
    const inventory = (application: string) =>
      configMap(namespace, inventoryName(engine.environment, application));
    expect(await engine.read(inventory('before'))).toBeUndefined();
    expect(await engine.read(inventory('after'))).toBeDefined();
  });

  it('moves the inventory when its namespace leaves the program', async () => {
    const engine = newEngine();
    const [old, now] = [cluster().uniqueName('old'), cluster().uniqueName('now')];
    const objects = (namespace: string) => [
      namespaceObject(namespace),
      configMap(namespace, 'a'),
      configMap(namespace, 'b'),
    ];
    await engine.sync({ web: objects(old) });
    const approvals = [{ code: 'PROTECTED_OBJECT' as const }];
    const { result } = await engine.sync({ web: objects(now) }, { approvals });
    expect(result.errors).toEqual([]);
    expect(await engine.read(namespaceObject(old))).toBeUndefined();
    expect(await engine.read(configMap(now, inventoryName(engine.environment, 'web')))).toBeDefined();
    expect((await engine.sync({ web: objects(now) })).actions).toEqual([]);
  });

  it('keeps track of a paused object that the program moved to another application', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    const web = deployment(namespace, 'web', { replicas: 0 });
    await engine.sync({ a: [configMap(namespace, 'a'), web], b: [configMap(namespace, 'b')] });
    const settings = { [keyText(web)]: { apply: 'paused' as const } };
    await engine.sync({
      a: [configMap(namespace, 'a')],
      b: { objects: [configMap(namespace, 'b'), web], settings },
    });
    const { actions } = await engine.sync({ a: [configMap(namespace, 'a')], b: [configMap(namespace, 'b')] });
    expect(actions).toEqual([`delete ${keyText(web)}`]);
    expect(await engine.read(web)).toBeUndefined();
  });

  it('finds what it owns by labels when the inventory was deleted', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    const [kept, left] = [configMap(namespace, 'kept'), deployment(namespace, 'left', { replicas: 0 })];
    await engine.sync({ web: [kept, left] });
    const inventory = configMap(namespace, inventoryName(engine.environment, 'web'));
    await client.delete(
      await client.resource({ group: '', version: 'v1', kind: 'ConfigMap' }),
      keyOf(inventory),
    );
    const { actions, result } = await engine.sync({ web: [kept] });
    expect(actions).toEqual([`delete Deployment.apps ${namespace}/left`]);
    expect(result.errors).toEqual([]);
    expect(await engine.read(inventory)).toBeDefined();
  });

  it('leaves alone what merely carries a copy of our labels', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    await engine.sync({ web: [configMap(namespace, 'a')] });
    const labels = (await engine.read(configMap(namespace, 'a')))?.metadata.labels ?? {};
    const copy = configMap(namespace, 'copy');
    await client.create({ ...copy, metadata: { ...copy.metadata, labels } });
    expect((await engine.sync({ web: [configMap(namespace, 'a')] })).actions).toEqual([]);
    expect(await engine.read(copy)).toBeDefined();
  });

  it('does not take an object from another environment', async () => {
    const namespace = await newNamespace();
    const object = configMap(namespace, 'a');
    await newEngine().sync({ web: [object] });
    const { result } = await newEngine().sync({ web: [object] });
    expect(result.errors).toMatchObject([{ code: 'OWNED_BY_ANOTHER', family: 'conflict' }]);
  });

  it('keeps what left the program when pruning is off, and remembers that it is ours', async () => {
    const engine = newEngine();
    const namespace = await newNamespace();
    const [a, b] = [configMap(namespace, 'a'), deployment(namespace, 'b', { replicas: 0 })];
    await engine.sync({ web: [a, b] });
    expect((await engine.sync({ web: [a] }, { prune: false })).actions).toEqual([]);
    expect((await engine.sync({ web: [a] })).actions).toEqual([`delete Deployment.apps ${namespace}/b`]);
  });
});
