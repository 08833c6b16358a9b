/** Expressions and patterns of definitions are written by anybody, and may take forever. */
import { createContext, Script } from 'node:vm';

/** Does something with each item, and goes on with the next where it takes too long. The watch is set for many items
 * at once, as setting it takes longer than most of them.
 * @returns the items that took longer than the limit */
export function* eachWithin<T>(limitMs: number, items: readonly T[], act: (item: T) => void): Iterable<T> {
  let next = 0;
  const run = (): void => {
    for (; next < items.length; next += 1) act(items[next]!);
  };
  while (next < items.length) {
    const first = next;
    if (endsWithin(limitMs, run)) return;
    // The others may have taken the time, and this one gets all of it when it is the first.
    if (next > first) continue;
    yield items[next]!;
    next += 1;
  }
}

/** @returns whether it came to its end; otherwise it was stopped, wherever it was */
function endsWithin(limitMs: number, run: () => void): boolean {
  try {
    new Script('run()').runInContext(createContext({ run }), { timeout: limitMs });
    return true;
  } catch (error) {
    if (Object(error).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  }
}
