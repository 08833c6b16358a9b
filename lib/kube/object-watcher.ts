import type { KubernetesObject, ObjectKey } from '../objects/index.ts';
import { formatKey, keyOf } from '../objects/index.ts';
import type { ApiResource, KubeClient } from './client.ts';
import type { Clock } from './clock.ts';
import { KubeError } from './errors.ts';
import type { InformerScope } from './informer.ts';
import { objectInformer } from './informer.ts';
import { isAtLeast } from './resource-version.ts';

/** Many waits on few connections: one watch for each kind (or kind and namespace), however many objects are
 * waited for. Nothing is ever polled. */
export interface ObjectWatcher {
  /** Follows one object. `onState` is called as soon as its state is known, and whenever it changes, with
   * undefined while there is no such object. Nothing is called any more after the returned function was. */
  observe(resource: ApiResource, key: ObjectKey, observer: ObjectObserver): () => void;
  /** Follows every object in a scope: the pods of a workload, say, or the events about one. `onState` gets
   * all of them, each time that one of them changes. */
  observeAll(scope: InformerScope, observer: ScopeObserver): () => void;
  /** Ends all watches. Observers are not called any more. */
  close(): void;
}

interface Reporter {
  /** We cannot see for the moment; the state is told again when we can. */
  onLost?(error: KubeError): void;
  /** We shall never see: forbidden, say. Nothing comes after this. */
  onError(error: Error): void;
}

export interface ObjectObserver extends Reporter {
  /** States older than this one are not told: give the resourceVersion that a write returned, and no state
   * from before the write is taken for its outcome. */
  readonly notBefore?: string;
  onState(object: KubernetesObject | undefined): void;
}

export interface ScopeObserver extends Reporter {
  onState(objects: readonly KubernetesObject[]): void;
}

export interface ObjectWatcherOptions {
  /** Narrows what {@link ObjectWatcher.observe} watches, so that only objects of ours are sent to us. */
  readonly labelSelector?: string;
  /** Watch each namespace by itself, or the whole cluster at once (falling back to namespaces where that is
   * forbidden). Default `cluster` with a label selector, `namespace` without. */
  readonly across?: 'namespace' | 'cluster';
  readonly clock?: Clock;
}

export function objectWatcher(client: KubeClient, options: ObjectWatcherOptions = {}): ObjectWatcher {
  const stop = new AbortController();
  const feeds = new Map<string, Feed>();
  const across = options.across ?? (options.labelSelector === undefined ? 'namespace' : 'cluster');
  /** Kinds that we may not watch in the whole cluster. */
  const narrowed = new Set<string>();

  const feedOf = (scope: InformerScope): Feed => {
    const { resource, namespace = '', labelSelector = '', fieldSelector = '' } = scope;
    const id = [
      resource.group,
      resource.version,
      resource.plural,
      namespace,
      labelSelector,
      fieldSelector,
    ].join(' ');
    let feed = feeds.get(id);
    if (!feed) {
      feed = new Feed();
      feeds.set(id, feed);
      void feed.run(client, scope, stop.signal, options.clock);
    }
    return feed;
  };

  const scopeOf = (resource: ApiResource, namespace: string): InformerScope => ({
    resource,
    ...(namespace !== '' && { namespace }),
    ...(options.labelSelector !== undefined && { labelSelector: options.labelSelector }),
  });

  const observe: ObjectWatcher['observe'] = (resource, key, observer) => {
    const kind = `${resource.group}/${resource.plural}`;
    const wide = across === 'cluster' && resource.namespaced && !narrowed.has(kind);
    const listener = new ObjectListener(formatKey(key), observer);
    let cancel = feedOf(scopeOf(resource, wide ? '' : key.namespace)).add(listener);
    if (wide) {
      listener.onForbidden = () => {
        narrowed.add(kind);
        cancel = feedOf(scopeOf(resource, key.namespace)).add(new ObjectListener(formatKey(key), observer));
        return true;
      };
    }
    return () => cancel();
  };

  return {
    observe,
    observeAll: (scope, observer) => feedOf(scope).add(new ScopeListener(observer)),
    close: () => stop.abort(),
  };
}

/** One watch, what it has seen, and who wants to know. */
class Feed {
  readonly objects = new Map<string, KubernetesObject>();
  /** The moment up to which everything is known; undefined before the first list is complete. */
  resourceVersion: string | undefined;
  readonly #listeners = new Set<Listener>();
  #failure: Error | undefined;

