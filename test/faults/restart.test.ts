/** The API server goes and comes back, and etcd forgets, while somebody reads, writes or watches. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { configMap, Engine, namespaceObject, widgetDefinition } from '../../lib/apply/testing/engine.ts';
import { connectWith, type KubeClient, KubeError, metadataInformer } from '../../lib/kube/index.ts';
import type { JsonObject, KubernetesObject } from '../../lib/objects/index.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/index.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';
import type { RequestKind } from './fault.ts';
import { kindOf } from './fault.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { APPROVALS, startScenario } from './scenario.ts';
import { unique } from './servers.ts';
import { findings } from './verdict.ts';

const DEADLINE_MS = 300_000;

/** A definition whose names were accepted, and that is not served yet. */
function installing(stored: string): string {
  const definition = JSON.parse(stored) as KubernetesObject;
  const conditions = (definition.status?.conditions ?? []) as readonly JsonObject[];
  const back = conditions.map((condition) =>
    condition.type === 'Established' ? { ...condition, status: 'False', reason: 'Installing' } : condition,
  );
  return JSON.stringify({ ...definition, status: { ...definition.status, conditions: back } });
}

describeOnControlPlane(
  'an API server that is restarted',
  () => {
    // Not the one that other suites use at the same time.
    let controlPlane: ControlPlane;
    let client: KubeClient;
    beforeAll(async () => {
      controlPlane = await startControlPlane({ nodes: 'none' });
      client = connectWith({ ...controlPlane.connection, attempts: 12 });
    }, DEADLINE_MS);
    afterAll(async () => {
      await client?.close();
      await controlPlane?.stop();
    });

    const moments: readonly { readonly kind: RequestKind; readonly number: number }[] = [
      { kind: 'list', number: 3 },
      { kind: 'write', number: 12 },
      { kind: 'watch', number: 1 },
    ];
    for (const { kind, number } of moments) {
      it(`loses nothing of a run, at ${kind} ${number}`, { timeout: DEADLINE_MS }, async () => {
        const scenario = await startScenario(client);
        let seen = 0;
        let restarted: Promise<void> | undefined;
        const disturbed = connectWith({
          ...controlPlane.connection,
          onRequest({ method, path }) {
            if (kindOf(method, path) === kind) seen += 1;
            if (seen === number) restarted ??= controlPlane.compact().then(() => controlPlane.restart());
          },
        });
        await new Engine(disturbed, scenario.environment)
          .sync(scenario.after, { approvals: APPROVALS })
          // A machine under load may take longer for a restart than a request is tried again.
          .catch((error: unknown) => expect(error).toBeInstanceOf(KubeError));
        expect(restarted).toBeDefined();
        await restarted;
        const { result } = await new Engine(disturbed, scenario.environment).sync(scenario.after, {
          approvals: APPROVALS,
        });
        await disturbed.close();
        expect(result.errors).toEqual([]);
        expect(await findings(controlPlane.connection, scenario)).toEqual([]);
      });
    }

    it('was stopped before it served a definition, and serves it when that is applied again', {
      timeout: DEADLINE_MS,
    }, async () => {
      const engine = new Engine(client, unique('env'));
      const group = `${unique('g')}.example.com`;
      const definition = widgetDefinition(group, { type: 'object' });
      const namespace = namespaceObject(unique('widgets'));
      const settings = configMap(namespace.metadata.name, 'settings');
      const { result: first } = await engine.sync({ web: [definition, namespace, settings] });
      expect(first.errors).toEqual([]);
      const before = Object.keys((await engine.read(definition))?.metadata.annotations ?? {});
      // What it says is stored between two writes of its controllers; the second one does not come by itself.
      await controlPlane.restart(({ rewrite }) =>
        rewrite(
          `/registry/apiextensions.k8s.io/customresourcedefinitions/${definition.metadata.name}`,
          installing,
        ),
      );
      const widget = {
        apiVersion: `${group}/v1`,
        kind: 'Widget',
        metadata: { namespace: namespace.metadata.name, name: 'one' },
      };
      // Another process, which does not know that the kind was served before.
      const later = connectWith(controlPlane.connection);
      const program = { web: [definition, namespace, settings, widget] };
      const { result, actions } = await new Engine(later, engine.environment).sync(program);
      await later.close();
      expect(actions).toEqual([`create Widget.${group} ${widget.metadata.namespace}/one`]);
      expect(result.errors).toEqual([]);
      const touched = Object.keys((await engine.read(definition))?.metadata.annotations ?? {});
      expect(touched).toEqual(before);
    });

    it('has forgotten where a watch was, which is told all the same what happened', {
      timeout: DEADLINE_MS,
    }, async () => {
      const namespace = unique('watched');
      const map = (name: string) => configMap(namespace, name);
      await client.apply(namespaceObject(namespace));
      for (const name of ['stays', 'goes', 'comes-again']) await client.apply(map(name));
      const resource = await client.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
      const stop = new AbortController();
      const watching = connectWith(controlPlane.connection);
      const remove = (name: string) => client.delete(resource, { namespace, name });
      const known = new Map<string, string | undefined>();
      let there = new Map<string, string | undefined>();
      for await (const event of metadataInformer(
        watching,
        { resource, namespace },
        { signal: stop.signal },
      )) {
        if (event.type === 'added') known.set(event.object.metadata.name, event.object.metadata.uid);
        if (event.type === 'removed') known.delete(event.key.name);
        if (event.type === 'synced' && there.size === 0) {
          // While it cannot see, and before it can go on from where it was.
          await controlPlane.restart();
          for (const name of ['goes', 'comes-again']) await remove(name);
          for (const name of ['comes-again', 'new']) await client.apply(map(name));
          await controlPlane.compact();
          await controlPlane.restart();
          const { items } = await client.listMetadata(resource, { namespace });
          there = new Map(items.map(({ metadata }) => [metadata.name, metadata.uid]));
          expect([...there.keys()].sort()).toEqual(['comes-again', 'new', 'stays']);
        }
        // Until it knows what there is, or the test takes too long.
        const isAll = there.size > 0 && known.size === there.size;
        if (isAll && [...there].every(([name, uid]) => known.get(name) === uid)) stop.abort();
      }
      await watching.close();
      expect(known).toEqual(there);
    });

    it('has forgotten the moment of a list between two pages of it, and gives the whole of it, once', {
      timeout: DEADLINE_MS,
    }, async () => {
      const namespace = unique('listed');
      await client.apply(namespaceObject(namespace));
      const maps = Array.from({ length: 7 }, (_, i) => configMap(namespace, `map-${i}`));
      for (const map of maps) await client.apply(map);
      let forgets = 0;
      const proxy = await startFaultProxy(controlPlane.connection, {
        pageSize: 2,
        decide({ path }) {
          if (!path.includes('continue=') || forgets > 0) return undefined;
          forgets += 1;
          return forget(maps[0]!);
        },
      });
      const forget = async (map: KubernetesObject): Promise<undefined> => {
        // A moment passes, so that the one before it can be forgotten.
        await client.apply({ ...map, data: { value: 'changed' } });
        await controlPlane.compact();
        await controlPlane.restart();
        return undefined;
      };
      const reading = connectWith({
        ...controlPlane.connection,
        server: proxy.url,
        ca: proxy.ca,
        attempts: 12,
      });
      const resource = await reading.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
      const { items } = await reading.listMetadata(resource, { namespace });
      await reading.close();
      await proxy.close();
      expect(items.map(({ metadata }) => metadata.name)).toEqual(maps.map(({ metadata }) => metadata.name));
      expect(
        proxy.requests.filter(({ kind, path }) => kind === 'list' && !path.includes('continue=')).length,
      ).toBeGreaterThan(1);
    });
  },
  { nodes: 'none' },
);
