import type { Clock } from '../clock.ts';

/** A clock that stands still but for the sleeps asked of it, which end at once. */
export interface HeldClock extends Clock {
  /** Every sleep, in milliseconds. */
  readonly sleeps: readonly number[];
  advance(ms: number): void;
}

export function heldClock(): HeldClock {
  let now = 0;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    random: () => 0.5,
    advance(ms) {
      now += ms;
    },
    sleep(ms, signal) {
      signal?.throwIfAborted();
      sleeps.push(ms);
      now += ms;
      // A turn of the event loop, so that a loop of sleeps lets others run.
      return new Promise((resolve) => setImmediate(resolve));
    },
  };
}
