import { setTimeout as delay } from 'node:timers/promises';
import { isGitError } from '../git/index.ts';

export interface RetryOptions {
  /** How often it is tried in all. Default 5. */
  readonly attempts?: number;
  /** Waits before another try. Default: up to 100 ms, doubled each time, by chance. */
  readonly pause?: (attempt: number) => Promise<void>;
}

/** Does it again when somebody else moved the branch in between.
 * @param attempt renders and commits, from the state that it finds
 * @throws what the last try threw */
export async function withRetry<T>(
  attempt: (count: number) => Promise<T>,
  options: RetryOptions = {},
): Promise<T> {
  const pause = options.pause ?? ((count: number) => delay(Math.random() * 50 * 2 ** count));
  for (let count = 1; ; count++) {
    try {
      return await attempt(count);
    } catch (error) {
      if (count >= (options.attempts ?? 5) || !isGitError(error, 'PUSH_RACE', 'REF_CHANGED')) throw error;
      await pause(count);
    }
  }
}
