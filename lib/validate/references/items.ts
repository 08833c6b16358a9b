// biome-ignore lint/suspicious/noExplicitAny: fields below the envelope are what the kind's schema says
type Fields = any;

const NONE: readonly Fields[] = [];

/** The items of a list that are maps, each with its place; none when it is no list. References are looked at in
 * objects of every kind, also in those that no schema was asked about. */
export function* itemsOf(list: unknown): Iterable<readonly [index: number, item: Fields]> {
  const items: readonly unknown[] = Array.isArray(list) ? list : NONE;
  for (const [index, item] of items.entries())
    if (typeof item === 'object' && item !== null) yield [index, item];
}
