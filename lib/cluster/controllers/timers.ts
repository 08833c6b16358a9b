/** Delays, as an argument so that a test can hold them. */
export interface Timers {
  /** Calls back once after so many milliseconds. @returns cancel */
  set(callback: () => void, delayMs: number): () => void;
}

/** Node's timers; they do not keep the process alive. */
export const REAL_TIMERS: Timers = {
  set(callback, delayMs) {
    // Longer delays than setTimeout can count (24 days) would fire at once.
    const timer = setTimeout(callback, Math.min(delayMs, 2 ** 31 - 1)).unref();
    return () => clearTimeout(timer);
  },
};
