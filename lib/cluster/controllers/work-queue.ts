import type { Timers } from './timers.ts';

export interface WorkQueueOptions {
  readonly timers: Timers;
  /** Works on one key; says whether it has to be done again. */
  readonly work: (key: string) => 'done' | 'again';
}

/** How often a key is worked on in a row before it waits for its next event. */
const MOST_TRIES = 5;

/** Keys to work on, each at most once however many events name it. The work starts when the events of this turn of
 * the event loop have all been handed out, so that ten changes make one reconciliation. */
export class WorkQueue {
  readonly #timers: Timers;
  readonly #work: WorkQueueOptions['work'];
  readonly #waiting = new Set<string>();
  readonly #delayed = new Map<string, { readonly dueMs: number; readonly cancel: () => void }>();
  #scheduled = false;
  #stopped = false;

  constructor({ timers, work }: WorkQueueOptions) {
    this.#timers = timers;
    this.#work = work;
  }

  add(key: string): void {
    if (this.#stopped) return;
    this.#waiting.add(key);
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#drain());
  }

  /** Adds the key after a delay. Of several delays for one key the shortest counts.
   * @param delayMs milliseconds */
  addAfter(key: string, delayMs: number): void {
    if (this.#stopped) return;
    const dueMs = performance.now() + delayMs;
    const earlier = this.#delayed.get(key);
    if (earlier && earlier.dueMs <= dueMs) return;
    earlier?.cancel();
    const cancel = this.#timers.set(() => {
      this.#delayed.delete(key);
      this.add(key);
    }, delayMs);
    this.#delayed.set(key, { dueMs, cancel });
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
  }

  #drain(): void {
    this.#scheduled = false;
    const keys = [...this.#waiting];
    this.#waiting.clear();
    for (const key of keys) {
      if (this.#stopped) return;
      for (let tries = 1; this.#work(key) === 'again' && tries < MOST_TRIES; tries++);
    }
  }
}
