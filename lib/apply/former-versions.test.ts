import { beforeAll, expect, it } from 'vitest';
import type { KubeClient } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { describeOnBoth } from './testing/clusters.ts';
import { changeOf, configMap, Engine } from './testing/engine.ts';

describeOnBoth('former versions of a config', (cluster) => {
  let client: KubeClient;
  beforeAll(() => {
    client = cluster().client;
  });

  const scenario = async () => {
    const namespace = await cluster().createNamespace('versions');
    const engine = new Engine(client, cluster().uniqueName('env'));
    /** The server's clock ticks in seconds, and names decide within one: the later ones come first. */
    const version = (number: number, keep = 2, of = 'settings'): KubernetesObject => ({
      ...configMap(namespace, `${of}-${9 - number}`, { number: String(number) }),
      metadata: {
        namespace,
        name: `${of}-${9 - number}`,
        annotations: {
          'truekeel.dev/version-of': of,
          'truekeel.dev/keep-versions': String(keep),
        },
      },
      immutable: true,
    });
    const there = async (of = 'settings') => {
      const resource = await client.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
      const { items } = await client.listMetadata(resource, { namespace });
      return items
        .filter(({ metadata }) => metadata.annotations?.['truekeel.dev/version-of'] === of)
        .map(({ metadata }) => 9 - Number(metadata.name?.split('-')[1]))
        .sort();
    };
    return { engine, namespace, version, there, other: configMap(namespace, 'other') };
  };

  it('stay up to their number, the newest ones, and go after that', async () => {
    const { engine, version, there, other } = await scenario();
    for (const number of [1, 2, 3]) await engine.sync({ web: [version(number), other] });
    expect(await there()).toEqual([1, 2, 3]);
    const quiet = await engine.plan({ web: [version(3), other] });
    expect(changeOf(quiet, version(2))).toMatchObject({ action: 'none', because: '' });
    const { actions, plan, result } = await engine.sync({ web: [version(4), other] });
    expect(changeOf(plan, version(3))).toMatchObject({
      action: 'none',
      because: 'former version of settings; the newest 2 are kept',
    });
    expect(result.errors).toEqual([]);
    expect(actions.map((action) => action.split(' ')[0])).toEqual(['create', 'delete']);
    expect(await there()).toEqual([2, 3, 4]);
  });

  it('cost nothing while nothing changes, and are found by a rollback', async () => {
    const { engine, version, there, other } = await scenario();
    for (const number of [1, 2]) await engine.sync({ web: [version(number), other] });
    const unchanged = await engine.sync({ web: [version(2), other] });
    expect([unchanged.actions, unchanged.result.requests.total]).toEqual([[], 0]);
    const back = await engine.sync({ web: [version(1), other] });
    expect(back.actions).toEqual([]);
    expect(await there()).toEqual([1, 2]);
    // Both are still ours.
    expect((await engine.sync({ web: [version(2), other] })).actions).toEqual([]);
  });

  it('stay as many as the program says now', async () => {
    const { engine, version, there, other } = await scenario();
    for (const number of [1, 2, 3]) await engine.sync({ web: [version(number, 5), other] });
    await engine.sync({ web: [version(3, 1), other] });
    expect(await there()).toEqual([2, 3]);
  });

  it('go with the config, and with the application', async () => {
    const { engine, version, there, other } = await scenario();
    const apart = (number: number) => version(number, 2, 'apart');
    for (const number of [1, 2]) await engine.sync({ web: [version(number), apart(number), other] });
    await engine.sync({ web: [apart(2), other] });
    expect([await there(), await there('apart')]).toEqual([[], [1, 2]]);
    await engine.sync({ other: [other] }, { approvals: [{ code: 'MISSING_APPLICATION' }] });
    expect(await there('apart')).toEqual([]);
  });

  it('of another application are none of ours', async () => {
    const { engine, version, there, other } = await scenario();
    for (const number of [1, 2]) await engine.sync({ web: [version(number), other] });
    // The config moves on in another application: in the first, nothing is a version of it any more.
    await engine.sync({ web: [other], api: [version(3)] });
    expect(await there()).toEqual([3]);
  });
});
