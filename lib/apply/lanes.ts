/** What may run, in the order in which it should. Work of the slow lane starts early, a few at a time, so that the rest
 * overlaps with it: the API server makes no more Services a second when many are in flight (measured: 190/s one by one,
 * 250/s with sixteen), but it does make other objects meanwhile. */
export type Lane = 'urgent' | 'slow' | 'normal';

/** So many of the slow lane run beside others. */
const SLOW_AT_A_TIME = 3;

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

  take(): T | undefined {
    const { urgent, slow, normal } = this.#queues;
    if (urgent.size > 0) return urgent.take();
    if (slow.size > 0 && (this.#slowRunning < SLOW_AT_A_TIME || normal.size === 0)) {
      this.#slowRunning += 1;
      return slow.take();
    }
    return normal.take();
  }

  /** What was taken has ended. */
  ended(lane: Lane): void {
    if (lane === 'slow') this.#slowRunning -= 1;
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
