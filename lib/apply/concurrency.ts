/** How many writes are in flight at a time: more while the server keeps up, half as many when it does not (additive
 * increase, multiplicative decrease, as in RFC 5681). */

export interface ConcurrencyOptions {
  readonly start?: number;
  readonly max?: number;
}

/** Measured on two cores: an API server is at its best with 8 to 16 writes in flight, and a third slower with 128. */
const START = 8;
const MAX = 32;
const MIN = 2;
/** A window that is so much slower than the best one means that requests queue up. */
const SLOW = 4;

export class AdaptiveLimit {
  #limit: number;
  readonly #max: number;
  #done = 0;
  #totalMs = 0;
  #bestMs = Number.POSITIVE_INFINITY;

  constructor({ start = START, max = MAX }: ConcurrencyOptions = {}) {
    this.#max = Math.max(1, max);
    this.#limit = Math.min(Math.max(1, start), this.#max);
  }

  get value(): number {
    return this.#limit;
  }

  /** A write came through. Once for each full window of writes the limit moves. */
  succeeded(durationMs: number): void {
    this.#done += 1;
    this.#totalMs += durationMs;
    if (this.#done < this.#limit) return;
    const meanMs = this.#totalMs / this.#done;
    this.#done = 0;
    this.#totalMs = 0;
    if (meanMs > this.#bestMs * SLOW) {
      this.#shrink();
      // What is slow once may be slow for good (a larger kind, a slower disk): the measure follows.
      this.#bestMs *= 1.5;
    } else {
      this.#bestMs = Math.min(this.#bestMs, meanMs);
      this.#limit = Math.min(this.#limit + 1, this.#max);
    }
  }

  /** The server asked us to slow down. */
  overloaded(): void {
    this.#done = 0;
    this.#totalMs = 0;
    this.#shrink();
  }

  #shrink(): void {
    this.#limit = Math.min(this.#max, Math.max(MIN, Math.floor(this.#limit / 2)));
  }
}
