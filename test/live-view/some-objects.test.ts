/** Drift is taken back by plans of the drifted objects alone: whatever else there is stays out of them. */
import { beforeAll, expect, it, vi } from 'vitest';
import { configMap, patchAs } from '../../lib/apply/testing/engine.ts';
import { formatKey, keyOf, Label } from '../../lib/objects/index.ts';
import { INVENTORY_KIND } from '../../lib/plan/index.ts';
import { NO_KEYS } from '../../lib/sealed/index.ts';
import { Corrections } from '../../synth/agent/corrections.ts';
import { onBothClusters, unique } from '../e2e/clusters.ts';
import { Watched } from './watched.ts';

/** Takes back, until it is disposed of, what it is told of. */
class Correcting implements AsyncDisposable {
  readonly corrections: Corrections;
  readonly #watched: Watched;
  readonly #log: { readonly level: string; readonly data: object; readonly message: string }[] = [];
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(watched: Watched) {
    const { client, view, environment } = watched;
    this.#watched = watched;
    const at = (level: string) => (data: object, message: string) => this.#log.push({ level, data, message });
    const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
    this.corrections = new Corrections({ client, log, openSecret: NO_KEYS });
    this.#running = this.corrections.run(() => ({ view, scope: { environment } }), this.#stop.signal);
  }

  told(level: string): readonly { readonly data: object; readonly message: string }[] {
    return this.#log.flatMap((line) =>
      line.level === level ? [{ data: line.data, message: line.message }] : [],
    );
  }

  /** The object is seen to differ. */
  seen(name: string): Promise<void> {
    return until(() => this.#watched.view.unsettled.has(name));
  }

  /** The object was taken back so many times. */
  healed(name: string, times: number): Promise<void> {
    const isIt = ({ data, message }: { readonly data: object; readonly message: string }) =>
      message === 'healed' && 'object' in data && data.object === name;
    return until(() => this.told('info').filter(isIt).length >= times);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}

async function until(isSo: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(isSo()).toBe(true), { timeout: 30_000, interval: 5 });
}

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

    await using correcting = new Correcting(watched);
    for (const object of [map('shop'), map('blog')]) {
      const name = formatKey(keyOf(object));
      await patchAs(client, 'kubectl-edit', object, { data: { value: 'theirs' } });
      await correcting.seen(name);
      const requests = client.requests.byVerb;
      correcting.corrections.suspect(name);
      await correcting.healed(name, 1);
      expect(client.requests.byVerb).toEqual({ ...requests, patch: (requests.patch ?? 0) + 1 });
    }
    expect(correcting.told('error')).toEqual([]);
    expect(await inventories()).toEqual(before);
  });

  it('comes more slowly where somebody rewrites an object again and again, and says who', async () => {
    const { client } = cluster();
    const watched = new Watched(client, unique('env'));
    const map = configMap(namespace, unique('fought-over'), { value: 'ours' });
    const name = formatKey(keyOf(map));
    // Without being told so, the engine leaves a controller its fields.
    const settings = { [name]: { conflicts: 'force' as const } };
    const { result } = await watched.release({ shop: { objects: [map], settings } });
    expect(result.errors).toEqual([]);
    await watched.caughtUp([map]);
    await using correcting = new Correcting(watched);
    const slower = () =>
      correcting.told('warn').filter(({ message }) => message.endsWith('correcting it more slowly'));
    for (let round = 1; slower().length === 0; round += 1) {
      expect(round).toBeLessThan(10);
      await patchAs(client, 'their-operator', map, { data: { value: `theirs ${round}` } });
      await correcting.seen(name);
      correcting.corrections.suspect(name);
      await correcting.healed(name, round);
    }
    expect(slower()).toEqual([
      {
        data: expect.objectContaining({ object: name, managers: ['their-operator'] }),
        message: 'their-operator rewrites this object again and again; correcting it more slowly',
      },
    ]);
    expect(correcting.told('error')).toEqual([]);
  });
});
