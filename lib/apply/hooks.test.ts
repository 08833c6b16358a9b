import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnControlPlane } from '../../test/controlplane/suite.ts';
import type { KubeClient } from '../kube/index.ts';
import { connect } from '../kube/index.ts';
import type { JsonObject, KubernetesObject } from '../objects/index.ts';
import { keyOf } from '../objects/index.ts';
import { inventoryName, runMark } from '../plan/index.ts';
import { applyObjects } from './apply-objects.ts';
import { applyPlan } from './apply-plan.ts';
import { describeOnBoth } from './testing/clusters.ts';
import {
  applicationsOf,
  changeOf,
  configMap,
  deployment,
  Engine,
  edge,
  indexOfEvent,
  keyText,
  type Outcome,
  patchAs,
} from './testing/engine.ts';

interface JobOptions {
  readonly place?: string;
  readonly rerun?: string;
  readonly image?: string;
  /** No node takes its pods, and its time is over soon. */
  readonly fails?: boolean;
  readonly spec?: JsonObject;
  readonly pod?: JsonObject;
}

function hook(namespace: string, name: string, options: JobOptions = {}): KubernetesObject {
  const { place = 'before', rerun, image = 'example/migrate:1', fails, spec, pod } = options;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      namespace,
      name,
      annotations: {
        'truekeel.dev/hook': place,
        ...(rerun !== undefined && { 'truekeel.dev/rerun': rerun }),
      },
    },
    spec: {
      backoffLimit: 0,
      ...(fails && { activeDeadlineSeconds: 1 }),
      ...spec,
      template: {
        metadata: { annotations: fails ? { 'cluster.truekeel.dev/fail': 'unschedulable' } : {} },
        spec: {
          restartPolicy: 'Never',
          ...(fails && { nodeSelector: { 'example.com/none': 'such' } }),
          containers: [{ name: 'main', image }],
          ...pod,
        },
      },
    },
  };
}

describeOnControlPlane('the Job of a hook that is made anew', (controlPlane) => {
  let client: KubeClient;
  beforeAll(async () => {
    client = await connect({ kubeconfig: controlPlane().kubeconfig });
  });
  afterAll(() => client.close());

  /** Its status is the test's: no controller looks after it. */
  const byHand = (namespace: string, image: string) =>
    hook(namespace, 'migrate', { image, spec: { managedBy: 'example.com/by-hand' } });
  const report = (job: KubernetesObject, status: JsonObject) =>
    patchAs(client, 'by-hand', job, { status }, 'status');
  const startTime = '2026-01-01T00:00:00Z';
  const success = (type: string) => ({ type, status: 'True', reason: 'Done', message: '' });
  const complete = {
    active: 0,
    ready: 0,
    succeeded: 1,
    completionTime: '2026-01-01T00:00:01Z',
    conditions: [success('SuccessCriteriaMet'), success('Complete')],
  };

  it('is not taken away while a pod of it works', async () => {
    const engine = new Engine(client, controlPlane().uniqueName('env'));
    const namespace = await controlPlane().createNamespace('hooks');
    const [old, now] = [byHand(namespace, '1'), byHand(namespace, '2')];
    const first = engine.sync({ web: [old] }, { wait: false });
    expect((await first).result.errors).toEqual([]);
    await report(old, { startTime, active: 1, ready: 1, terminating: 0 });
    const uid = (await engine.read(old))?.metadata.uid;

    const applications = applicationsOf({ web: [now] });
    const plan = await engine.plan({ web: [now] });
    expect(changeOf(plan, now).action).toBe('replace');
    const seen: string[] = [];
    for await (const event of applyPlan({ client, plan, applications, options: { timeoutMs: 30_000 } })) {
      if (event.type === 'finished') expect(event.result.errors).toEqual([]);
      if (event.type === 'waiting' && event.reason === 'its run before this one goes on') {
        expect((await engine.read(old))?.metadata).toMatchObject({ uid });
        seen.push('waits');
        await report(old, complete);
      }
      if (event.type === 'written') {
        expect((await engine.read(now))?.metadata.uid).not.toBe(uid);
        seen.push('made anew');
        await report(now, { startTime, ...complete });
      }
    }
    expect(seen).toEqual(['waits', 'made anew']);
  });

  it('is taken away at once when none of its pods got to work', async () => {
    const engine = new Engine(client, controlPlane().uniqueName('env'));
    const namespace = await controlPlane().createNamespace('hooks');
    const [stuck, now] = [byHand(namespace, '1'), hook(namespace, 'migrate')];
    await engine.sync({ web: [stuck] }, { wait: false });
    await report(stuck, { startTime, active: 1, ready: 0, terminating: 0 });
    const { result } = await engine.sync({ web: [now] });
    expect(result.errors).toEqual([]);
    expect(result.actions.replace).toBe(1);
  });
});

