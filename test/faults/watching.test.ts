/** What a watch is told when it breaks, is forgotten, or goes silent. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { configMap, namespaceObject } from '../../lib/apply/testing/engine.ts';
import {
  type ClientOptions,
  connectWith,
  type InformerEvent,
  metadataInformer,
} from '../../lib/kube/index.ts';
import type { ObjectMetadata } from '../../lib/objects/index.ts';
import { hurriedClock } from './disturbed.ts';
import type { Fault } from './fault.ts';
import { type FaultProxyOptions, type Protocol, startFaultProxy } from './fault-proxy.ts';
import { onBothServers, unique } from './servers.ts';

const DEADLINE_MS = 180_000;
const CONFIG_MAP = { group: '', version: 'v1', kind: 'ConfigMap' } as const;
const SEED = Number(process.env.TRUEKEEL_FAULT_SEED ?? Date.now() % 2 ** 31);

onBothServers('a watch', (server) => {
  /** With the ConfigMap that every namespace is given a moment later. */
  const freshNamespace = async () => {
    const { client } = server();
    const namespace = unique('watching');
    await client.apply(namespaceObject(namespace));
    const resource = await client.resource(CONFIG_MAP);
    for await (const { type } of client.watchMetadata(resource, { namespace, resourceVersion: '0' }))
      if (type === 'ADDED') break;
    return namespace;
  };

  /** Follows the ConfigMaps of a namespace through a proxy, until a reader of the events says that it has seen enough. */
  const follow = async (
    namespace: string,
    options: FaultProxyOptions,
    clientOptions: ClientOptions,
    onEvent: (event: InformerEvent<ObjectMetadata>) => Promise<'go on' | 'enough'>,
  ) => {
    const proxy = await startFaultProxy(server(), options);
    const client = connectWith({ ...server(), server: proxy.url, ca: proxy.ca, ...clientOptions });
    const resource = await client.resource(CONFIG_MAP);
    const stop = new AbortController();
    const informer = metadataInformer(
      client,
      { resource, namespace },
      { signal: stop.signal, clock: hurriedClock },
    );
    for await (const event of informer) if ((await onEvent(event)) === 'enough') stop.abort();
    await client.close();
    await proxy.close();
    return proxy.requests;
  };

  it('is told in the end what there is, whatever breaks it, and nothing that is not so', {
    timeout: DEADLINE_MS,
  }, async () => {
    const breaks: fc.Arbitrary<Fault> = fc.oneof(
      fc.record({
        kind: fc.constant('watch'),
        after: fc.nat(3),
        effect: fc.constantFrom('gone', 'end', 'cut a line'),
      }),
      fc.record({
        kind: fc.constantFrom('reset stream', 'reset connection', 'half-close'),
        acted: fc.boolean(),
      }),
      fc.record({ kind: fc.constantFrom('gone', 'cut', 'shorten') }),
      fc.record({ kind: fc.constant('answer'), status: fc.constantFrom(500, 502, 503), acted: fc.boolean() }),
    );
    const names = ['a', 'b', 'c', 'd'];
    const step = fc.record({ name: fc.constantFrom(...names), removes: fc.boolean() });
    const { client } = server();
    const resource = await client.resource(CONFIG_MAP);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(breaks, { nil: undefined }), { maxLength: 12 }),
        fc.array(step, { minLength: 4, maxLength: 12 }),
        async (faults, steps) => {
          const namespace = await freshNamespace();
          const known = new Map<string, string>();
          let expected: ReadonlyMap<string, string> | undefined;
          const pending = [...faults];
          const write = async () => {
            for (const { name, removes } of steps) {
              if (removes) await client.delete(resource, { namespace, name });
              else await client.apply(configMap(namespace, name, { value: unique('v') }));
            }
            const last = configMap(namespace, 'last');
            await client.apply(last);
            const { items } = await client.listMetadata(resource, { namespace });
            expected = new Map(items.map(({ metadata }) => [metadata.name, metadata.resourceVersion ?? '']));
          };
          let writing: Promise<void> | undefined;
          await follow(
            namespace,
            { decide: ({ kind }) => (kind === 'watch' || kind === 'list' ? pending.shift() : undefined) },
            { clock: hurriedClock },
            async (event) => {
              if (event.type === 'added') expect(known.has(event.object.metadata.name)).toBe(false);
              if (event.type === 'added' || event.type === 'changed') {
                known.set(event.object.metadata.name, event.object.metadata.resourceVersion ?? '');
              }
              if (event.type === 'removed') expect(known.delete(event.key.name)).toBe(true);
              if (event.type === 'synced') writing ??= write();
              if (known.has('last')) await writing;
              return expected && sameEntries(known, expected) ? 'enough' : 'go on';
            },
          );
        },
      ),
      { numRuns: 10, seed: SEED, endOnFailure: true },
    );
  });

  for (const [protocol, options] of [
    // By its pings.
    ['HTTP/2', { pingMs: 200 }],
    // By the time that a watch may take.
    ['HTTP/1.1', { watchSeconds: 2 }],
  ] as const satisfies readonly (readonly [Protocol, ClientOptions])[]) {
    it(`over ${protocol} that goes silent is noticed, and told what happened meanwhile`, {
      timeout: DEADLINE_MS,
    }, async () => {
      const namespace = await freshNamespace();
      const { client } = server();
      const told: string[] = [];
      let isSilent = false;
      await follow(
        namespace,
        {
          protocol,
          decide({ kind }) {
            if (kind !== 'watch' || isSilent) return undefined;
            isSilent = true;
            return { kind: 'watch', after: 0, effect: 'silence' };
          },
        },
        options,
        async (event) => {
          if (event.type === 'synced' && told.length === 0) {
            // The first one meets the silence; nobody is told of either.
            for (const name of ['one', 'two']) await client.apply(configMap(namespace, name));
          }
          if (event.type === 'lost') told.push(event.error.code);
          if (event.type === 'added' && isSilent) told.push(event.object.metadata.name);
          return told.includes('two') ? 'enough' : 'go on';
        },
      );
      // On a machine that others use, too, a connection may be taken for silent once more.
      expect([...new Set(told)]).toEqual(['CONNECTION_LOST', 'one', 'two']);
    });
  }

  it('goes on where it was when the server ends it after its time', { timeout: DEADLINE_MS }, async () => {
    const namespace = await freshNamespace();
    const { client } = server();
    const names = ['first', 'second', 'third'];
    const pending = [...names];
    const told: string[] = [];
    const requests = await follow(
      namespace,
      {
        // One for each watch.
        decide({ kind }) {
          const name = kind === 'watch' ? pending.shift() : undefined;
          return name === undefined
            ? undefined
            : client.apply(configMap(namespace, name)).then(() => undefined);
        },
      },
      { watchSeconds: 1 },
      async (event) => {
        if (event.type === 'added' && names.includes(event.object.metadata.name))
          told.push(event.object.metadata.name);
        return told.includes('third') ? 'enough' : 'go on';
      },
    );
    expect(told).toEqual(names);
    expect(requests.filter(({ kind }) => kind === 'list')).toHaveLength(1);
  });
});

function sameEntries(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([name, value]) => b.get(name) === value);
}
