import { expect, it } from 'vitest';
import { countByVerb } from '../../test/controlplane/audit.ts';
import { describeOnControlPlane } from '../../test/controlplane/suite.ts';
import type { KubernetesObject, ObjectMeta } from '../objects/index.ts';
import { gvkOf, keyOf, lastForeignWriters, ownFieldsDigest } from '../objects/index.ts';
import type { ApiResource, KubeClient } from './index.ts';
import { connect, objectWatcher } from './index.ts';

const configMap = (namespace: string, name: string, data: Record<string, string>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, labels: { test: 'kube' } },
  data,
});

const deployment = (namespace: string): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'example/web:1', ports: [{ containerPort: 80 }] }] },
    },
  },
});

const definitionOf = (group: string): KubernetesObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `crontabs.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind: 'CronTab', plural: 'crontabs', singular: 'crontab' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        },
      },
    ],
  },
});

describeOnControlPlane(
  'the client, on a real API server',
  (controlPlane) => {
    /** A client, a namespace of its own, and how ConfigMaps are served. */
    async function setUp(): Promise<{
      client: KubeClient;
      namespace: string;
      configMaps: ApiResource;
      [Symbol.asyncDispose](): Promise<void>;
    }> {
      const client = await connect({ kubeconfig: controlPlane().kubeconfig, env: {} });
      const namespace = await controlPlane().createNamespace('kube');
      const configMaps = await client.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
      return { client, namespace, configMaps, [Symbol.asyncDispose]: () => client.close() };
    }

    it('applies, reads, patches and deletes, and drops no field', async () => {
      await using context = await setUp();
      const { client, namespace, configMaps } = context;
      const applied = await client.apply(configMap(namespace, 'a', { x: '1' }));
      const key = keyOf(applied);
      expect(applied).toMatchObject({ data: { x: '1' }, metadata: { namespace, name: 'a' } });
      expect(ownFieldsDigest(applied.metadata)).toMatch(/^sha256:/);

      expect(await client.get(configMaps, key)).toEqual(applied);
      const { apiVersion, kind, metadata } = applied;
      expect(await client.getMetadata(configMaps, key)).toEqual({ apiVersion, kind, metadata });
      const patched = await client.patch(
        configMaps,
        key,
        { data: { y: '2' } },
        { type: 'merge', fieldManager: 'me' },
      );
      expect(patched.data).toEqual({ x: '1', y: '2' });
      expect(lastForeignWriters(patched.metadata).map(({ manager }) => manager)).toEqual(['me']);

      expect(await client.delete(configMaps, key, { uid: 'another' }).catch((error) => error.code)).toBe(
        'CONFLICT',
      );
      expect(await client.delete(configMaps, key, { uid: applied.metadata.uid! })).toBe(true);
      expect(await client.delete(configMaps, key)).toBe(false);
      expect(await client.get(configMaps, key)).toBeUndefined();
    });

    it('counts every request by its verb, watches too, as the server does', async () => {
      await using context = await setUp();
      const { client, namespace, configMaps } = context;
      const { audit } = controlPlane();
      const before = client.requests;
      const mark = await audit.mark();
      const object = configMap(namespace, 'a', { x: '1' });
      const key = keyOf(object);
      await client.create(object, { dryRun: true });
      const created = await client.create(object);
      await client.apply(configMap(namespace, 'b', {}), { dryRun: true });
      await client.patch(configMaps, key, { data: { y: '2' } }, { type: 'merge' });
      await client.update({
        ...created,
        data: { z: '3' },
        metadata: { ...created.metadata, resourceVersion: '' },
      });
      await client.get(configMaps, key);
      await client.getMetadata(configMaps, { namespace, name: 'none' });
      await client.list(configMaps, { namespace, limit: 1 });
      await client.listMetadata(configMaps, { namespace });
      for (const watch of [
        client.watch(configMaps, { namespace }),
        client.watchMetadata(configMaps, { namespace }),
      ]) {
        for await (const event of watch) if (event.type === 'ADDED') break;
      }
      await client.logs({ namespace, name: 'none' }).catch(() => undefined);
      await client.delete(configMaps, key, { dryRun: true });
      await client.delete(configMaps, key);
      const { byVerb, total } = client.requests;
      const sent = Object.fromEntries(
        Object.entries(byVerb).map(([verb, count]) => [verb, count - (before.byVerb[verb] ?? 0)]),
      );
      expect(total - before.total).toBe(Object.values(sent).reduce((sum, count) => sum + count, 0));

      // The server writes a watch down when it has noticed that nobody reads any more.
      let seen: Readonly<Record<string, number>> = {};
      while ((seen.watch ?? 0) < 2) {
        const requests = await audit.since(mark);
        seen = countByVerb(requests.filter((request) => request.namespace === namespace));
      }
      const { discovery = 0, other = 0, ...verbs } = sent;
      expect(verbs).toEqual(seen);
      expect([discovery, other]).toEqual([0, 0]);
    });

    it('applies and is answered with metadata alone', async () => {
      await using context = await setUp();
      const { client, namespace, configMaps } = context;
      const answer = await client.applyForMetadata(configMap(namespace, 'a', { x: '1' }));
      expect(answer).toMatchObject({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace, name: 'a' },
      });
      expect(answer).not.toHaveProperty('data');
      expect(answer.metadata.managedFields).toHaveLength(1);
      expect(await client.get(configMaps, keyOf(answer))).toMatchObject({ data: { x: '1' } });
    });

    it('writes nothing on a dry run', async () => {
      await using context = await setUp();
      const { client, namespace, configMaps } = context;
      const object = configMap(namespace, 'dry', { x: '1' });
      expect(await client.apply(object, { dryRun: true })).toMatchObject({ data: { x: '1' } });
      expect(await client.create(object, { dryRun: true })).toMatchObject({ data: { x: '1' } });
      expect(await client.get(configMaps, keyOf(object))).toBeUndefined();
    });

    it('lists page by page, with metadata alone and with content, each object with its type', async () => {
      await using context = await setUp();
      const { client, namespace, configMaps } = context;
      const names = Array.from({ length: 7 }, (_, index) => `cm-${index}`);
      await Promise.all(names.map((name) => client.apply(configMap(namespace, name, { secret: name }))));
      const before = client.requests.byVerb.list ?? 0;
      const options = { namespace, labelSelector: 'test=kube', limit: 3 };
      const metadata = await client.listMetadata(configMaps, options);
      expect(metadata.items.map((item) => item.metadata.name)).toEqual(names);
      expect(metadata.items.map((item) => `${item.apiVersion} ${item.kind}`)).toEqual(
        names.map(() => 'v1 ConfigMap'),
      );
      expect(JSON.stringify(metadata)).not.toContain('"secret":');
      expect(client.requests.byVerb.list).toBe(before + 3);
      const whole = await client.list(configMaps, options);
      expect(whole.items.map((item) => item.data)).toEqual(names.map((name) => ({ secret: name })));
      expect(whole.items[0]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
    });

    it('reads of metadata what its JSON form says, of built-in and custom kinds', async () => {
      await using context = await setUp();
      const { client, namespace, configMaps } = context;
      const definition = definitionOf(`${namespace}.example.com`);
      await client.apply(definition);
      const crontabs = await client.resource({
        group: `${namespace}.example.com`,
        version: 'v1',
        kind: 'CronTab',
      });
      const owner = await client.apply({
        ...configMap(namespace, 'owner', { x: '1' }),
        metadata: {
          name: 'owner',
          namespace,
          labels: { test: 'kube', empty: '' },
          annotations: { note: 'größer als \u{1F600}'.repeat(50) },
          finalizers: ['example.com/wait'],
        },
      });
      const ownerReferences = [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid! },
      ];
      const owned = configMap(namespace, 'owned', {});
      await client.apply({ ...owned, metadata: { ...owned.metadata, ownerReferences } });
      await client.apply({
        apiVersion: `${namespace}.example.com/v1`,
        kind: 'CronTab',
        metadata: { name: 'daily', namespace, labels: { test: 'kube' } },
        spec: { schedule: '0 3 * * *' },
      });
      await client.delete(configMaps, keyOf(owner)); // its finalizer keeps it
      const deployments = await client.resource({ group: 'apps', version: 'v1', kind: 'Deployment' });
      await client.apply(deployment(namespace));
      await client.patch(
        deployments,
        { namespace, name: 'web' },
        { status: { observedGeneration: 1 } },
        { type: 'merge', subresource: 'status' },
      );
      const namespaces = await client.resource({ group: '', version: 'v1', kind: 'Namespace' });
      const definitions = await client.resource(gvkOf(definition));
      for (const resource of [configMaps, crontabs, deployments, namespaces, definitions]) {
        const path = `${resource.group === '' ? '/api' : `/apis/${resource.group}`}/v1/${resource.plural}`;
        const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
        const { body } = await client.raw({ method: 'GET', path, headers: { accept } });
        const inProtobuf = { accept: accept.replace('json', 'vnd.kubernetes.protobuf') };
        const { status, headers } = await client.raw({ method: 'GET', path, headers: inProtobuf });
        expect([status, headers['content-type']]).toEqual([200, 'application/vnd.kubernetes.protobuf']);
        const asJson = JSON.parse(body) as { items: { metadata: ObjectMeta }[] };
        const { items } = await client.listMetadata(resource);
        const byName = (metadata: ObjectMeta) => `${metadata.namespace}/${metadata.name}`;
        const inJson = new Map(asJson.items.map(({ metadata }) => [byName(metadata), metadata]));
        const compared = items.filter(
          ({ metadata }) => inJson.get(byName(metadata))?.resourceVersion === metadata.resourceVersion,
        );
        expect(compared.length, resource.kind).toBeGreaterThan(0);
        for (const { metadata } of compared) {
          const { deletionGracePeriodSeconds: _, ...expected } = inJson.get(
            byName(metadata),
          ) as ObjectMeta & {
            deletionGracePeriodSeconds?: number;
          };
          expect(metadata).toEqual(expected);
        }
      }
    });

    it('names manager and field of an apply conflict, and takes the field when forced', async () => {
      await using context = await setUp();
      const { client, namespace } = context;
      await client.apply(configMap(namespace, 'c', { x: '1', 'y.z': '1' }), { fieldManager: 'kubectl' });
      const object = configMap(namespace, 'c', { x: '2', 'y.z': '2' });
      await expect(client.apply(object)).rejects.toMatchObject({
        code: 'CONFLICT',
        family: 'conflict',
        key: keyOf(object),
        conflicts: [
          { manager: 'kubectl', path: 'data.x' },
          { manager: 'kubectl', path: 'data.y.z' },
        ],
      });
      expect(await client.apply(object, { force: true })).toMatchObject({ data: { x: '2', 'y.z': '2' } });
    });

    it('tells what it may not do, and which right is missing', async () => {
      await using context = await setUp();
      const { namespace, configMaps } = context;
      const guest = await connect({ kubeconfig: controlPlane().guestKubeconfig, env: {} });
      expect(await guest.can('list', configMaps, namespace)).toBe(false);
      expect(await context.client.can('list', configMaps)).toBe(true);
      await expect(guest.listMetadata(configMaps, { namespace })).rejects.toMatchObject({
        code: 'FORBIDDEN',
        denied: { user: 'guest', verb: 'list', resource: 'configmaps', group: '', namespace },
      });
      await expect(guest.listMetadata(configMaps)).rejects.toMatchObject({
        denied: { user: 'guest', verb: 'list', resource: 'configmaps', group: '' },
        hint: expect.stringContaining('ClusterRole'),
      });
      await guest.close();
    });

    it('refuses wrong credentials, invalid objects, missing namespaces and unknown kinds in its own words', async () => {
      await using context = await setUp();
      const { client, namespace } = context;
      const failure = (object: KubernetesObject) => client.apply(object).catch((error: unknown) => error);
      expect(await failure(configMap(namespace, 'Not_A_Name', {}))).toMatchObject({
        code: 'INVALID',
        family: 'validation',
        causes: [{ path: 'metadata.name', message: expect.stringContaining('RFC 1123') }],
      });
      expect(await failure(configMap('no-such-namespace', 'a', {}))).toMatchObject({
        code: 'NOT_FOUND',
        hint: expect.stringContaining('Namespace'),
      });
      const { namespace: _none, ...nowhere } = configMap(namespace, 'a', {}).metadata;
      expect(await failure({ apiVersion: 'v1', kind: 'ConfigMap', metadata: nowhere })).toMatchObject({
        code: 'INVALID',
        message: 'ConfigMap a has no namespace, and its kind needs one',
      });
      expect(await failure({ ...configMap(namespace, 'a', {}), kind: 'ConfigMop' })).toMatchObject({
        code: 'UNKNOWN_KIND',
        hint: 'Did you mean ConfigMap?',
      });
    });

    it('watches from a moment on, whole objects and metadata, until it is told to stop', async () => {
      await using context = await setUp();
      const { client, namespace, configMaps } = context;
      const { resourceVersion } = await client.listMetadata(configMaps, { namespace });
      await client.apply(configMap(namespace, 'w', { x: 'ä€😀' }));
      await client.delete(configMaps, { namespace, name: 'w' });
      const stop = new AbortController();
      const options = { namespace, resourceVersion, labelSelector: 'test=kube', signal: stop.signal };
      const seen: string[] = [];
      const watching = async () => {
        for await (const event of client.watch(configMaps, options)) {
          if (event.type === 'BOOKMARK') continue;
          seen.push(`${event.type} ${event.object.data?.x}`);
          if (event.type === 'DELETED') stop.abort(new Error('enough'));
        }
      };
      await expect(watching()).rejects.toThrow('enough');
      expect(seen).toEqual(['ADDED ä€😀', 'DELETED ä€😀']);
      for await (const event of client.watchMetadata(configMaps, { namespace, resourceVersion })) {
        if (event.type === 'BOOKMARK' || event.object.metadata.name !== 'w') continue;
        expect(event.object).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
        expect(event.object).not.toHaveProperty('data');
        break;
      }
    });

    it('finds a kind as soon as its definition is established', async () => {
      await using context = await setUp();
      const { client, namespace } = context;
      const group = `${controlPlane().uniqueName('g')}.example`;
      const gvk = { group, version: 'v1', kind: 'Widget' };
      await expect(client.resource(gvk)).rejects.toMatchObject({ code: 'UNKNOWN_KIND' });
      const definition: KubernetesObject = {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: `widgets.${group}` },
        spec: {
          group,
          scope: 'Namespaced',
          names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
            },
          ],
        },
      };
      await client.apply(definition);
      const definitions = await client.resource({
        group: 'apiextensions.k8s.io',
        version: 'v1',
        kind: 'CustomResourceDefinition',
      });
      const watcher = objectWatcher(client);
      await new Promise<void>((resolve, reject) => {
        watcher.observe(definitions, keyOf(definition), {
          onError: reject,
          onState(object) {
            const conditions: { type: string; status: string }[] = object?.status?.conditions ?? [];
            if (conditions.some(({ type, status }) => type === 'Established' && status === 'True')) resolve();
          },
        });
      });
      watcher.close();
      const applied = await client.apply({
        apiVersion: `${group}/v1`,
        kind: 'Widget',
        metadata: { name: 'w', namespace },
        spec: { anything: [1, { deep: true }] },
      });
      expect(applied.spec).toEqual({ anything: [1, { deep: true }] });
    });
  },
  { nodes: 'none' },
);
