import type { ObjectKey, ObjectMetadata } from '../objects/index.ts';
import { formatKey, keyOf } from '../objects/index.ts';
import { isAtLeast } from './resource-version.ts';

/** The least that is remembered of an object. */
export interface Known {
  readonly key: ObjectKey;
  readonly uid: string;
  readonly resourceVersion: string;
}

export interface MemoryChange<K extends Known> {
  readonly name: string;
  readonly before: K | undefined;
  /** Absent when it is gone. */
  readonly now?: K;
  readonly object?: ObjectMetadata;
}

/** The newest that is known of some objects, whoever learnt it: a list, a watch, the answer to a write. They come in any
 * order; a state never gives way to an older one. */
export class Memory<K extends Known> {
  readonly #known = new Map<string, K>();
  readonly #read: (object: ObjectMetadata) => K;
  readonly #onChange: ((change: MemoryChange<K>) => void) | undefined;

  /** @param read what is kept of an object
   * @param onChange called at once for everything that becomes known, before whoever noted it goes on */
  constructor(read: (object: ObjectMetadata) => K, onChange?: (change: MemoryChange<K>) => void) {
    this.#read = read;
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#known.size;
  }

  /** @param name as `formatKey` writes it */
  get(name: string): K | undefined {
    return this.#known.get(name);
  }

  entries(): MapIterator<[string, K]> {
    return this.#known.entries();
  }

  /** @returns undefined when what is known already is as new, or newer */
  note(object: ObjectMetadata): { readonly known: K; readonly before: K | undefined } | undefined {
    const name = formatKey(keyOf(object));
    const before = this.#known.get(name);
    if (before && !isNews(object, before)) return undefined;
    const known = this.#read(object);
    this.#known.set(name, known);
    this.#onChange?.({ name, before, now: known, object });
    return { known, before };
  }

  /** Forgets an object that is gone. A deletion has a resourceVersion of its own, like every other change.
   * @returns false when it has come back since, and stays */
  noteGone(object: ObjectMetadata): boolean {
    const name = formatKey(keyOf(object));
    const before = this.#known.get(name);
    const { resourceVersion = '' } = object.metadata;
    if (
      before &&
      before.resourceVersion !== resourceVersion &&
      isAtLeast(before.resourceVersion, resourceVersion)
    )
      return false;
    this.#known.delete(name);
    if (before) this.#onChange?.({ name, before });
    return true;
  }

  /** Forgets what a list did not have, unless it is newer than the list.
   * @returns what was forgotten */
  sweep(listed: ReadonlySet<string>, resourceVersion: string): readonly K[] {
    const gone: K[] = [];
    for (const [name, known] of this.#known) {
      if (listed.has(name) || !isAtLeast(resourceVersion, known.resourceVersion)) continue;
      this.#known.delete(name);
      this.#onChange?.({ name, before: known });
      gone.push(known);
    }
    return gone;
  }
}

function isNews({ metadata: { uid = '', resourceVersion = '' } }: ObjectMetadata, before: Known): boolean {
  const isSame = before.uid === uid && before.resourceVersion === resourceVersion;
  return !isSame && isAtLeast(resourceVersion, before.resourceVersion);
}
