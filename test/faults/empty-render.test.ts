/** A program that renders to nothing, by mistake, for an application of ten thousand objects. */
import { expect, it } from 'vitest';
import { configMap, Engine, namespaceObject } from '../../lib/apply/testing/engine.ts';
import { onBothServers, unique } from './servers.ts';

const DEADLINE_MS = 600_000;

onBothServers('an empty render', (server) => {
  it('of an application of ten thousand objects deletes none of them', { timeout: DEADLINE_MS }, async () => {
    const { client, kind } = server();
    const count = kind === 'real' ? 10_000 : 1_000;
    const [namespace, application] = [unique('empty'), unique('large')];
    await client.apply(namespaceObject(namespace));
    const engine = new Engine(client, unique('env'));
    const objects = Array.from({ length: count }, (_, i) => configMap(namespace, `map-${i}`));
    const { result } = await engine.sync({ [application]: objects }, { wait: false });
    expect(result.errors).toEqual([]);
    const resource = await client.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
    const versions = async () => {
      const { items } = await client.listMetadata(resource, {
        namespace,
        labelSelector: `truekeel.dev/application=${application}`,
      });
      return items.map(({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`);
    };
    const before = await versions();
    const plan = await engine.plan({ [application]: [] });
    expect(plan.refusals.map(({ code, keys }) => [code, keys.length])).toEqual([['EMPTY_RENDER', count]]);
    await expect(engine.sync({ [application]: [] })).rejects.toMatchObject({
      code: 'EMPTY_RENDER',
      family: 'guard',
    });
    // Nor when somebody has approved something else.
    await expect(engine.sync({}, { approvals: [{ code: 'MISSING_APPLICATION' }] })).rejects.toMatchObject({
      code: 'EMPTY_RENDER',
    });
    expect(before).toHaveLength(count + 1); // with the inventory
    expect(await versions()).toEqual(before);
  });
});
