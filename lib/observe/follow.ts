import type {
  ApiResource,
  Clock,
  InformerEvent,
  InformerScope,
  KubeClient,
  KubeError,
  MemoryChange,
} from '../kube/index.ts';
import { Memory, metadataInformer } from '../kube/index.ts';
import type { ObjectKey, ObjectMetadata } from '../objects/index.ts';
import { formatKey, keyOf } from '../objects/index.ts';
import { formatGroupKind } from '../plan/index.ts';
import { Channel } from './channel.ts';
import type { Observation } from './observation.ts';
import { observationOf } from './observation.ts';
import { Pool } from './pool.ts';

export type FollowEvent =
  /** An object is new, or changed. `before`: what was known of it, undefined when it is new. */
  | {
      readonly type: 'observed';
      readonly observation: Observation;
      readonly before: Observation | undefined;
      /** The metadata that came, for whoever wants more than is remembered. */
      readonly live: ObjectMetadata;
    }
  | {
      readonly type: 'removed';
      readonly key: ObjectKey;
      readonly uid: string;
      readonly before: Observation | undefined;
    }
  /** Every scope has been read once: what is not known now is not there. */
  | { readonly type: 'synced' }
  /** A scope cannot be seen for the moment; what is remembered of it may be out of date. Told for each failed try. */
  | {
      readonly type: 'lost';
      readonly scope: InformerScope;
      readonly error: KubeError;
      readonly retryMs: number;
    }
  | { readonly type: 'recovered'; readonly scope: InformerScope }
  /** A scope cannot be followed at all (forbidden, not served); the others go on. */
  | { readonly type: 'failed'; readonly scope: InformerScope; readonly error: Error };

export interface FollowOptions {
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  /** Called at once for everything that is remembered or forgotten, whoever noted it; the events of the loop come after. */
  readonly onChange?: (change: MemoryChange<Observation>) => void;
  /** Called when nothing is being read any more and no event says so, as some scope is lost or was removed. */
  readonly onRead?: () => void;
}

/** Live objects, followed by their metadata. Read its events in one loop; what is remembered is never older than the
 * last event that was read. */
export interface Follower extends AsyncIterable<FollowEvent> {
  get(key: ObjectKey): Observation | undefined;
  /** @param name as `formatKey` writes it */
  find(name: string): Observation | undefined;
  observations(): IterableIterator<Observation>;
  /** Remembers a state that came from elsewhere: the answer to a write, or a read of one object. What the watch tells of
   * the same moment or an earlier one is no news then. It has to be an object that one of the scopes takes in; of a kind
   * that is not followed nothing is remembered. */
  note(object: ObjectMetadata): void;
  /** Whether every scope has been read, and none is lost. */
  readonly isComplete: boolean;
  /** Whether some scope has not been read yet, and is not lost. */
  readonly isReading: boolean;
  /** How a followed kind is served. */
  resourceOf(key: Pick<ObjectKey, 'group' | 'kind'>): ApiResource | undefined;
  scopes(): readonly InformerScope[];
  /** Follows one more scope; one that is followed already is left alone. */
  add(scope: InformerScope): void;
  /** Ends the watches of a scope and forgets its objects, without events in the loop. */
  remove(scope: InformerScope): void;
  /** Ends everything. The loop ends too. */
  close(): void;
}

/** Follows every object in some scopes: one list and one watch a scope, no polling, no content held. */
export function follow(
  client: KubeClient,
  scopes: Iterable<InformerScope>,
  options: FollowOptions = {},
): Follower {
  const follower = new MetadataFollower(client, options);
  for (const scope of scopes) follower.add(scope);
  return follower;
}

interface Feed {
  readonly scope: InformerScope;
  readonly stop: AbortController;
  readonly memory: Memory<Observation>;
  state: 'reading' | 'seeing' | 'lost' | 'failed';
}

class MetadataFollower implements Follower {
  readonly #client: KubeClient;
  readonly #options: FollowOptions;
  readonly #channel = new Channel<() => FollowEvent | undefined>();
  readonly #feeds = new Map<string, Feed>();
  /** By group kind, as keys begin with it. */
  #byKind: ReadonlyMap<string, readonly Feed[]> = new Map();
  readonly #pool = new Pool();
  #toldSynced = false;

  constructor(client: KubeClient, options: FollowOptions) {
    this.#client = client;
    this.#options = options;
    options.signal?.addEventListener('abort', () => this.close(), { once: true });
    if (options.signal?.aborted) this.close();
  }

