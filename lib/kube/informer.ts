import type { KubernetesObject, ObjectKey, ObjectMetadata } from '../objects/index.ts';
import { formatKey, keyOf } from '../objects/index.ts';
import type { ApiResource, KubeClient, WatchEvent, WatchOptions } from './client.ts';
import type { Clock } from './clock.ts';
import { backoffMs, systemClock } from './clock.ts';
import type { KubeErrorCode } from './errors.ts';
import { KubeError } from './errors.ts';

/** Which objects: a kind, and a part of them. */
export interface InformerScope {
  readonly resource: ApiResource;
  /** All namespaces when absent. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface InformerOptions {
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

export type InformerEvent<T> =
  /** New, or seen for the first time. */
  | { readonly type: 'added'; readonly object: T }
  | { readonly type: 'changed'; readonly object: T }
  /** `object`: its last state, when the server told it; it does not when the object went while we did not watch. */
  | { readonly type: 'removed'; readonly key: ObjectKey; readonly uid: string; readonly object?: T }
  /** All that there was at this moment has been told; sent again after each new list. */
  | { readonly type: 'synced'; readonly resourceVersion: string }
  /** Everything up to this moment has been told. */
  | { readonly type: 'progress'; readonly resourceVersion: string }
  /** We no longer see what happens, and try again in so many milliseconds. Sent for each failed try. */
  | { readonly type: 'lost'; readonly error: KubeError; readonly retryMs: number }
  /** We see again; nothing was missed, or what was missed has been told. */
  | { readonly type: 'recovered' };

/** What trying again cannot mend. Reported as an error when it comes before anything was seen; later it may
 * well pass (a role that is being replaced, a CRD that is made anew). */
const PERMANENT: ReadonlySet<KubeErrorCode> = new Set([
  'FORBIDDEN',
  'UNAUTHORIZED',
  'NOT_FOUND',
  'BAD_REQUEST',
  'KUBECONFIG_INVALID',
  'WRONG_CA',
  'CERTIFICATE_INVALID',
]);

/** A watch that ends sooner than this, and told nothing, counts as a failure: a server that hangs up at once is not asked in a tight loop. */
const SHORTEST_WATCH_MS = 1_000;

/** Metadata of the objects in scope, and everything that happens to them. @see {@link informer} */
export function metadataInformer(
  client: KubeClient,
  scope: InformerScope,
  options: InformerOptions = {},
): AsyncGenerator<InformerEvent<ObjectMetadata>> {
  return informer(
    scope,
    {
      list: (query) => client.listMetadata(scope.resource, query),
      watch: (query) => client.watchMetadata(scope.resource, query),
    },
    options,
  );
}

/** Whole objects in scope, and everything that happens to them. @see {@link informer} */
export function objectInformer(
  client: KubeClient,
  scope: InformerScope,
  options: InformerOptions = {},
): AsyncGenerator<InformerEvent<KubernetesObject>> {
  return informer(
    scope,
    {
      list: (query) => client.list(scope.resource, query),
      watch: (query) => client.watch(scope.resource, query),
    },
    options,
  );
}

interface Source<T> {
  list(query: WatchOptions): Promise<{ readonly items: readonly T[]; readonly resourceVersion: string }>;
  watch(query: WatchOptions): AsyncIterable<WatchEvent<T>>;
}

interface Known {
  readonly key: ObjectKey;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** List, then watch, for ever: goes on from where it was when the connection breaks, lists again when the
 * server has forgotten that moment (410), and says so while it cannot see. Keeps a few words per object, no
 * content. Ends when the signal aborts, without an error.
 * @throws KubeError what trying again cannot mend, before the first `synced` */
async function* informer<T extends ObjectMetadata>(
  scope: InformerScope,
  source: Source<T>,
  { signal, clock = systemClock }: InformerOptions,
): AsyncGenerator<InformerEvent<T>> {
  const { namespace, labelSelector, fieldSelector } = scope;
  const query: WatchOptions = {
    ...(namespace !== undefined && { namespace }),
    ...(labelSelector !== undefined && { labelSelector }),
    ...(fieldSelector !== undefined && { fieldSelector }),
    ...(signal && { signal }),
  };
  const known = new Map<string, Known>();
  let resourceVersion: string | undefined;
  let everSynced = false;
  let lost = false;
  let failures = 0;

  while (!signal?.aborted) {
    let openedAt = clock.now();
    try {
      if (resourceVersion === undefined) {
        const list = await source.list(query);
        yield* listed(list.items, known);
        resourceVersion = list.resourceVersion;
        everSynced = true;
        yield { type: 'synced', resourceVersion };
      }
      openedAt = clock.now();
      for await (const event of opened(source, { ...query, resourceVersion })) {
        if (event.type === 'OPEN') {
          if (lost) yield { type: 'recovered' };
          lost = false;
          continue;
        }
        failures = 0;
        if (event.type === 'BOOKMARK') {
          resourceVersion = event.resourceVersion;
          yield { type: 'progress', resourceVersion };
        } else {
          resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion;
          yield noted(event, known);
        }
      }
      // The server ends every watch after a while; only one that ends at once is a sign of trouble.
      failures = clock.now() - openedAt >= SHORTEST_WATCH_MS ? 0 : failures + 1;
      if (failures > 1) await clock.sleep(backoffMs(failures, clock), signal);
    } catch (error) {
      if (signal?.aborted) return;
      if (!(error instanceof KubeError) || (!everSynced && PERMANENT.has(error.code))) throw error;
      const forgotten = error.code === 'GONE';
      if (forgotten) resourceVersion = undefined;
      failures = clock.now() - openedAt >= SHORTEST_WATCH_MS ? 1 : failures + 1;
      if (forgotten && failures === 1) continue;
      const retryMs = Math.max(
        backoffMs(failures, clock, 200, 30_000),
        (error.retryAfterSeconds ?? 0) * 1000,
      );
      lost = true;
      yield { type: 'lost', error, retryMs };
      await clock.sleep(retryMs, signal).catch((reason: unknown) => {
        if (!signal?.aborted) throw reason;
      });
    }
  }
}

/** A watch, with an event of its own when the server has taken it. Leaving the loop ends the watch. */
async function* opened<T>(
  source: Source<T>,
  query: WatchOptions,
): AsyncGenerator<WatchEvent<T> | { readonly type: 'OPEN' }> {
  const stop = new AbortController();
  const signal = query.signal ? AbortSignal.any([query.signal, stop.signal]) : stop.signal;
  const { promise: open, resolve: onOpen } = Promise.withResolvers<void>();
  const events = source.watch({ ...query, signal, onOpen })[Symbol.asyncIterator]();
  try {
    const first = events.next();
    await Promise.race([open, first]);
    yield { type: 'OPEN' };
    for (let event = await first; !event.done; event = await events.next()) yield event.value;
  } finally {
    // A generator that waits for the next line cannot be told to return; it ends by the signal.
    stop.abort();
  }
}

/** What a list tells that was not known. */
function* listed<T extends ObjectMetadata>(
  items: readonly T[],
  known: Map<string, Known>,
): Generator<InformerEvent<T>> {
  const gone = new Map(known);
  for (const object of items) {
    const key = keyOf(object);
    const name = formatKey(key);
    const before = known.get(name);
    const now = knownOf(object, key);
    known.set(name, now);
    if (before?.uid !== now.uid) {
      if (before) yield { type: 'removed', key, uid: before.uid };
      yield { type: 'added', object };
    } else if (before.resourceVersion !== now.resourceVersion) {
      yield { type: 'changed', object };
    }
    gone.delete(name);
  }
  for (const [name, { key, uid }] of gone) {
    known.delete(name);
    yield { type: 'removed', key, uid };
  }
}

function noted<T extends ObjectMetadata>(
  event: Exclude<WatchEvent<T>, { readonly type: 'BOOKMARK' }>,
  known: Map<string, Known>,
): InformerEvent<T> {
  const { object } = event;
  const key = keyOf(object);
  const name = formatKey(key);
  if (event.type === 'DELETED') {
    known.delete(name);
    return { type: 'removed', key, uid: object.metadata.uid ?? '', object };
  }
  const isNew = !known.has(name);
  known.set(name, knownOf(object, key));
  return { type: isNew ? 'added' : 'changed', object };
}

function knownOf(object: ObjectMetadata, key: ObjectKey): Known {
  const { uid = '', resourceVersion = '' } = object.metadata;
  return { key, uid, resourceVersion };
}
