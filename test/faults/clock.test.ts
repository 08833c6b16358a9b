/** The clock of the client's machine jumps: hours and years, back and forth, whenever somebody looks at it. */
import { expect, it } from 'vitest';
import { configMap, Engine, namespaceObject } from '../../lib/apply/testing/engine.ts';
import { type Clock, connectWith, metadataInformer, systemClock } from '../../lib/kube/index.ts';
import { once } from './disturbed.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { APPROVALS, startScenario } from './scenario.ts';
import { onBothServers, unique } from './servers.ts';
import { findings } from './verdict.ts';

const HOUR_MS = 3_600_000;
const YEAR_MS = 8_766 * HOUR_MS;
const JUMPS_MS = [0, HOUR_MS, -HOUR_MS, 10 * YEAR_MS, -30 * YEAR_MS, 25, -1_000, 61_000];

/** The longest that anything here waits before it tries again (informer.ts). */
const LONGEST_MS = 30_000;

function jumpingClock(): Clock & { readonly sleeps: readonly number[] } {
  let looks = 0;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => Date.now() + JUMPS_MS[looks++ % JUMPS_MS.length]!,
    random: Math.random,
    sleep(ms, signal) {
      sleeps.push(ms);
      return systemClock.sleep(Math.min(ms, 20), signal);
    },
  };
}

onBothServers('a clock that jumps', (server) => {
  it('changes nothing about a run, nor about how soon it tries again', async () => {
    const scenario = await startScenario(server().client);
    const clock = jumpingClock();
    const proxy = await startFaultProxy(server(), {
      decide: once({ kind: 'answer', status: 503, acted: false }, () => true),
    });
    const client = connectWith({ ...server(), server: proxy.url, ca: proxy.ca, clock });
    const { result } = await new Engine(client, scenario.environment).sync(scenario.after, {
      approvals: APPROVALS,
    });
    await client.close();
    await proxy.close();
    expect(result.errors).toEqual([]);
    expect(await findings(server(), scenario)).toEqual([]);
    expect(clock.sleeps.length).toBeGreaterThan(0);
    for (const ms of clock.sleeps) {
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThanOrEqual(LONGEST_MS);
    }
  });

  it('does not keep a watch from coming back, again and again', async () => {
    const namespace = unique('clock');
    const { client } = server();
    await client.apply(namespaceObject(namespace));
    const resource = await client.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
    const clock = jumpingClock();
    const proxy = await startFaultProxy(server(), {
      // Each watch breaks at its first event.
      decide: ({ kind }) =>
        kind === 'watch' ? { kind: 'watch', after: 1, effect: 'cut a line' } : undefined,
    });
    const watching = connectWith({ ...server(), server: proxy.url, ca: proxy.ca, clock });
    const stop = new AbortController();
    const seen = new Set<string>();
    const names = Array.from({ length: 8 }, (_, i) => `map-${i}`);
    const next = async () => {
      const name = names[seen.size];
      if (name === undefined) stop.abort();
      else await client.apply(configMap(namespace, name));
    };
    for await (const event of metadataInformer(
      watching,
      { resource, namespace },
      { signal: stop.signal, clock },
    )) {
      if (event.type === 'lost') {
        expect(event.retryMs).toBeGreaterThanOrEqual(0);
        expect(event.retryMs).toBeLessThanOrEqual(LONGEST_MS);
      }
      const isNew = event.type === 'added' && names.includes(event.object.metadata.name);
      if (isNew) seen.add(event.object.metadata.name);
      if (isNew || event.type === 'synced') await next();
    }
    await watching.close();
    await proxy.close();
    expect([...seen]).toEqual(names);
  });
});