  get isComplete(): boolean {
    return [...this.#feeds.values()].every(({ state }) => state === 'seeing' || state === 'failed');
  }

  get isReading(): boolean {
    return [...this.#feeds.values()].some(({ state }) => state === 'reading');
  }

  resourceOf(key: Pick<ObjectKey, 'group' | 'kind'>): ApiResource | undefined {
    return this.#byKind.get(formatGroupKind(key))?.[0]?.scope.resource;
  }

  get(key: ObjectKey): Observation | undefined {
    return this.find(formatKey(key));
  }

  find(name: string): Observation | undefined {
    for (const { memory } of this.#byKind.get(name.slice(0, name.indexOf(' '))) ?? []) {
      const found = memory.get(name);
      if (found) return found;
    }
    return undefined;
  }

  *observations(): IterableIterator<Observation> {
    for (const { memory } of this.#feeds.values()) {
      for (const [, observation] of memory.entries()) yield observation;
    }
  }

  note(object: ObjectMetadata): void {
    const key = keyOf(object);
    for (const { scope, memory } of this.#byKind.get(formatGroupKind(key)) ?? []) {
      if (scope.namespace === undefined || scope.namespace === key.namespace) memory.note(object);
    }
  }

  scopes(): readonly InformerScope[] {
    return [...this.#feeds.values()].map(({ scope }) => scope);
  }

  add(scope: InformerScope): void {
    const id = idOf(scope);
    if (this.#feeds.has(id)) return;
    const memory = new Memory((object) => observationOf(object, this.#pool), this.#options.onChange);
    const feed: Feed = { scope, stop: new AbortController(), memory, state: 'reading' };
    this.#feeds.set(id, feed);
    this.#index();
    this.#toldSynced = false;
    void this.#run(feed);
  }

  remove(scope: InformerScope): void {
    const id = idOf(scope);
    const feed = this.#feeds.get(id);
    feed?.stop.abort();
    this.#feeds.delete(id);
    this.#index();
    if (!this.isReading) this.#options.onRead?.();
    for (const [name, before] of feed?.memory.entries() ?? []) this.#options.onChange?.({ name, before });
  }

  close(): void {
    for (const { stop } of this.#feeds.values()) stop.abort();
    this.#channel.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FollowEvent> {
    // What is remembered changes when an event is read, not when it comes.
    for await (const take of this.#channel) {
      const event = take();
      if (event) yield event;
      else if (!this.isReading) this.#options.onRead?.();
      if (!this.#toldSynced && this.isComplete) {
        this.#toldSynced = true;
        yield { type: 'synced' };
      }
    }
  }

  #index(): void {
    this.#byKind = Map.groupBy(this.#feeds.values(), ({ scope }) => formatGroupKind(scope.resource));
  }

  async #run(feed: Feed): Promise<void> {
    const { signal } = feed.stop;
    const { clock } = this.#options;
    const { scope, memory } = feed;
    try {
      for await (const event of metadataInformer(this.#client, scope, {
        signal,
        memory,
        ...(clock && { clock }),
      })) {
        await this.#channel.put(() => (signal.aborted ? undefined : absorb(feed, event)));
        if (signal.aborted) return;
      }
    } catch (error) {
      await this.#channel.put(() => {
        feed.state = 'failed';
        const cause = error instanceof Error ? error : new Error(String(error));
        return { type: 'failed', scope: feed.scope, error: cause };
      });
    }
  }
}

/** Notes an event, and says what is worth telling. */
function absorb(feed: Feed, event: InformerEvent<ObjectMetadata, Observation>): FollowEvent | undefined {
  const { scope } = feed;
  switch (event.type) {
    case 'added':
      return { type: 'observed', observation: event.known, before: undefined, live: event.object };
    case 'changed':
      return { type: 'observed', observation: event.known, before: event.before, live: event.object };
    case 'removed':
      return { type: 'removed', key: event.key, uid: event.uid, before: event.before };
    case 'synced':
      if (feed.state === 'reading') feed.state = 'seeing';
      return undefined;
    case 'lost':
      feed.state = 'lost';
      return { type: 'lost', scope, error: event.error, retryMs: event.retryMs };
    case 'recovered':
      feed.state = 'seeing';
      return { type: 'recovered', scope };
    case 'progress':
      return undefined;
  }
}

function idOf({ resource, namespace = '', labelSelector = '', fieldSelector = '' }: InformerScope): string {
  return [resource.group, resource.plural, namespace, labelSelector, fieldSelector].join(' ');
}
