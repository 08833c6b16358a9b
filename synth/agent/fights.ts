/** Notices that somebody rewrites an object again and again, and slows us down there: two controllers that correct each
 * other at full speed help nobody. */

/** What is older is forgotten. */
const MEMORY_MS = 300_000;
/** So many corrections of one object are drift; more are a fight. */
const PATIENCE = 5;
const LONGEST_MS = 60_000;

export class Fights {
  readonly #corrections = new Map<string, readonly number[]>();

  /** Notes that an object has to be corrected.
   * @param now milliseconds on a clock that does not run backwards
   * @returns how long to wait first: 0 for drift; in a fight a second, doubled each time, a minute at most */
  delayMs(object: string, now: number): number {
    const recent = (this.#corrections.get(object) ?? []).filter((at) => now - at < MEMORY_MS);
    this.#corrections.set(object, [...recent, now]);
    const excess = recent.length - PATIENCE;
    return excess < 0 ? 0 : Math.min(LONGEST_MS, 1_000 * 2 ** excess);
  }
}
