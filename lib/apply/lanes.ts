/** What may run, in the order in which it should. Work of the slow lane starts early and goes on all the time, beside the
 * rest: the API server makes no more Services a second when many are in flight (measured: 190/s one by one, 250/s with
 * sixteen), but it does make other objects meanwhile. Both lanes shall come to their end together: one that is left over
 * runs alone, at its own slow rate. */
export type Lane = 'urgent' | 'slow' | 'normal';

/** What one piece of the slow lane takes, in pieces of the normal one (measured: 5 ms of the server's time against 2). */
const SLOW_WEIGHT = 2.5;

export class Lanes<T> {
  readonly #queues: Readonly<Record<Lane, Queue<T>>> = {
    urgent: new Queue(),
    slow: new Queue(),
    normal: new Queue(),
  };
  #slowRunning = 0;

  get size(): number {
    return this.#queues.urgent.size + this.#queues.slow.size + this.#queues.normal.size;
  }

  add(lane: Lane, item: T): void {
    this.#queues[lane].add(item);
  }

  /** @param limit how many may run at a time: the slow lane gets as large a part of it as of the work that is left */
  take(limit: number): T | undefined {
    const { urgent, slow, normal } = this.#queues;
    if (urgent.size > 0) return urgent.take();
    if (slow.size > 0 && (normal.size === 0 || this.#slowRunning < this.#slowShare(limit))) {
      this.#slowRunning += 1;
      return slow.take();
    }
    return normal.take();
  }

  /** What was taken has ended. */
  ended(lane: Lane): void {
    if (lane === 'slow') this.#slowRunning -= 1;
  }

  #slowShare(limit: number): number {
    const slow = (this.#queues.slow.size + this.#slowRunning) * SLOW_WEIGHT;
    return Math.max(1, Math.round((limit * slow) / (slow + this.#queues.normal.size)));
  }
}

/** First in, first out; taking is cheap however many there are. */
class Queue<T> {
  #items: T[] = [];
  #next = 0;

  get size(): number {
    return this.#items.length - this.#next;
  }

  add(item: T): void {
    this.#items.push(item);
  }

  take(): T | undefined {
    const item = this.#items[this.#next];
    if (this.#next < this.#items.length) this.#next += 1;
    if (this.#next === this.#items.length) {
      this.#items = [];
      this.#next = 0;
    }
    return item;
  }
}
