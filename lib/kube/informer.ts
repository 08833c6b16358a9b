import type { KubernetesObject, ObjectKey, ObjectMetadata } from '../objects/index.ts';
import { formatKey, keyOf } from '../objects/index.ts';
import type { ApiResource, KubeClient, ListOptions, Page, WatchEvent, WatchOptions } from './client.ts';
import type { Clock } from './clock.ts';
import { backoffMs, systemClock } from './clock.ts';
import type { KubeErrorCode } from './errors.ts';
import { KubeError } from './errors.ts';
import type { Known } from './memory.ts';
import { Memory } from './memory.ts';

/** Which objects: a kind, and a part of them. */
export interface InformerScope {
  readonly resource: ApiResource;
  /** All namespaces when absent. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface InformerOptions<K extends Known = Known> {
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
  /** Where what is seen is remembered, for callers that want to look at it, or know things of their own: what they note
   * there, the informer does not tell. */
  readonly memory?: Memory<K> | undefined;
}

/** `before`: what was known of the object. */
export type InformerEvent<T, K extends Known = Known> =
  /** New, or seen for the first time. */
  | { readonly type: 'added'; readonly object: T; readonly known: K }
  | { readonly type: 'changed'; readonly object: T; readonly known: K; readonly before: K }
  /** `object`: its last state, when the server told it; it does not when the object went while we did not watch. */
  | {
      readonly type: 'removed';
      readonly key: ObjectKey;
      readonly uid: string;
      readonly object?: T;
      readonly before?: K;
    }
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
export function metadataInformer<K extends Known = Known>(
  client: KubeClient,
  scope: InformerScope,
  options: InformerOptions<K> = {},
): AsyncGenerator<InformerEvent<ObjectMetadata, K>> {
  return informer(
    scope,
    {
      pages: (query) => client.metadataPages(scope.resource, query),
      watch: (query) => client.watchMetadata(scope.resource, query),
    },
    options,
  );
}

/** Whole objects in scope, and everything that happens to them. @see {@link informer} */
export function objectInformer(
  client: KubeClient,
  scope: InformerScope,
  options: Omit<InformerOptions, 'memory'> = {},
): AsyncGenerator<InformerEvent<KubernetesObject>> {
  return informer(
    scope,
    {
      pages: (query) => client.pages(scope.resource, query),
      watch: (query) => client.watch(scope.resource, query),
    },
    options,
  );
}

interface Source<T> {
  pages(query: ListOptions): AsyncIterable<Page<T>>;
  watch(query: WatchOptions): AsyncIterable<WatchEvent<T>>;
}

const leastOf = (object: ObjectMetadata): Known => {
  const { uid = '', resourceVersion = '' } = object.metadata;
  return { key: keyOf(object), uid, resourceVersion };
};

/** List, then watch, for ever: goes on from where it was when the connection breaks, lists again when the
 * server has forgotten that moment (410), and says so while it cannot see. Keeps a few words per object, no
 * content; a list is read a page at a time. Ends when the signal aborts, without an error.
 * @throws KubeError what trying again cannot mend, before the first `synced` */
async function* informer<T extends ObjectMetadata, K extends Known>(
  scope: InformerScope,
  source: Source<T>,
  { signal, clock = systemClock, ...options }: InformerOptions<K>,
): AsyncGenerator<InformerEvent<T, K>> {
  const { namespace, labelSelector, fieldSelector } = scope;
  const query: WatchOptions = {
    ...(namespace !== undefined && { namespace }),
    ...(labelSelector !== undefined && { labelSelector }),
    ...(fieldSelector !== undefined && { fieldSelector }),
    ...(signal && { signal }),
  };
  // Without a memory of its caller's K is Known.
  const memory = options.memory ?? (new Memory(leastOf) as unknown as Memory<K>);
  let resourceVersion: string | undefined;
  let everSynced = false;
  let lost = false;
  let failures = 0;

  while (!signal?.aborted) {
    let openedAt = clock.now();
    try {
      if (resourceVersion === undefined) {
        resourceVersion = yield* listed(source.pages(query), memory);
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
          yield* noted(event, memory);
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

/** What a list tells that was not known.
 * @returns its resourceVersion */
async function* listed<T extends ObjectMetadata, K extends Known>(
  pages: AsyncIterable<Page<T>>,
  memory: Memory<K>,
): AsyncGenerator<InformerEvent<T, K>, string> {
  let resourceVersion = '';
  let seen = new Set<string>();
  for await (const page of pages) {
    if (page.isRestart) seen = new Set();
    resourceVersion = page.resourceVersion;
    for (const object of page.items) {
      seen.add(formatKey(keyOf(object)));
      yield* learnt(object, memory);
    }
  }
  for (const before of memory.sweep(seen, resourceVersion)) {
    yield { type: 'removed', key: before.key, uid: before.uid, before };
  }
  return resourceVersion;
}

function* learnt<T extends ObjectMetadata, K extends Known>(
  object: T,
  memory: Memory<K>,
): Generator<InformerEvent<T, K>> {
  const news = memory.note(object);
  if (!news) return;
  const { known, before } = news;
  if (before?.uid === known.uid) {
    yield { type: 'changed', object, known, before };
    return;
  }
  if (before) yield { type: 'removed', key: before.key, uid: before.uid, before };
  yield { type: 'added', object, known };
}

function* noted<T extends ObjectMetadata, K extends Known>(
  event: Exclude<WatchEvent<T>, { readonly type: 'BOOKMARK' }>,
  memory: Memory<K>,
): Generator<InformerEvent<T, K>> {
  const { object } = event;
  if (event.type !== 'DELETED') {
    yield* learnt(object, memory);
    return;
  }
  const key = keyOf(object);
  const before = memory.get(formatKey(key));
  if (!memory.noteGone(object)) return;
  yield { type: 'removed', key, uid: object.metadata.uid ?? '', object, ...(before && { before }) };
}
