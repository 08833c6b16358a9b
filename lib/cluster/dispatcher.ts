/** Hands tasks out on later turns of the event loop, in the order in which they came. */
export class Dispatcher {
  #queue: (() => void)[] = [];
  #scheduled = false;
  #idle: (() => void)[] = [];

  enqueue(task: () => void): void {
    this.#queue.push(task);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#run());
  }

  /** Resolves when no task is left, those included that tasks have brought. */
  settled(): Promise<void> {
    return this.#scheduled ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve();
  }

  #run(): void {
    const tasks = this.#queue;
    this.#queue = [];
    this.#scheduled = false;
    for (const task of tasks) {
      try {
        task();
      } catch (error) {
        // One task that fails must not take the others with it.
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
    // After the microtasks to which tasks put off their work: what comes of them counts too.
    queueMicrotask(() => this.#resolveWhenIdle());
  }

  #resolveWhenIdle(): void {
    if (this.#scheduled) return;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }
}
