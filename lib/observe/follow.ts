import type { Clock, InformerEvent, InformerScope, KubeClient, KubeError } from '../kube/index.ts';
import { metadataInformer } from '../kube/index.ts';
import type { ObjectKey, ObjectMetadata } from '../objects/index.ts';
import { formatKey } from '../objects/index.ts';
import { Channel } from './channel.ts';
import type { Observation } from './observation.ts';
import { observationOf } from './observation.ts';

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
}

/** Live objects, followed by their metadata. Read its events in one loop; what is remembered is up to date with
 * the last event that was read. */
export interface Follower extends AsyncIterable<FollowEvent> {
  get(key: ObjectKey): Observation | undefined;
  observations(): IterableIterator<Observation>;
  /** Whether every scope has been read, and none is lost. */
  readonly isComplete: boolean;
  /** Follows one more scope; one that is followed already is left alone. */
  add(scope: InformerScope): void;
  /** Ends the watches of a scope and forgets its objects, without events. */
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
  readonly known: Map<string, Observation>;
  state: 'reading' | 'seeing' | 'lost' | 'failed';
}

class MetadataFollower implements Follower {
  readonly #client: KubeClient;
  readonly #options: FollowOptions;
  readonly #channel = new Channel<() => FollowEvent | undefined>();
  readonly #feeds = new Map<string, Feed>();
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

  get(key: ObjectKey): Observation | undefined {
    const name = formatKey(key);
    for (const { known } of this.#feeds.values()) {
      const found = known.get(name);
      if (found) return found;
    }
    return undefined;
  }

  *observations(): IterableIterator<Observation> {
    for (const { known } of this.#feeds.values()) yield* known.values();
  }

  add(scope: InformerScope): void {
    const id = idOf(scope);
    if (this.#feeds.has(id)) return;
    const feed: Feed = { scope, stop: new AbortController(), known: new Map(), state: 'reading' };
    this.#feeds.set(id, feed);
    this.#toldSynced = false;
    void this.#run(feed);
  }

  remove(scope: InformerScope): void {
    const id = idOf(scope);
    this.#feeds.get(id)?.stop.abort();
    this.#feeds.delete(id);
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
      if (!this.#toldSynced && this.isComplete) {
        this.#toldSynced = true;
        yield { type: 'synced' };
      }
    }
  }

  async #run(feed: Feed): Promise<void> {
    const { signal } = feed.stop;
    const { clock } = this.#options;
    try {
      for await (const event of metadataInformer(this.#client, feed.scope, {
        signal,
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
function absorb(feed: Feed, event: InformerEvent<ObjectMetadata>): FollowEvent | undefined {
  const { scope, known } = feed;
  switch (event.type) {
    case 'added':
    case 'changed': {
      const observation = observationOf(scope.resource, event.object);
      const name = formatKey(observation.key);
      const before = known.get(name);
      known.set(name, observation);
      return { type: 'observed', observation, before, live: event.object };
    }
    case 'removed': {
      const name = formatKey(event.key);
      const before = known.get(name);
      known.delete(name);
      return { type: 'removed', key: event.key, uid: event.uid, before };
    }
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
