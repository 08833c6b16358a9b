// biome-ignore lint/suspicious/noExplicitAny: fields below the envelope are what the kind's schema says
type Fields = any;

const NONE: readonly Fields[] = [];
const NOTHING: Fields = {};

/** The items of a list; none when it is no list, and an empty map in the place of what is no map. References are looked
 * at in objects of every kind, also in those that no schema was asked about. */
export function itemsOf(list: unknown): readonly Fields[] {
  if (!Array.isArray(list)) return NONE;
  for (let i = 0; i < list.length; i += 1) {
    if (typeof list[i] !== 'object' || list[i] === null) return list.map(orNothing);
  }
  return list;
}

function orNothing(item: unknown): Fields {
  return typeof item === 'object' && item !== null ? item : NOTHING;
}
