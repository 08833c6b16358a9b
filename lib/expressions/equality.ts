/** What equals what among lists whose order says nothing (Kubernetes, "x-kubernetes-list-type"): sets, and lists of maps that
 * are told apart by keys. */

const KEYS = Symbol('list-map-keys');

type MapList = readonly unknown[] & { readonly [KEYS]: readonly string[] };

/** Says of a list by which fields its items are told apart. It stays a list like others in all else.
 * @param keys as rules write these fields */
export function asMapList(list: readonly unknown[], keys: readonly string[]): readonly unknown[] {
  return Object.defineProperty(list, KEYS, { value: keys });
}

function isMapList(value: unknown): value is MapList {
  return Array.isArray(value) && KEYS in value;
}

/** Whether some list in a value is one whose order says nothing. */
export function holdsUnordered(value: unknown): boolean {
  if (value instanceof Set || isMapList(value)) return true;
  if (Array.isArray(value)) return value.some(holdsUnordered);
  return value instanceof Map && [...value.values()].some(holdsUnordered);
}

/** @param otherwise compares what is neither a map nor a list */
export function isEqual(a: unknown, b: unknown, otherwise: (a: unknown, b: unknown) => boolean): boolean {
  if (isList(a) && isList(b)) {
    const [left, right] = [[...a], [...b]];
    if (left.length !== right.length) return false;
    if (isMapList(a)) return sameByKeys(a, right, otherwise);
    if (a instanceof Set) return right.every((item) => left.some((one) => isEqual(one, item, otherwise)));
    return left.every((item, index) => isEqual(item, right[index], otherwise));
  }
  if (a instanceof Map && b instanceof Map) {
    if (a.size !== b.size) return false;
    return [...a].every(([key, value]) => b.has(key) && isEqual(value, b.get(key), otherwise));
  }
  return otherwise(a, b);
}

/** Both lists as one, as Kubernetes adds them up: items of the second come in the place of those of the first that they
 * are the same as. */
export function united(
  a: readonly unknown[] | ReadonlySet<unknown>,
  b: readonly unknown[] | ReadonlySet<unknown>,
  otherwise: (a: unknown, b: unknown) => boolean,
): readonly unknown[] | ReadonlySet<unknown> {
  const items = [...a];
  const isSame = isMapList(a)
    ? (one: unknown, item: unknown) => keyOf(one, a[KEYS]) === keyOf(item, a[KEYS])
    : (one: unknown, item: unknown) => isEqual(one, item, otherwise);
  for (const item of b) {
    const at = items.findIndex((one) => isSame(one, item));
    if (at < 0) items.push(item);
    else items[at] = item;
  }
  return isMapList(a) ? asMapList(items, a[KEYS]) : new Set(items);
}

function isList(value: unknown): value is readonly unknown[] | ReadonlySet<unknown> {
  return Array.isArray(value) || value instanceof Set;
}

function sameByKeys(
  list: MapList,
  items: readonly unknown[],
  otherwise: (a: unknown, b: unknown) => boolean,
): boolean {
  const known = new Map(list.map((item) => [keyOf(item, list[KEYS]), item]));
  return items.every((item) => {
    const key = keyOf(item, list[KEYS]);
    return known.has(key) && isEqual(known.get(key), item, otherwise);
  });
}

function keyOf(item: unknown, keys: readonly string[]): string {
  if (!(item instanceof Map)) throw new Error('an item of a map list is no map');
  return JSON.stringify(keys.map((key) => String(item.get(key))));
}