describeOnBoth('a hook', (cluster) => {
  let client: KubeClient;
  beforeAll(() => {
    client = cluster().client;
  });

  const start = async () => ({
    engine: new Engine(client, cluster().uniqueName('env')),
    namespace: await cluster().createNamespace('hooks'),
  });
  const inventory = ({ environment }: Engine, namespace: string, application = 'web') =>
    configMap(namespace, inventoryName(environment, application));
  const remove = async (object: KubernetesObject) => {
    await client.delete(await client.resource({ group: 'batch', version: 'v1', kind: 'Job' }), keyOf(object));
  };
  const uidOf = async (engine: Engine, object: KubernetesObject) => (await engine.read(object))?.metadata.uid;
  const wasFirst = ({ events }: Outcome, first: KubernetesObject, second: KubernetesObject) => {
    const [ready, writing] = [
      indexOfEvent(events, 'ready', keyOf(first)),
      indexOfEvent(events, 'writing', keyOf(second)),
    ];
    expect(ready).toBeGreaterThan(-1);
    expect(writing).toBeGreaterThan(ready);
  };

  it('runs before its application, but for what it needs itself, and once', async () => {
    const { engine, namespace } = await start();
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: 'account' } };
    const settings = configMap(namespace, 'settings');
    const other = configMap(namespace, 'other');
    const web = deployment(namespace, 'web');
    const migrate = hook(namespace, 'migrate', {
      pod: {
        serviceAccountName: 'account',
        containers: [{ name: 'main', image: 'x', envFrom: [{ configMapRef: { name: 'settings' } }] }],
      },
    });
    const program = { web: [web, other, settings, account, migrate] };
    const first = await engine.sync(program);
    expect(first.result.errors).toEqual([]);
    expect(changeOf(first.plan, migrate)).toMatchObject({
      action: 'create',
      because: 'hook, has not run yet',
      effects: [{ kind: 'runs-hook', message: "runs before the application's other objects" }],
    });
    for (const needed of [account, settings]) {
      expect(indexOfEvent(first.events, 'written', keyOf(needed))).toBeLessThan(
        indexOfEvent(first.events, 'writing', keyOf(migrate)),
      );
    }
    wasFirst(first, migrate, web);
    wasFirst(first, migrate, other);

    const uid = await uidOf(engine, migrate);
    const second = await engine.sync(program);
    expect(second.actions).toEqual([]);
    expect(second.result.requests.total).toBe(0);
    // Gone, by hand or by its time to live: that does not make it run again.
    await remove(migrate);
    const changed = { web: [web, configMap(namespace, 'other', { key: 'new' }), settings, account, migrate] };
    expect((await engine.sync(changed)).actions).toEqual([`change ${keyText(other)}`]);
    expect(await uidOf(engine, migrate)).not.toBe(uid);
    expect(await engine.read(migrate)).toBeUndefined();
  });

  it('runs again when it changed, though its template cannot be changed, and not for what it ran for once', async () => {
    const { engine, namespace } = await start();
    const [old, now] = ['1', '2'].map((tag) =>
      hook(namespace, 'migrate', { image: `example/migrate:${tag}` }),
    );
    const settings = (value: string) => configMap(namespace, 'settings', { value });
    await engine.sync({ web: [old!, settings('1')] });
    const uid = await uidOf(engine, old!);
    const second = await engine.sync({ web: [now!, settings('2')] });
    expect(second.result.errors).toEqual([]);
    expect(changeOf(second.plan, now!)).toMatchObject({
      action: 'replace',
      because: 'hook changed, runs again: image example/migrate:2',
    });
    wasFirst(second, now!, settings('2'));
    const next = await uidOf(engine, now!);
    expect(next).not.toBe(uid);
    // A rollback: it has run for this, and its newer Job is left as it is.
    const back = await engine.sync({ web: [old!, settings('1')] });
    expect(back.actions).toEqual([`change ${keyText(settings('1'))}`]);
    expect(await uidOf(engine, old!)).toBe(next);
    expect((await engine.sync({ web: [now!, settings('1')] })).actions).toEqual([]);
  });

  it('that failed keeps back what needs it, says why, and runs again the next time', async () => {
    const { engine, namespace } = await start();
    const failing = hook(namespace, 'migrate', { fails: true });
    const web = configMap(namespace, 'web');
    const apart = configMap(namespace, 'apart');
    const program = { web: [failing, web], other: [apart] };
    const first = await engine.sync(program);
    expect(first.result.errors).toMatchObject([{ code: 'FAILED', family: 'not-ready', key: keyOf(failing) }]);
    expect(first.result.errors[0]?.message).toContain('DeadlineExceeded');
    expect(first.result.skipped).toEqual([{ key: keyOf(web), because: `it needs ${keyText(failing)}` }]);
    expect(await engine.read(web)).toBeUndefined();
    expect(await engine.read(apart)).toBeDefined();

    const uid = await uidOf(engine, failing);
    const second = await engine.sync(program);
    expect(changeOf(second.plan, failing)).toMatchObject({
      action: 'replace',
      because: 'hook failed (DeadlineExceeded), runs again',
    });
    expect(await uidOf(engine, failing)).not.toBe(uid);
    expect(second.result.errors).toHaveLength(1);

    const mended = await engine.sync({ web: [hook(namespace, 'migrate'), web], other: [apart] });
    expect(mended.result.errors).toEqual([]);
    expect(mended.actions).toEqual([`create ${keyText(web)}`, `replace ${keyText(failing)}`]);
    wasFirst(mended, failing, web);
  });

  it('that comes after its application waits for all of it', async () => {
    const { engine, namespace } = await start();
    const [web, check] = [deployment(namespace, 'web'), hook(namespace, 'check', { place: 'after' })];
    const migrate = hook(namespace, 'migrate');
    const outcome = await engine.sync({ web: [check, migrate, web] });
    expect(outcome.result.errors).toEqual([]);
    wasFirst(outcome, migrate, web);
    wasFirst(outcome, web, check);
    expect((await engine.sync({ web: [check, migrate, web] })).actions).toEqual([]);
  });

  it('that is placed by dependencies keeps back what names it, and nothing else', async () => {
    const { engine, namespace } = await start();
    const failing = hook(namespace, 'migrate', { place: 'ordered', fails: true });
    const [needs, free] = [configMap(namespace, 'needs'), configMap(namespace, 'free')];
    const edges = [edge(needs, failing, 'ready')];
    const { result } = await engine.sync({ web: { objects: [failing, needs, free], edges } });
    expect(result.skipped.map(({ key }) => key.name)).toEqual(['needs']);
    expect(await engine.read(free)).toBeDefined();
  });

  it('that runs with every release does so when its application changed, and not otherwise', async () => {
    const { engine, namespace } = await start();
    const check = hook(namespace, 'check', { place: 'after', rerun: 'every-release' });
    const program = (value: string) => ({ web: [check, configMap(namespace, 'settings', { value })] });
    await engine.sync(program('1'));
    expect((await engine.sync(program('1'))).actions).toEqual([]);
    const second = await engine.sync(program('2'));
    expect(second.actions).toEqual([`change ConfigMap ${namespace}/settings`, `replace ${keyText(check)}`]);
    expect(changeOf(second.plan, check).because).toBe('release changed, runs again');
    expect(second.result.errors).toEqual([]);
    // Back again is a release like any other.
    expect((await engine.sync(program('1'))).actions).toHaveLength(2);
  });

  it('is on record with its application, also when that gets another name or the record was never written', async () => {
    const { engine, namespace } = await start();
    const migrate = hook(namespace, 'migrate');
    const settings = configMap(namespace, 'settings');
    await engine.sync({ web: [migrate, settings] });
    const mark = runMark(keyOf(migrate));
    const recorded = async (application: string) =>
      (await engine.read(inventory(engine, namespace, application)))?.metadata.annotations?.[mark];
    expect(await recorded('web')).toMatch(/^[0-9a-f]{20}$/);

    // As if the run had died between the success of the hook and its record.
    await patchAs(client, 'somebody', inventory(engine, namespace), {
      metadata: { annotations: { [mark]: null } },
    });
    const uid = await uidOf(engine, migrate);
    const { actions, result } = await engine.sync({ web: [migrate, settings] });
    expect(actions).toEqual([]);
    expect(result.errors).toEqual([]);
    expect(await recorded('web')).toMatch(/^[0-9a-f]{20}$/);
    expect(await uidOf(engine, migrate)).toBe(uid);

    await remove(migrate);
    expect((await engine.sync({ shop: [migrate, settings] })).actions).toEqual([
      `change ${keyText(settings)}`,
    ]);
    expect(await recorded('shop')).toMatch(/^[0-9a-f]{20}$/);
    expect((await engine.sync({ shop: [migrate, settings] })).actions).toEqual([]);
  });

  it('that leaves the program goes, but for one that has ended and goes by itself', async () => {
    const { engine, namespace } = await start();
    const [plain, timed] = [
      hook(namespace, 'plain'),
      hook(namespace, 'timed', { spec: { ttlSecondsAfterFinished: 3600 } }),
    ];
    const settings = configMap(namespace, 'settings');
    await engine.sync({ web: [plain, timed, settings] });
    const outcome = await engine.sync({ web: [settings] });
    expect(outcome.result.errors).toEqual([]);
    expect(outcome.actions).toEqual([`delete ${keyText(plain)}`]);
    expect(await engine.read(plain)).toBeUndefined();
    expect(await engine.read(timed)).toBeDefined();
    expect((await engine.sync({ web: [settings] })).actions).toEqual([]);
    // It comes back, and has run.
    expect((await engine.sync({ web: [plain, timed, settings] })).actions).toEqual([]);
    const approvals = [{ code: 'MISSING_APPLICATION' }, { code: 'EMPTY_RENDER' }] as const;
    await engine.sync({ other: [configMap(namespace, 'other')] }, { approvals });
    expect(await engine.read(timed)).toBeUndefined();
    expect(await engine.read(inventory(engine, namespace))).toBeUndefined();
  });

  it('has not run while it is suspended', async () => {
    const { engine, namespace } = await start();
    const migrate = hook(namespace, 'migrate', { spec: { suspend: true } });
    const web = configMap(namespace, 'web');
    const first = await engine.sync({ web: [migrate, web] }, { noProgressTimeoutMs: 300 });
    expect(first.result.errors).toMatchObject([{ code: 'NOT_READY', key: keyOf(migrate) }]);
    const uid = await uidOf(engine, migrate);
    await patchAs(client, 'somebody', migrate, { spec: { suspend: false } });
    const second = await engine.sync({ web: [migrate, web] });
    expect(second.result.errors).toEqual([]);
    expect(second.actions).toEqual([`create ${keyText(web)}`]);
    expect(await uidOf(engine, migrate)).toBe(uid);
  });

  it('runs whatever the settings for waiting and pruning are', async () => {
    const { engine, namespace } = await start();
    const web = configMap(namespace, 'web');
    const settings = { [keyText(hook(namespace, 'migrate'))]: { wait: 'none', prune: 'protect' } } as const;
    const program = (image: string) => ({
      web: { objects: [hook(namespace, 'migrate', { image }), web], settings },
    });
    wasFirst(await engine.sync(program('1'), { wait: false }), hook(namespace, 'migrate'), web);
    const { result } = await engine.sync(program('2'));
    expect(result.errors).toEqual([]);
    expect(result.actions.replace).toBe(1);
  });

  it('is one for whoever uses the engine alone, too', async () => {
    const { namespace } = await start();
    const application = cluster().uniqueName('alone');
    const migrate = hook(namespace, 'migrate');
    const events: string[] = [];
    const result = await applyObjects({
      client,
      application,
      objects: [configMap(namespace, 'web'), migrate],
      onEvent: (event) => 'key' in event && events.push(`${event.type} ${event.key.name}`),
    });
    expect(result.errors).toEqual([]);
    expect(events.indexOf('ready migrate')).toBeLessThan(events.indexOf('writing web'));
    const wrong = { ...configMap(namespace, 'web'), metadata: { namespace, name: 'web', annotations: {} } };
    const asked = {
      ...wrong,
      metadata: { ...wrong.metadata, annotations: { 'truekeel.dev/hook': 'before' } },
    };
    await expect(applyObjects({ client, application, objects: [asked] })).rejects.toMatchObject({
      errors: [
        {
          code: 'INVALID_SETTING',
          hint: 'It may be set only on what runs to an end: a Job, a Pod, or an object of a custom kind.',
        },
      ],
    });
  });
});
