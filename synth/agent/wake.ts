/** Lets a loop sleep until there is something to do: somebody wakes it, time passes, or it is told to stop. */
export class Wake {
  #woken = false;
  #resolve: (() => void) | undefined;

  wake(): void {
    this.#woken = true;
    this.#resolve?.();
  }

  /** Returns at once when it was woken since the last wait.
   * @param ms how long to wait at most */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#woken && !signal.aborted) {
      const timer = { id: undefined as NodeJS.Timeout | undefined };
      const stop = (): void => this.#resolve?.();
      signal.addEventListener('abort', stop, { once: true });
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
        if (Number.isFinite(ms)) timer.id = setTimeout(resolve, ms);
      });
      clearTimeout(timer.id);
      signal.removeEventListener('abort', stop);
    }
    this.#resolve = undefined;
    this.#woken = false;
  }
}
