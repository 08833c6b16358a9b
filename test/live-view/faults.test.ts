import { beforeEach, expect, it, vi } from 'vitest';
import {
  applicationsOf,
  configMap,
  deployment,
  Engine,
  keyText,
  patchAs,
} from '../../lib/apply/testing/engine.ts';
import { gvkOf, type KubernetesObject, keyOf } from '../../lib/objects/index.ts';
import { onBothClusters, unique } from '../e2e/clusters.ts';
import { HeldWatch } from './held-watch.ts';
import { Watched } from './watched.ts';

onBothClusters('watches that hold an environment', (cluster) => {
  let namespace = '';
  beforeEach(async () => {
    namespace = unique('faults');
    await cluster().client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });

  const start = () => {
    const held = new HeldWatch(cluster().client);
    const environment = unique('env');
    return { held, watched: new Watched(held.client, environment), environment };
  };
  const map = (name: string, value = '1') => configMap(namespace, name, { value });
  const read = (object: KubernetesObject) => new Engine(cluster().client, '').read(object);
  const remove = async (object: KubernetesObject) =>
    cluster().client.delete(await cluster().client.resource(gvkOf(object)), keyOf(object));
  const edit = (object: KubernetesObject, value: string, manager = 'kubectl-edit') =>
    patchAs(cluster().client, manager, object, { data: { value } });
  /** Takes back what the view reports. */
  const correct = async (watched: Watched, applications: Parameters<Watched['plan']>[0]) => {
    const plan = await watched.plan(applications, { tried: 'not drift' });
    return { plan, result: await watched.apply(plan, applications) };
  };

  it('read what changes, and nothing else: neither lists nor unchanged objects', async () => {
    const { watched } = start();
    const program = (value: string) => ({
      web: [map('a', value), map('b'), deployment(namespace, 'web', { replicas: 0 })],
    });
    await watched.release(program('1'));
    await watched.caughtUp(program('1').web);
    expect((await watched.release(program('1'))).planning).toEqual({});
    const { plan, result, planning } = await watched.release(program('2'));
    // The object as it is, and the trial of the change.
    expect(planning).toEqual({ get: 1, patch: 1 });
    expect(plan.counts).toMatchObject({ change: 1, none: 2 });
    expect(plan.changes.map(({ key }) => key.name)).toEqual(['a']);
    expect(result.requests.byVerb).toEqual({ patch: 1 });
    expect(await read(map('a'))).toMatchObject({ data: { value: '2' } });
  });

  it('take back what somebody changed with one request, and know who it was', async () => {
    const { watched } = start();
    const program = { web: [map('a'), map('b')] };
    await watched.release(program);
    await watched.caughtUp(program.web);
    await edit(map('a'), 'by hand');
    await watched.caughtUp(program.web);
    expect(watched.unsettled).toEqual([keyText(map('a'))]);
    const before = watched.client.requests.total;
    const { plan } = await correct(watched, await watched.expect(program));
    expect(plan.changes).toMatchObject([
      {
        because: 'drift: kubectl-edit changed data.value',
        changes: [{ path: 'data.value', manager: 'kubectl-edit' }],
      },
    ]);
    expect(watched.client.requests.total - before).toBe(1);
    expect(await read(map('a'))).toMatchObject({ data: { value: '1' } });
    expect([...watched.view.unsettled]).toEqual([]);
  });

  it('see a delete that was missed while the server forgot where they were', async () => {
    const { held, watched } = start();
    const program = { web: [map('a'), map('b')] };
    await watched.release(program);
    await watched.caughtUp(program.web);
    held.hold();
    await remove(map('a'));
    await edit(map('b'), 'by hand');
    held.forget();
    await watched.caughtUp(program.web);
    expect(watched.unsettled.toSorted()).toEqual(program.web.map(keyText));
    const { plan } = await correct(watched, await watched.expect(program));
    expect(plan.changes.map(({ key, action }) => `${action} ${key.name}`)).toEqual(['create a', 'change b']);
    expect(await read(map('a'))).toMatchObject({ data: { value: '1' } });
  });

  it('hold against two changes of one object, the second while the first is taken back', async () => {
    const { held, watched } = start();
    const object = { ...map('a'), data: { value: '1', other: '1' } };
    const program = { web: [object, map('b')] };
    await watched.release(program);
    await watched.caughtUp(program.web);
    await edit(object, 'first');
    await watched.caughtUp(program.web);
    held.beforeApply = () =>
      patchAs(cluster().client, 'kubectl-patch', object, { data: { other: 'second' } });
    const applications = await watched.expect(program);
    await correct(watched, applications);
    await watched.caughtUp(program.web);
    await correct(watched, applications);
    expect(await read(object)).toMatchObject({ data: { value: '1', other: '1' } });
    await watched.caughtUp(program.web);
    expect([...watched.view.unsettled]).toEqual([]);
  });

  it('notice a change whose event comes before the answer to the write that it followed', async () => {
    const { watched } = start();
    const program = { web: [map('a')] };
    const { plan } = await watched.release(program);
    const written = await read(map('a'));
    await edit(map('a'), 'by hand');
    await watched.caughtUp(program.web);
    watched.unsettled.length = 0;
    // The answer, late.
    watched.view.wrote(written!);
    expect(plan.changes).toHaveLength(1);
    expect(watched.unsettled).toEqual([keyText(map('a'))]);
  });

  it('never delete what was handed over while they were not told', async () => {
    const { held, watched } = start();
    await watched.release({ web: [map('a'), map('b')] });
    await watched.caughtUp([map('a'), map('b')]);
    held.hold();
    // Somebody detaches it here, and another environment takes it.
    await new Engine(cluster().client, watched.environment).sync(
      { web: { objects: [map('b')] } },
      { prune: false, wait: false },
    );
    await patchAs(cluster().client, 'kubectl-label', map('a'), {
      metadata: { labels: { 'applyset.kubernetes.io/part-of': null } },
    });
    await new Engine(cluster().client, unique('env')).sync({ web: [map('a')] }, { wait: false });
    const { plan, result } = await watched.release({ web: [map('b')] });
    expect(plan.changes.map(({ key, action }) => `${action} ${key.name}`)).toEqual(['delete a']);
    expect(result.errors).toMatchObject([{ code: 'CHANGED_HANDS' }]);
    expect(await read(map('a'))).toMatchObject({ data: { value: '1' } });
    held.letGo();
    await watched.caughtUp([map('a'), map('b')]);
    const after = await watched.release({ web: [map('b')] });
    expect(after.plan.changes).toEqual([]);
    expect(after.result.errors).toEqual([]);
  });

  it('give no answer while they do not see everything, so that lists say what is to be deleted', async () => {
    const { watched } = start();
    await watched.release({ web: [map('a')] });
    // Another engine brings a kind that is not followed; the inventory says so.
    const service: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name: 'web' },
      spec: { ports: [{ port: 80 }], selector: { app: 'web' } },
    };
    const other = new Engine(cluster().client, watched.environment);
    await other.sync({ web: [map('a'), service] }, { wait: false });
    await vi.waitFor(() => expect(watched.view.isComplete).toBe(false), { timeout: 20_000, interval: 5 });
    const applications = applicationsOf({ web: [map('a')] });
    watched.view.expect(applications);
    const before = watched.client.requests.byVerb.list ?? 0;
    const plan = await watched.plan(applications);
    expect(watched.client.requests.byVerb.list).toBeGreaterThan(before);
    expect(plan.changes.map(({ key, action }) => `${action} ${key.kind}`)).toEqual([
      'none ConfigMap',
      'delete Service',
    ]);
    await watched.view.whenRead(new AbortController().signal);
    await watched.caughtUp([service]);
    const again = await watched.plan(applications);
    expect(again.changes.map(({ key, action }) => `${action} ${key.kind}`)).toEqual(['delete Service']);
    expect(again.digest).toBe(plan.digest);
  });
});
