/** What a cache weighs. */
export interface Weighed {
  readonly bytes: number;
}

/** Keeps values up to a weight in bytes, and lets go first of those that were not asked for the longest. */
export class ByteCache<K, V extends Weighed> {
  readonly #values = new Map<K, V>();
  readonly #limit: number;
  #bytes = 0;

  /** @param limit in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: K): V | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    // A Map remembers the order of insertion: the last one asked for goes to the end.
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  /** A value that alone would fill a quarter is not kept: it would push out all the others. */
  set(key: K, value: V): void {
    if (value.bytes > this.#limit / 4 || this.#values.has(key)) return;
    this.#values.set(key, value);
    this.#bytes += value.bytes;
    for (const [oldest, old] of this.#values) {
      if (this.#bytes <= this.#limit) return;
      this.#values.delete(oldest);
      this.#bytes -= old.bytes;
    }
  }
}
