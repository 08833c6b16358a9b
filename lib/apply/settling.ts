/** A kind whose definition was written a moment ago may be established and still not be served for a moment. */
import { backoffMs, KubeError, systemClock } from '../kube/index.ts';

/** How often it is tried: some ten seconds in all. */
const TRIES = 12;

/** Tries a write again while the server does not serve the object's kind yet.
 * @throws what the last try threw */
export async function retryUntilServed<T>(write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (attempt >= TRIES || !(error instanceof KubeError)) throw error;
      if (error.code !== 'UNKNOWN_KIND' && error.code !== 'NOT_FOUND') throw error;
      await systemClock.sleep(backoffMs(attempt, systemClock, 50, 2_000));
    }
  }
}
