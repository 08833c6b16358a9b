/** Whose the live objects are: how many carry the id of each inventory, and which of those are in no program. */
import { formatKey } from '../objects/index.ts';
import type { Observation } from './observation.ts';

interface Group {
  count: number;
  readonly strays: Set<string>;
}

export class Members {
  readonly #groups = new Map<string, Group>();

  /** How many objects carry some ids. */
  count(ids: Iterable<string>): number {
    let count = 0;
    for (const id of ids) count += this.#groups.get(id)?.count ?? 0;
    return count;
  }

  /** Names of objects that carry one of some ids, were written by us, and are not desired. */
  *strays(ids: Iterable<string>): Generator<string> {
    for (const id of ids) yield* this.#groups.get(id)?.strays ?? [];
  }

  /** Notes that an object came, changed or went. */
  note(before: Observation | undefined, now: Observation | undefined, isDesired: boolean): void {
    if (before?.partOf !== now?.partOf) {
      if (before?.partOf !== undefined) this.#leave(before.partOf, formatKey(before.key));
      if (now?.partOf !== undefined) this.#groupOf(now.partOf).count += 1;
    }
    if (now) this.judge(now, isDesired);
  }

  /** Notes that an object is desired, or is so no more. */
  judge(live: Observation, isDesired: boolean): void {
    if (live.partOf === undefined) return;
    const { strays } = this.#groupOf(live.partOf);
    const isOurs = live.digest !== undefined || live.ownFields !== undefined;
    if (isOurs && !isDesired && live.deletionTimestamp === undefined) strays.add(formatKey(live.key));
    else strays.delete(formatKey(live.key));
  }

  #groupOf(id: string): Group {
    const known = this.#groups.get(id);
    if (known) return known;
    const group: Group = { count: 0, strays: new Set() };
    this.#groups.set(id, group);
    return group;
  }

  #leave(id: string, name: string): void {
    const group = this.#groups.get(id);
    if (!group) return;
    group.count -= 1;
    group.strays.delete(name);
    if (group.count === 0) this.#groups.delete(id);
  }
}
