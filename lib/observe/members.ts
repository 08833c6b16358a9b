/** Whose the live objects are: for each inventory how many objects carry its id, of which kinds in which namespaces, and
 * which of them are in no program. */
import { formatKey } from '../objects/index.ts';
import { formatGroupKind, type InventoryScope } from '../plan/index.ts';
import type { Observation } from './observation.ts';

interface Group {
  count: number;
  readonly strays: Set<string>;
  /** How many objects that stay ours there are of a kind, and in a namespace. */
  readonly kinds: Map<string, number>;
  readonly namespaces: Map<string, number>;
}

export class Members {
  readonly #groups = new Map<string, Group>();

  /** How many objects carry some ids. */
  count(ids: Iterable<string>): number {
    let count = 0;
    for (const id of ids) count += this.#groups.get(id)?.count ?? 0;
    return count;
  }

  countOfKind(ids: Iterable<string>, groupKind: string): number {
    let count = 0;
    for (const id of ids) count += this.#groups.get(id)?.kinds.get(groupKind) ?? 0;
    return count;
  }

  /** Names of objects that carry one of some ids, were written by us, and are not desired. */
  *strays(ids: Iterable<string>): Generator<string> {
    for (const id of ids) yield* this.#groups.get(id)?.strays ?? [];
  }

  /** Kinds and namespaces of the objects that carry one of some ids.
   * @param without objects that do not count */
  scope(ids: Iterable<string>, without: Iterable<Observation>): InventoryScope {
    const kinds = new Map<string, number>();
    const namespaces = new Map<string, number>();
    const known = new Set(ids);
    for (const id of known) {
      for (const [kind, count] of this.#groups.get(id)?.kinds ?? []) add(kinds, kind, count);
      for (const [namespace, count] of this.#groups.get(id)?.namespaces ?? [])
        add(namespaces, namespace, count);
    }
    for (const live of without) {
      if (live.partOf === undefined || !known.has(live.partOf) || !stays(live)) continue;
      add(kinds, formatGroupKind(live.key), -1);
      add(namespaces, live.key.namespace, -1);
    }
    const present = (counts: ReadonlyMap<string, number>) =>
      [...counts].flatMap(([name, count]) => (count > 0 && name !== '' ? [name] : []));
    return { kinds: present(kinds), namespaces: present(namespaces) };
  }

  /** Notes that an object came, changed or went. */
  note(before: Observation | undefined, now: Observation | undefined, isDesired: boolean): void {
    if (before) this.#count(before, -1);
    if (now) {
      this.#count(now, 1);
      this.judge(now, isDesired);
    }
  }

  /** Notes that an object is desired, or is so no more. */
  judge(live: Observation, isDesired: boolean): void {
    if (live.partOf === undefined) return;
    const { strays } = this.#groupOf(live.partOf);
    if (stays(live) && !isDesired) strays.add(formatKey(live.key));
    else strays.delete(formatKey(live.key));
  }

  #count(live: Observation, by: 1 | -1): void {
    if (live.partOf === undefined) return;
    const group = this.#groupOf(live.partOf);
    group.count += by;
    if (by < 0) group.strays.delete(formatKey(live.key));
    if (group.count === 0) this.#groups.delete(live.partOf);
    if (!stays(live)) return;
    add(group.kinds, formatGroupKind(live.key), by);
    add(group.namespaces, live.key.namespace, by);
  }

  #groupOf(id: string): Group {
    const known = this.#groups.get(id);
    if (known) return known;
    const group: Group = { count: 0, strays: new Set(), kinds: new Map(), namespaces: new Map() };
    this.#groups.set(id, group);
    return group;
  }
}

/** Whether it was written by us, and nobody just copied its labels; and it is not going already. */
function stays({ digest, ownFields, deletionTimestamp }: Observation): boolean {
  return (digest !== undefined || ownFields !== undefined) && deletionTimestamp === undefined;
}

function add(counts: Map<string, number>, name: string, by: number): void {
  const count = (counts.get(name) ?? 0) + by;
  if (count === 0) counts.delete(name);
  else counts.set(name, count);
}
