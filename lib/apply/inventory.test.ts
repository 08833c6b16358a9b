import { beforeAll, describe, expect, it } from 'vitest';
import type { KubeClient } from '../kube/index.ts';
import { connect, KubeError } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { keyOf } from '../objects/index.ts';
import { INVENTORY_KIND, InventoryMark, inventoryName } from '../plan/index.ts';
import { applyPlan, runToEnd } from './apply-plan.ts';
import { describeOnBoth } from './testing/clusters.ts';
import {
  applicationsOf,
  configMap,
  deployment,
  Engine,
  keyText,
  type Program,
  patchAs,
  widgetDefinition,
  wrapped,
} from './testing/engine.ts';

describeOnBoth('the inventory of an application', (cluster) => {
  let client: KubeClient;
  beforeAll(() => {
    client = cluster().client;
  });

  const start = async () => {
    const engine = new Engine(client, cluster().uniqueName('env'));
    const namespace = await cluster().createNamespace('inventory');
    const inventory = configMap(namespace, inventoryName(engine.environment, 'web'));
    const annotations = async () => (await engine.read(inventory))?.metadata.annotations ?? {};
    return {
      engine,
      namespace,
      inventory,
      kinds: async () => (await annotations())[InventoryMark.groupKinds],
      approvals: async () => JSON.parse((await annotations())[InventoryMark.approvals] ?? '[]'),
      remove: async () => client.delete(await client.resource(INVENTORY_KIND), keyOf(inventory)),
      carryOut: async (program: Program, plan?: Awaited<ReturnType<Engine['plan']>>) =>
        runToEnd(
          applyPlan({
            client,
            plan: plan ?? (await engine.plan(program)),
            applications: applicationsOf(program),
          }),
        ),
    };
  };

  describe('when it is lost', () => {
    it('is made anew by the next run, even when there is nothing else to do', async () => {
      const { engine, namespace, kinds, remove } = await start();
      const program = { web: [configMap(namespace, 'a'), deployment(namespace, 'b', { replicas: 0 })] };
      await engine.sync(program);
      await remove();
      const { actions, result } = await engine.sync(program);
      expect([actions, result.errors]).toEqual([[], []]);
      expect(await kinds()).toBe('ConfigMap,Deployment.apps');
      const before = client.requests.total;
      expect((await engine.sync(program)).result.requests.total).toBe(0);
      expect(client.requests.total - before).toBeLessThan(10);
    });

    it('names what is to be deleted before anything is, so that a run that dies orphans nothing', async () => {
      const { engine, namespace, kinds, remove } = await start();
      const [kept, left] = [configMap(namespace, 'kept'), deployment(namespace, 'left', { replicas: 0 })];
      await engine.sync({ web: [kept, left] });
      await remove();
      const dying = wrapped(client, {
        delete: async () => {
          throw new KubeError('killed', { code: 'CONNECTION_LOST' });
        },
      });
      const { result } = await new Engine(dying, engine.environment).sync({ web: [kept] });
      expect(result.errors).toMatchObject([{ code: 'CONNECTION_LOST' }]);
      expect(await kinds()).toBe('ConfigMap,Deployment.apps');
      expect((await engine.sync({ web: [kept] })).actions).toEqual([`delete ${keyText(left)}`]);
      expect(await engine.read(left)).toBeUndefined();
    });
  });

  describe('with two engines at work', () => {
    it('keeps what the other one has written down since the plan', async () => {
      const { engine, namespace, kinds, carryOut } = await start();
      const a = configMap(namespace, 'a');
      await engine.sync({ web: [a] });
      const mine = { web: [a, deployment(namespace, 'b', { replicas: 0 })] };
      const plan = await engine.plan(mine);
      await engine.sync({
        web: [a, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: 'c' } }],
      });
      expect((await carryOut(mine, plan)).errors).toEqual([]);
      expect(await kinds()).toBe('ConfigMap,Deployment.apps,ServiceAccount');
      // The next run sees both, deletes what its program does not have, and narrows.
      expect((await engine.sync(mine)).actions).toEqual([`delete ServiceAccount ${namespace}/c`]);
      expect(await kinds()).toBe('ConfigMap,Deployment.apps');
    });

    it('is made once when both make it', async () => {
      const { engine, namespace, kinds, carryOut } = await start();
      const mine = { web: [configMap(namespace, 'a')] };
      const plan = await engine.plan(mine);
      await engine.sync({ web: [deployment(namespace, 'b', { replicas: 0 })] });
      expect((await carryOut(mine, plan)).errors).toEqual([]);
      expect(await kinds()).toBe('ConfigMap,Deployment.apps');
    });

    it('is not narrowed over what the other one wrote while this one was writing', async () => {
      const { engine, namespace, inventory, kinds } = await start();
      const [a, b] = [configMap(namespace, 'a'), deployment(namespace, 'b', { replicas: 0 })];
      await engine.sync({ web: [a, b] });
      const widened = {
        metadata: { annotations: { [InventoryMark.groupKinds]: 'ConfigMap,Deployment.apps,Secret' } },
      };
      const meddling = wrapped(client, {
        delete: async (...given) => {
          const gone = await client.delete(...given);
          await patchAs(client, 'truekeel', inventory, widened);
          return gone;
        },
      });
      const { result } = await new Engine(meddling, engine.environment).sync({ web: [a] });
      expect(result.errors).toEqual([]);
      expect(await kinds()).toBe('ConfigMap,Deployment.apps,Secret');
    });

    it('is not removed with its application when somebody brings that back meanwhile', async () => {
      const { engine, namespace, inventory, carryOut } = await start();
      const a = configMap(namespace, 'a');
      const other = { other: [configMap(namespace, 'other')] };
      await engine.sync({ web: [a], ...other });
      const approvals = [{ code: 'MISSING_APPLICATION' as const, by: 'somebody' }];
      const scope = { approvals };
      const plan = await engine.plan(other, scope);
      await engine.sync({ web: [a, deployment(namespace, 'new', { replicas: 0 })], ...other });
      expect((await carryOut(other, plan)).errors).toEqual([]);
      expect(await engine.read(inventory)).toBeDefined();
    });
  });

  describe('when it is not ours', () => {
    const theirs = { metadata: { annotations: { [InventoryMark.tooling]: 'other/v1' } } };

    it('keeps its own application from being applied, and no other', async () => {
      const { engine, namespace, inventory } = await start();
      const [a, b] = [configMap(namespace, 'a'), configMap(namespace, 'b')];
      await engine.sync({ web: [a], other: [b] });
      await patchAs(client, 'other', inventory, theirs);
      const before = await engine.read(inventory);
      const program = {
        web: [configMap(namespace, 'a', { value: '2' }), configMap(namespace, 'new')],
        other: [configMap(namespace, 'b', { value: '2' })],
      };
      const { result, actions } = await engine.sync(program);
      expect(actions).toEqual([`change ${keyText(b)}`]);
      expect(result.errors).toMatchObject([
        { code: 'FOREIGN_INVENTORY', key: keyOf(a), constructPath: 'web/ConfigMap/a', source: { line: 1 } },
        { code: 'FOREIGN_INVENTORY', constructPath: 'web/ConfigMap/new' },
      ]);
      expect(await engine.read(inventory)).toEqual(before);
      expect(await engine.read(configMap(namespace, 'new'))).toBeUndefined();
    });

    it('is not taken for a plain ConfigMap that has its name', async () => {
      const { engine, namespace, inventory } = await start();
      await client.create({ ...inventory, data: { theirs: 'x' } });
      const { result } = await engine.sync({ web: [configMap(namespace, 'a')] });
      expect(result.errors).toMatchObject([{ code: 'FOREIGN_INVENTORY' }]);
      expect(await engine.read(inventory)).toMatchObject({ data: { theirs: 'x' } });
      expect(await engine.read(configMap(namespace, 'a'))).toBeUndefined();
    });
  });

  describe('as the record of approvals', () => {
    it('says who let pass what, when, and by which plan', async () => {
      const { engine, namespace, approvals } = await start();
      const objects = Array.from({ length: 6 }, (_, index) => configMap(namespace, `c${index}`));
      await engine.sync({ web: objects });
      const given = [{ code: 'TOO_MANY_DELETES' as const, by: 'ada@example.com' }];
      const { plan, result, events } = await engine.sync({ web: objects.slice(0, 1) }, { approvals: given });
      const keys = objects.slice(1).map(keyOf);
      const record = { code: 'TOO_MANY_DELETES', application: 'web', by: 'ada@example.com' };
      expect(result.approvals).toMatchObject([{ ...record, keys, planDigest: plan.digest }]);
      expect(events.findIndex(({ type }) => type === 'approved')).toBeLessThan(
        events.findIndex(({ type }) => type === 'writing'),
      );
      expect(await approvals()).toEqual([
        {
          ...record,
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          plan: plan.digest,
          objects: 5,
          keys: objects.slice(1).map(keyText),
        },
      ]);
    });

    it('names the user of the cluster where nobody is named, and keeps the last ten', async () => {
      const { engine, namespace, approvals } = await start();
      const kept = configMap(namespace, 'kept');
      for (const round of Array.from({ length: 11 }, (_, index) => index)) {
        const gone = configMap(namespace, `gone-${round}`);
        const settings = { [keyText(gone)]: { prune: 'protect' as const } };
        await engine.sync({ web: { objects: [kept, gone], settings } });
        await engine.sync({ web: [kept] }, { approvals: [{ code: 'PROTECTED_OBJECT' }] });
      }
      const record = await approvals();
      expect(record).toHaveLength(10);
      expect(record[0]).toMatchObject({
        by: expect.stringMatching(/admin/),
        keys: [`ConfigMap ${namespace}/gone-10`],
      });
      expect(record[9]).toMatchObject({ keys: [`ConfigMap ${namespace}/gone-1`] });
    });

    it('keeps on another inventory what its own takes along', async () => {
      const { engine, namespace, inventory } = await start();
      const other = { other: [configMap(namespace, 'other')] };
      await engine.sync({ web: [configMap(namespace, 'a')], ...other });
      await engine.sync(other, { approvals: [{ code: 'MISSING_APPLICATION' }] });
      expect(await engine.read(inventory)).toBeUndefined();
      const live = await engine.read(configMap(namespace, inventoryName(engine.environment, 'other')));
      expect(JSON.parse(live?.metadata.annotations?.[InventoryMark.approvals] ?? '')).toMatchObject([
        { code: 'MISSING_APPLICATION', application: 'web' },
      ]);
    });

    it('comes before the deed: what cannot be recorded is not done', async () => {
      const { engine, namespace } = await start();
      const objects = [configMap(namespace, 'a'), configMap(namespace, 'b')];
      await engine.sync({ web: objects });
      const closed = wrapped(client, {
        apply: async () => {
          throw new KubeError('no', { code: 'FORBIDDEN' });
        },
      });
      const run = new Engine(closed, engine.environment).sync(
        { web: [] },
        { approvals: [{ code: 'EMPTY_RENDER' }] },
      );
      await expect(run).rejects.toMatchObject({ code: 'FORBIDDEN' });
      for (const object of objects) expect(await engine.read(object)).toBeDefined();
    });
  });

  describe('where we may not look', () => {
    const guestMay = async (namespace: string, resources: readonly string[]) => {
      const rbac = 'rbac.authorization.k8s.io';
      const metadata = { namespace, name: 'guest' };
      const verbs = ['get', 'list', 'watch', 'create', 'patch', 'delete'];
      await client.create({
        apiVersion: `${rbac}/v1`,
        kind: 'Role',
        metadata,
        rules: [{ apiGroups: ['', 'apps'], resources, verbs }],
      } as KubernetesObject);
      await client.create({
        apiVersion: `${rbac}/v1`,
        kind: 'RoleBinding',
        metadata,
        roleRef: { apiGroup: rbac, kind: 'Role', name: 'guest' },
        subjects: [{ apiGroup: rbac, kind: 'User', name: 'guest' }],
      } as KubernetesObject);
    };
    const asGuest = async <T>(run: (guest: KubeClient) => Promise<T>): Promise<T> => {
      const guest = await connect({ kubeconfig: cluster().guestKubeconfig });
      try {
        return await run(guest);
      } finally {
        await guest.close();
      }
    };
    const secret = (namespace: string, name: string): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace, name },
      data: {},
    });

    it('does not stop what is elsewhere, and says what may not be listed', async () => {
      const [open, closed] = [
        await cluster().createNamespace('open'),
        await cluster().createNamespace('closed'),
      ];
      await guestMay(open, ['configmaps', 'secrets']);
      await guestMay(closed, ['configmaps']);
      const environment = cluster().uniqueName('env');
      await asGuest(async (guest) => {
        const engine = new Engine(guest, environment);
        const program = {
          web: [configMap(open, 'a'), configMap(closed, 'a'), secret(open, 's'), secret(closed, 's')],
        };
        const { result } = await engine.sync(program);
        expect(result.actions.create).toBe(3);
        expect(result.errors).toMatchObject([
          {
            code: 'FORBIDDEN',
            key: keyOf(secret(closed, 's')),
            constructPath: 'web/Secret/s',
            source: { file: 'main.ts' },
            hint: expect.any(String),
          },
        ]);
      });
    });

    it('deletes nothing, forgets nothing, and says so', async () => {
      const namespace = await cluster().createNamespace('closed');
      await guestMay(namespace, ['configmaps']);
      const environment = cluster().uniqueName('env');
      const mighty = new Engine(client, environment);
      await mighty.sync({ web: [configMap(namespace, 'a'), secret(namespace, 's')] });
      await asGuest(async (guest) => {
        const { actions, result } = await new Engine(guest, environment).sync({
          web: [configMap(namespace, 'a')],
        });
        expect(actions).toEqual([]);
        expect(result.errors).toMatchObject([{ code: 'FORBIDDEN', denied: { resource: 'secrets' } }]);
      });
      expect(await mighty.read(secret(namespace, 's'))).toBeDefined();
      const { actions } = await mighty.sync({ web: [configMap(namespace, 'a')] });
      expect(actions).toEqual([`delete ${keyText(secret(namespace, 's'))}`]);
    });
  });

  it('goes on naming a kind that is not served for a while, and deletes its objects later', async () => {
    const { engine, namespace, kinds, inventory } = await start();
    const group = `${cluster().uniqueName('g')}.example.com`;
    const definition = widgetDefinition(group);
    const widget = { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { namespace, name: 'w' } };
    const rest = configMap(namespace, 'a');
    await engine.sync({ web: [rest, widget], definitions: [definition] });

    const hidden = wrapped(client, {
      resources: async () => (await client.resources()).filter((resource) => resource.group !== group),
    });
    const blind = new Engine(hidden, engine.environment);
    const { actions, result } = await blind.sync({ web: [rest], definitions: [definition] });
    expect(actions).toEqual([]);
    expect(result.errors).toMatchObject([
      { code: 'UNKNOWN_KIND', message: expect.stringContaining(`Widget.${group}`), hint: expect.any(String) },
    ]);
    expect(await kinds()).toBe(`ConfigMap,Widget.${group}`);
    const gone = await blind.sync(
      { definitions: [definition] },
      { approvals: [{ code: 'MISSING_APPLICATION' }] },
    );
    expect(gone.result.actions.delete).toBe(1);
    expect(await engine.read(inventory)).toBeDefined();
    const last = await engine.sync(
      { definitions: [definition] },
      { approvals: [{ code: 'MISSING_APPLICATION' }] },
    );
    expect(last.actions).toEqual([`delete ${keyText(widget)}`]);
    expect(last.result.errors).toEqual([]);
    expect(await engine.read(inventory)).toBeUndefined();
  });
});