  add(listener: Listener): () => void {
    this.#listeners.add(listener);
    // Later, so that nobody is called before it holds the function that stops the calls.
    queueMicrotask(() => {
      if (!this.#listeners.has(listener)) return;
      if (this.#failure) this.#fail(listener, this.#failure);
      else if (this.resourceVersion !== undefined) listener.told(this);
    });
    return () => this.#listeners.delete(listener);
  }

  async run(client: KubeClient, scope: InformerScope, signal: AbortSignal, clock?: Clock): Promise<void> {
    try {
      for await (const event of objectInformer(client, scope, { signal, ...(clock && { clock }) })) {
        if (signal.aborted) return;
        switch (event.type) {
          case 'added':
          case 'changed':
            this.#put(event.object);
            break;
          case 'removed':
            this.objects.delete(formatKey(event.key));
            this.#advance(event.object?.metadata.resourceVersion);
            this.#tell(formatKey(event.key));
            break;
          case 'synced':
          case 'progress':
            this.resourceVersion = event.resourceVersion;
            this.#tell(undefined);
            break;
          case 'lost':
            for (const listener of [...this.#listeners]) listener.lost(event.error);
            break;
          case 'recovered':
            this.#tell(undefined);
        }
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      for (const listener of [...this.#listeners]) this.#fail(listener, this.#failure);
    }
  }

  #put(object: KubernetesObject): void {
    const name = formatKey(keyOf(object));
    // Nobody who waits reads who holds which field, and it is the larger part of many objects.
    const { managedFields: _unused, ...metadata } = object.metadata;
    this.objects.set(name, { ...object, metadata });
    this.#advance(object.metadata.resourceVersion);
    this.#tell(name);
  }

  /** While the first list is read out, nothing is complete yet. */
  #advance(resourceVersion: string | undefined): void {
    if (this.resourceVersion === undefined || resourceVersion === undefined) return;
    if (isAtLeast(resourceVersion, this.resourceVersion)) this.resourceVersion = resourceVersion;
  }

  #tell(changed: string | undefined): void {
    if (this.resourceVersion === undefined) return;
    for (const listener of [...this.#listeners]) {
      if (this.#listeners.has(listener)) listener.told(this, changed);
    }
  }

  #fail(listener: Listener, error: Error): void {
    this.#listeners.delete(listener);
    listener.failed(error);
  }
}

interface Listener {
  /** @param changed name of the object that changed; undefined when any may have */
  told(feed: Feed, changed?: string): void;
  lost(error: KubeError): void;
  failed(error: Error): void;
}

const NOT_TOLD = Symbol('not told');

class ObjectListener implements Listener {
  /** Asked when the watch is forbidden; true when somebody else goes on. */
  onForbidden: (() => boolean) | undefined;
  readonly #name: string;
  readonly #observer: ObjectObserver;
  #last: KubernetesObject | undefined | typeof NOT_TOLD = NOT_TOLD;

  constructor(name: string, observer: ObjectObserver) {
    this.#name = name;
    this.#observer = observer;
  }

  told(feed: Feed, changed?: string): void {
    if (changed !== undefined && changed !== this.#name) return;
    const object = feed.objects.get(this.#name);
    if (object === this.#last) return;
    const { notBefore } = this.#observer;
    const moment = object ? (object.metadata.resourceVersion ?? '') : (feed.resourceVersion ?? '');
    if (notBefore !== undefined && !isAtLeast(moment, notBefore)) return;
    this.#last = object;
    this.#observer.onState(object);
  }

  lost(error: KubeError): void {
    this.#observer.onLost?.(error);
  }

  failed(error: Error): void {
    const forbidden = error instanceof KubeError && error.code === 'FORBIDDEN';
    if (forbidden && this.onForbidden?.()) return;
    this.#observer.onError(error);
  }
}

class ScopeListener implements Listener {
  readonly #observer: ScopeObserver;

  constructor(observer: ScopeObserver) {
    this.#observer = observer;
  }

  told(feed: Feed): void {
    this.#observer.onState([...feed.objects.values()]);
  }

  lost(error: KubeError): void {
    this.#observer.onLost?.(error);
  }

  failed(error: Error): void {
    this.#observer.onError(error);
  }
}
