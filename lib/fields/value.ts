/** Comparing JSON values the way structured-merge-diff does: one total order over values of any type, in which
 * field sets print their keys, list items and set items. */
import type { JsonObject, JsonValue } from '../objects/index.ts';

export function isMap(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Array.isArray does not narrow readonly arrays. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The field of a map; undefined when the map has none of its own (`constructor` is no field of `{}`). */
export function fieldOf(map: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

/** The fields of a map that have a value. */
export function fieldsOf(map: JsonObject): readonly (readonly [string, JsonValue])[] {
  return Object.entries(map).filter((field): field is [string, JsonValue] => field[1] !== undefined);
}

/** Orders strings by their UTF-8 bytes. JavaScript orders UTF-16 code units, which differs where surrogate pairs
 * meet the characters from U+E000 on. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left === right) continue;
    const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
    if (isSurrogate(left) !== isSurrogate(right) && left >= 0xd800 && right >= 0xd800)
      return isSurrogate(left) ? 1 : -1;
    return left - right;
  }
  return a.length - b.length;
}

const rank = (value: JsonValue): number => {
  if (value === null) return 5;
  if (isList(value)) return 3;
  switch (typeof value) {
    case 'number':
      return 0;
    case 'string':
      return 1;
    case 'boolean':
      return 2;
    default:
      return 4;
  }
};

/** Numbers before strings before booleans before lists before maps before null. */
export function compareValues(a: JsonValue, b: JsonValue): number {
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (isList(a) && isList(b)) return compareLists(a, b);
  if (isMap(a) && isMap(b)) return compareFields(sortedFields(a), sortedFields(b));
  return rank(a) - rank(b);
}

function compareLists(a: readonly JsonValue[], b: readonly JsonValue[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const order = compareValues(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** One field of a list item's key, or of a map. */
export type Field = readonly [name: string, value: JsonValue];

export function sortedFields(map: JsonObject): readonly Field[] {
  return [...fieldsOf(map)].sort(([a], [b]) => compareStrings(a, b));
}

/** Orders sorted fields: by name, then value, then number of fields. */
export function compareFields(a: readonly Field[], b: readonly Field[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const order = compareStrings(left[0], right[0]) || compareValues(left[1], right[1]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Deep equality. A field that is undefined equals one that is absent; the order of fields does not count. */
export function equalValues(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (isList(a))
    return isList(b) && a.length === b.length && a.every((item, index) => equalValues(item, b[index]));
  if (!isMap(a) || !isMap(b)) return false;
  const left = fieldsOf(a);
  return (
    left.length === fieldsOf(b).length && left.every(([name, value]) => equalValues(value, fieldOf(b, name)))
  );
}
