import type { Clock } from './clock.ts';
import type { Interceptor } from './request.ts';

/** Sends no more than so many requests a second, evenly spread: for servers that are shared with somebody who is to
 * notice nothing. There is no such limit unless somebody asks for it, as servers have their own. */
export function pacing(requestsPerSecond: number, clock: Clock): Interceptor {
  const intervalMs = 1000 / requestsPerSecond;
  let next = Number.NEGATIVE_INFINITY;
  return (send) => async (request) => {
    const now = clock.now();
    const at = Math.max(now, next);
    next = at + intervalMs;
    if (at > now) await clock.sleep(at - now, request.signal);
    return send(request);
  };
}
