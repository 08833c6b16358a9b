import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import type { KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { InventoryMark, inventoryName } from '../plan/index.ts';
import { describeOnBoth } from './testing/clusters.ts';
import { applyAs, changeOf, configMap, Engine, keyText, withApply } from './testing/engine.ts';

describeOnBoth('a release of Helm', (cluster) => {
  let client: KubeClient;
  beforeAll(() => {
    client = cluster().client;
  });

  /** Installs objects as Helm does: annotated, with a record for each revision. */
  const install = async (objects: readonly KubernetesObject[], inRelease = objects) => {
    const namespace = objects[0]?.metadata.namespace ?? '';
    const annotations = { 'meta.helm.sh/release-name': 'web', 'meta.helm.sh/release-namespace': namespace };
    for (const object of objects) {
      const merged = { ...object.metadata.annotations, ...annotations };
      await applyAs(client, 'helm', { ...object, metadata: { ...object.metadata, annotations: merged } });
    }
    // Charts mostly leave the namespace out.
    const chart = inRelease.map(({ metadata: { namespace: _, ...metadata }, ...rest }) => ({
      ...rest,
      metadata,
    }));
    const manifest = chart
      .map((object) => `---\n# Source: web/templates/x.yaml\n${JSON.stringify(object)}\n`)
      .join('');
    const release = JSON.stringify({ name: 'web', namespace, manifest });
    const data = Buffer.from(gzipSync(release).toString('base64')).toString('base64');
    for (const version of ['1', '2']) {
      await applyAs(client, 'helm', {
        apiVersion: 'v1',
        kind: 'Secret',
        type: 'helm.sh/release.v1',
        metadata: {
          namespace,
          name: `sh.helm.release.v1.web.v${version}`,
          labels: {
            owner: 'helm',
            name: 'web',
            version,
            status: version === '2' ? 'deployed' : 'superseded',
          },
        },
        data: { release: version === '2' ? data : Buffer.from('outdated').toString('base64') },
      });
    }
    return namespace;
  };

  const start = async (names: readonly string[] = ['a', 'b']) => {
    const engine = new Engine(client, cluster().uniqueName('env'));
    const namespace = await cluster().createNamespace('helm');
    const objects = names.map((name) => configMap(namespace, name, { value: '1' }));
    const secrets = await client.resource({ group: '', version: 'v1', kind: 'Secret' });
    const owners = async () => {
      const { items } = await client.listMetadata(secrets, { namespace, labelSelector: 'name=web' });
      return items.map(({ metadata }) => metadata.labels?.owner);
    };
    const remembered = async () => {
      const inventory = await engine.read(configMap(namespace, inventoryName(engine.environment, 'web')));
      return inventory?.metadata.annotations?.[InventoryMark.helmReleases] ?? '';
    };
    return { engine, namespace, objects, secrets, owners, remembered };
  };

  it('is left alone, and every plan says what Helm may do', async () => {
    const { engine, namespace, objects, owners, remembered } = await start();
    await install(objects);
    const { plan, result } = await engine.sync({ web: objects });
    const release = { namespace, name: 'web', applications: ['web'], resolution: 'leave' };
    expect(plan.helmReleases).toMatchObject([release]);
    expect(changeOf(plan, objects[0]!)).toMatchObject({
      because: `exists already, installed by Helm as ${namespace}/web`,
      effects: [
        {
          kind: 'helm-release',
          message: `release ${namespace}/web of Helm still lists it, and may delete it`,
        },
      ],
    });
    expect(result.errors).toEqual([]);
    expect(await owners()).toEqual(['helm', 'helm']);
    expect(await remembered()).toBe(`${namespace}/web`);
    const again = await engine.sync({ web: objects });
    expect(again.plan.helmReleases).toMatchObject([release]);
    expect([again.actions, again.result.requests.total]).toEqual([[], 0]);
  });

  it('is put aside on request, also when its objects were adopted before', async () => {
    const { engine, objects, owners, remembered, namespace } = await start();
    await install(objects);
    const first = await engine.sync({ web: objects });
    const { plan, result } = await engine.sync({ web: objects }, { helmReleases: 'take-over' });
    expect(plan.digest).not.toBe((await engine.plan({ web: objects })).digest);
    expect(first.plan.digest).not.toBe(plan.digest);
    expect(result.errors).toEqual([]);
    expect(await owners()).toEqual(['truekeel', 'truekeel']);
    expect(await remembered()).toBe('');
    expect((await engine.plan({ web: objects })).helmReleases).toEqual([]);
    expect(await engine.read(configMap(namespace, 'a'))).toBeDefined();
  });

  it('is not put aside when it has more than the program, which is named', async () => {
    const { engine, namespace, objects, owners } = await start(['a', 'b', 'c']);
    await install(objects);
    const program = { web: objects.slice(0, 2) };
    const { plan, result } = await engine.sync(program, { helmReleases: 'take-over' });
    expect(plan.helmReleases).toMatchObject([{ resolution: 'leave' }]);
    expect(result.errors).toMatchObject([
      {
        code: 'HELM_RELEASE_REST',
        message: expect.stringContaining(`it also has ${keyText(objects[2]!)}`),
        hint: expect.any(String),
      },
    ]);
    expect(result.actions.adopt).toBe(2);
    expect(await owners()).toEqual(['helm', 'helm']);
    expect((await engine.read(configMap(namespace, 'c')))?.data).toEqual({ value: '1' });
  });

  it('may have more that is gone, or that Helm itself would keep', async () => {
    const { engine, namespace, objects, owners } = await start();
    const kept = configMap(namespace, 'kept');
    const keep = {
      ...kept,
      metadata: { ...kept.metadata, annotations: { 'helm.sh/resource-policy': 'keep' } },
    };
    await install([...objects, keep], [...objects, keep, configMap(namespace, 'gone')]);
    const { result } = await engine.sync({ web: objects }, { helmReleases: 'take-over' });
    expect(result.errors).toEqual([]);
    expect(await owners()).toEqual(['truekeel', 'truekeel']);
  });

  it('is put aside after everything else, and not when something failed', async () => {
    const { engine, namespace, objects, owners } = await start();
    await install(objects);
    const failing = withApply(client, async (send, object, options) => {
      if (!options?.dryRun && object.metadata.name === 'b') throw new KubeError('no', { code: 'INVALID' });
      return send();
    });
    const blocked = new Engine(failing, engine.environment);
    const { result } = await blocked.sync({ web: objects }, { helmReleases: 'take-over' });
    expect(result.errors).toMatchObject([{ code: 'INVALID' }]);
    expect(await owners()).toEqual(['helm', 'helm']);
    expect((await engine.sync({ web: objects }, { helmReleases: 'take-over' })).result.errors).toEqual([]);
    expect(await owners()).toEqual(['truekeel', 'truekeel']);
    expect(await engine.read(configMap(namespace, 'b'))).toBeDefined();
  });

  it('is forgotten when Helm has forgotten it', async () => {
    const { engine, namespace, objects, secrets, remembered } = await start();
    await install(objects);
    await engine.sync({ web: objects });
    for (const version of ['v1', 'v2'])
      await client.delete(secrets, { namespace, name: `sh.helm.release.v1.web.${version}` });
    const { plan } = await engine.sync({ web: objects });
    expect(plan.helmReleases).toEqual([]);
    expect(await remembered()).toBe('');
  });

  it('with a record that cannot be read is left alone, and that is said', async () => {
    const { engine, namespace, objects, owners, secrets } = await start();
    await install(objects);
    const garbage = { data: { release: Buffer.from('garbage').toString('base64') } };
    await client.patch(secrets, { namespace, name: 'sh.helm.release.v1.web.v2' }, garbage, { type: 'merge' });
    const { result } = await engine.sync({ web: objects }, { helmReleases: 'take-over' });
    expect(result.errors).toMatchObject([
      { code: 'HELM_RELEASE_REST', message: expect.stringContaining('cannot be read') },
    ]);
    expect(await owners()).toEqual(['helm', 'helm']);
  });
});
