/** Drift is taken back by plans of the drifted objects alone: whatever else there is stays out of them. */
import { beforeAll, expect, it, vi } from 'vitest';
import { configMap, patchAs } from '../../lib/apply/testing/engine.ts';
import { formatKey, keyOf, Label } from '../../lib/objects/index.ts';
import { INVENTORY_KIND } from '../../lib/plan/index.ts';
import { NO_KEYS } from '../../lib/sealed/index.ts';
import { Corrections } from '../../synth/agent/corrections.ts';
import { onBothClusters, unique } from '../e2e/clusters.ts';
import { Watched } from './watched.ts';

onBothClusters('a correction', (cluster) => {
  let namespace: string;
  beforeAll(async () => {
    namespace = unique('some');
    await cluster().client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });

  it('takes back what somebody changed with one write, and leaves the inventories of all applications alone', async () => {
    const { client } = cluster();
    const watched = new Watched(client, unique('env'));
    const map = (name: string) => configMap(namespace, name, { value: 'ours' });
    const program = { shop: [map('shop'), map('till')], blog: [map('blog')], news: [map('news')] };
    expect((await watched.release(program)).result.errors).toEqual([]);
    await watched.caughtUp(Object.values(program).flat());
    const inventories = async () => {
      const resource = await client.resource(INVENTORY_KIND);
      const { items } = await client.listMetadata(resource, { namespace, labelSelector: Label.applySetId });
      return items.map(({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`);
    };
    const before = await inventories();
    expect(before).toHaveLength(3);

    const stop = new AbortController();
    const [healed, failed] = [vi.fn(), vi.fn()];
    const log = {
      debug: () => {},
      info: healed,
      warn: () => {},
      error: failed,
    };
    const corrections = new Corrections({ client, log, openSecret: NO_KEYS });
    const { view, environment } = watched;
    const running = corrections.run(() => ({ view, scope: { environment } }), stop.signal);
    for (const object of [map('shop'), map('blog')]) {
      const name = formatKey(keyOf(object));
      await patchAs(client, 'kubectl-edit', object, { data: { value: 'theirs' } });
      await vi.waitFor(() => expect(watched.unsettled).toContain(name), { timeout: 20_000, interval: 5 });
      const requests = client.requests.byVerb;
      corrections.suspect(name);
      await vi.waitFor(
        () => expect(healed).toHaveBeenCalledWith(expect.objectContaining({ object: name }), 'healed'),
        { timeout: 20_000, interval: 5 },
      );
      expect(client.requests.byVerb).toEqual({ ...requests, patch: (requests.patch ?? 0) + 1 });
    }
    stop.abort();
    await running;
    expect(failed).not.toHaveBeenCalled();
    expect(await inventories()).toEqual(before);
  });
});
