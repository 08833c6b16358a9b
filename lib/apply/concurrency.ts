/** How many writes are in flight at a time. Nobody knows what a server can do, so it is tried out: a few more for as long
 * as more get done in the same time, back to where it was best when not, and half as many when the server says that it is
 * too much (additive increase, multiplicative decrease, as in RFC 5681; the climb by what gets done, and not by how
 * long one takes, since kinds take different times and a queue in the server costs nothing but patience). */

export interface ConcurrencyOptions {
  readonly start?: number;
  readonly max?: number;
}

/** Measured on two cores: an API server is at its best with 8 to 16 writes in flight, and a third slower with 128. */
const START = 12;
const MAX = 100;
const MIN = 2;
/** More in flight has to get so much more done. */
const GAIN = 1.05;
/** A window is at least so many writes: fewer say little about a rate. */
const WINDOW = 32;
/** Windows at the best limit before more is tried again: what a server can do changes. */
const PATIENCE = 12;
/** What was reached once is believed a little less with every window. */
const FADING = 0.98;

/** A server that gets half as much done as it did, and takes so many times as long for it, has too much to do. */
const SLOW = 4;

/** The shortest time that a server asks us to wait is a second. */
const ONE_ANSWER_MS = 250;

export class AdaptiveLimit {
  readonly #max: number;
  readonly #now: () => number;
  #limit: number;
  /** Where most got done: writes in flight, writes a millisecond. */
  #best: { readonly limit: number; readonly rate: number };
  #calmMs = Number.POSITIVE_INFINITY;
  #window = { done: 0, totalMs: 0, startedAt: 0 };
  #settled = 0;
  #halvedAt = Number.NEGATIVE_INFINITY;

  /** @param now a clock that only goes forward, in milliseconds */
  constructor(
    { start = START, max = MAX }: ConcurrencyOptions = {},
    now: () => number = () => performance.now(),
  ) {
    this.#max = Math.max(1, max);
    this.#limit = Math.min(Math.max(1, start), this.#max);
    this.#best = { limit: this.#limit, rate: 0 };
    this.#now = now;
    this.#startWindow();
  }

  get value(): number {
    return this.#limit;
  }

  /** A write came through. After each window of them the limit moves. */
  succeeded(durationMs: number): void {
    const window = this.#window;
    window.done += 1;
    window.totalMs += durationMs;
    if (window.done < Math.max(WINDOW, this.#limit)) return;
    const elapsedMs = Math.max(this.#now() - window.startedAt, Number.EPSILON);
    this.#judge(window.done / elapsedMs, window.totalMs / window.done);
    this.#startWindow();
  }

  /** The server asked us to slow down, or is about to. All that were in flight then say so at once, and count once. */
  overloaded(): void {
    const now = this.#now();
    if (now - this.#halvedAt < ONE_ANSWER_MS) return;
    this.#halvedAt = now;
    this.#limit = Math.min(this.#max, Math.max(MIN, Math.floor(this.#limit / 2)));
    this.#best = { limit: this.#limit, rate: 0 };
    this.#calmMs = Number.POSITIVE_INFINITY;
    this.#settled = 0;
    this.#startWindow();
  }

  #judge(rate: number, meanMs: number): void {
    if (rate < this.#best.rate / 2 && meanMs > this.#calmMs * SLOW) {
      this.overloaded();
      return;
    }
    this.#calmMs = Math.min(this.#calmMs, meanMs);
    if (rate > this.#best.rate * GAIN) {
      this.#best = { limit: this.#limit, rate };
      this.#settled = 0;
      this.#limit = this.#more();
      return;
    }
    this.#best = { limit: this.#best.limit, rate: this.#best.rate * FADING };
    this.#settled += 1;
    this.#limit = this.#settled % PATIENCE === 0 ? this.#more() : this.#best.limit;
  }

  #more(): number {
    return Math.min(this.#max, this.#limit + Math.ceil(this.#limit / 4));
  }

  #startWindow(): void {
    this.#window = { done: 0, totalMs: 0, startedAt: this.#now() };
  }
}
