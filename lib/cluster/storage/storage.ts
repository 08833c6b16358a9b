/** The store: every object by table, namespace and name, one counter for all resourceVersions, and the latest events
 * for watches to start from. Objects in it are never changed, only replaced. */
import type { KubernetesObject } from '../../objects/index.ts';
import { ApiError } from '../status.ts';

export interface StoredEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly table: string;
  readonly resourceVersion: number;
  readonly object: KubernetesObject;
  readonly previous?: KubernetesObject;
}

export type StorageListener = (event: StoredEvent) => void;

interface Table {
  readonly objects: Map<string, KubernetesObject>;
  readonly listeners: Set<StorageListener>;
  /** Sorted as etcd sorts its keys; dropped by every write. */
  sorted: readonly KubernetesObject[] | undefined;
}

/** Events kept for watches; when there are half as many again, the oldest are forgotten. */
const EVENTS_KEPT = 10_000;

export class Storage {
  readonly #tables = new Map<string, Table>();
  readonly #listeners = new Set<StorageListener>();
  #events: StoredEvent[] = [];
  #revision = 1;
  #compacted = 0;

  /** The latest resourceVersion given out. */
  get revision(): number {
    return this.#revision;
  }

  get(table: string, namespace: string, name: string): KubernetesObject | undefined {
    return this.#tables.get(table)?.objects.get(`${namespace}/${name}`);
  }

  /** All objects of a table, or of one namespace of it, sorted by namespace and name. */
  list(table: string, namespace?: string): readonly KubernetesObject[] {
    const { sorted } = this.#sortedTable(table);
    return namespace === undefined ? sorted : inNamespace(sorted, namespace);
  }

  /** Names of the tables that hold anything. */
  tables(): readonly string[] {
    return [...this.#tables].filter(([, table]) => table.objects.size > 0).map(([name]) => name);
  }

  /** Stores the object under a new resourceVersion, which is put into its metadata. */
  put(table: string, object: KubernetesObject): KubernetesObject {
    const place = this.#table(table);
    const key = storageKey(object);
    const previous = place.objects.get(key);
    const resourceVersion = ++this.#revision;
    const stored = withResourceVersion(object, resourceVersion);
    place.objects.set(key, stored);
    place.sorted = undefined;
    this.#publish(place, {
      type: previous ? 'MODIFIED' : 'ADDED',
      table,
      resourceVersion,
      object: stored,
      ...(previous && { previous }),
    });
    return stored;
  }

  /** Stores an object under the resourceVersion that it has. No event of it is kept. */
  restore(table: string, object: KubernetesObject): void {
    const version = Number(object.metadata.resourceVersion);
    if (!Number.isSafeInteger(version) || version <= 0) {
      this.put(table, object);
      return;
    }
    const place = this.#table(table);
    place.objects.set(storageKey(object), object);
    place.sorted = undefined;
    if (version > this.#revision) this.#revision = version;
    for (const listener of place.listeners)
      listener({ type: 'ADDED', table, resourceVersion: version, object });
  }

  /** Removes an object. What watches and the caller get to see is its last state under the resourceVersion of the removal. */
  remove(table: string, object: KubernetesObject): KubernetesObject {
    const place = this.#table(table);
    const key = storageKey(object);
    const previous = place.objects.get(key);
    if (!previous) return object;
    const resourceVersion = ++this.#revision;
    const last = withResourceVersion(object, resourceVersion);
    place.objects.delete(key);
    place.sorted = undefined;
    this.#publish(place, { type: 'DELETED', table, resourceVersion, object: last, previous });
    return last;
  }

  /** The table as it was at a resourceVersion, by taking back what happened since.
   * @throws ApiError 410 Expired when that is no longer known */
  listAt(table: string, resourceVersion: number, namespace?: string): readonly KubernetesObject[] {
    if (resourceVersion >= this.#revision) return this.list(table, namespace);
    const objects = new Map(this.#tables.get(table)?.objects);
    for (const event of this.eventsSince(resourceVersion, table).toReversed()) {
      const key = storageKey(event.object);
      if (event.previous) objects.set(key, event.previous);
      else objects.delete(key);
    }
    const sorted = [...objects.values()].sort(byKey);
    return namespace === undefined ? sorted : inNamespace(sorted, namespace);
  }

  /** What happened to a table after a resourceVersion.
   * @throws ApiError 410 Expired when the events are no longer kept */
  eventsSince(resourceVersion: number, table: string): readonly StoredEvent[] {
    if (resourceVersion < this.#compacted) {
      throw new ApiError(410, 'Expired', `too old resource version: ${resourceVersion} (${this.#compacted})`);
    }
    let first = this.#events.length;
    while (first > 0 && this.#events[first - 1]!.resourceVersion > resourceVersion) first--;
    return this.#events.slice(first).filter((event) => event.table === table);
  }

  /** Forgets all events: watches and lists can no longer start before the present. */
  compact(): void {
    this.#events = [];
    this.#compacted = this.#revision;
  }

  /** Calls the listener within each write to a table. @returns unsubscribe */
  subscribe(table: string, listener: StorageListener): () => void {
    const { listeners } = this.#table(table);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Calls the listener within each write to any table. @returns unsubscribe */
  subscribeAll(listener: StorageListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #publish(place: Table, event: StoredEvent): void {
    this.#events.push(event);
    if (this.#events.length > EVENTS_KEPT * 1.5) {
      this.#events = this.#events.slice(-EVENTS_KEPT);
      this.#compacted = this.#events[0]!.resourceVersion - 1;
    }
    for (const listener of place.listeners) listener(event);
    for (const listener of this.#listeners) listener(event);
  }

  #table(name: string): Table {
    const known = this.#tables.get(name);
    if (known) return known;
    const table: Table = { objects: new Map(), listeners: new Set(), sorted: [] };
    this.#tables.set(name, table);
    return table;
  }

  #sortedTable(name: string): { readonly sorted: readonly KubernetesObject[] } {
    const table = this.#table(name);
    const sorted = table.sorted ?? [...table.objects.values()].sort(byKey);
    table.sorted = sorted;
    return { sorted };
  }
}

function storageKey(object: KubernetesObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

function byKey(a: KubernetesObject, b: KubernetesObject): number {
  const [left, right] = [storageKey(a), storageKey(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function inNamespace(sorted: readonly KubernetesObject[], namespace: string): readonly KubernetesObject[] {
  return sorted.filter((object) => (object.metadata.namespace ?? '') === namespace);
}

function withResourceVersion(object: KubernetesObject, resourceVersion: number): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(resourceVersion) } };
}
