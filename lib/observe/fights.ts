/** Notices that somebody rewrites an object again and again, says who, and slows us down there: two controllers that correct
 * each other at full speed help nobody. Pure but for its memory; whoever holds objects as they were applied uses it. */
import { compareText } from '../objects/index.ts';

export interface Fight {
  /** Field managers that were corrected in most of the rounds, by managedFields; empty when the object was deleted, or
   * the trace is gone. */
  readonly managers: readonly string[];
  /** How often the object was corrected since it was last left in peace. */
  readonly corrections: number;
  /** Milliseconds to wait before it is corrected again. */
  readonly pauseMs: number;
}

/** An object that was left in peace for so long is not fought over any more. Longer than the longest pause. */
const PEACE_MS = 300_000;
/** So many corrections of one object are drift; more are a fight. */
const PATIENCE = 5;
const SHORTEST_MS = 1_000;
const LONGEST_MS = 60_000;

interface Rounds {
  readonly count: number;
  readonly lastAt: number;
  /** How often each manager was corrected. */
  readonly managers: ReadonlyMap<string, number>;
}

export class Fights {
  /** By object; the one that was corrected last is the last one. */
  readonly #rounds = new Map<string, Rounds>();

  /** Notes that an object is corrected.
   * @param managers who had written what is taken back; empty when that is not known
   * @param now milliseconds on a clock that does not run backwards */
  corrected(object: string, managers: Iterable<string>, now: number): void {
    const before = this.#recent(object, now);
    const counts = new Map(before?.managers);
    for (const manager of new Set(managers)) counts.set(manager, (counts.get(manager) ?? 0) + 1);
    this.#rounds.delete(object);
    this.#rounds.set(object, { count: (before?.count ?? 0) + 1, lastAt: now, managers: counts });
    this.#forget(now);
  }

  /** @returns undefined as long as correcting the object at once is right */
  over(object: string, now: number): Fight | undefined {
    const rounds = this.#recent(object, now);
    if (!rounds || rounds.count < PATIENCE) return undefined;
    const most = [...rounds.managers].filter(([, count]) => count * 2 >= rounds.count);
    return {
      managers: most.sort(([a, m], [b, n]) => n - m || compareText(a, b)).map(([manager]) => manager),
      corrections: rounds.count,
      pauseMs: Math.min(LONGEST_MS, SHORTEST_MS * 2 ** (rounds.count - PATIENCE)),
    };
  }

  #recent(object: string, now: number): Rounds | undefined {
    const rounds = this.#rounds.get(object);
    return rounds && now - rounds.lastAt < PEACE_MS ? rounds : undefined;
  }

  #forget(now: number): void {
    for (const [object, { lastAt }] of this.#rounds) {
      if (now - lastAt < PEACE_MS) return;
      this.#rounds.delete(object);
    }
  }
}

/** Who a fight is with, as the beginning of a sentence. */
export function describeOpponents({ managers }: Pick<Fight, 'managers'>): string {
  return managers.length === 0 ? 'somebody' : managers.join(' and ');
}
