import type { JsonValue } from '../../lib/objects/index.ts';
import { isMap } from '../../lib/plan/index.ts';
import { isSameValue } from './derived-value.ts';

export interface OnlyDifference {
  /** The field, or the index of the item. */
  readonly step: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
}

/** The one member in which two objects, or the one item in which two lists of the same length, differ.
 * @returns undefined when they differ in more, or in what there is */
export function onlyDifference(before: JsonValue, after: JsonValue): OnlyDifference | undefined {
  const bothLists = Array.isArray(before) && Array.isArray(after);
  if (!bothLists && !(isMap(before) && isMap(after))) return undefined;
  const [old, now] = [Object.entries(before), new Map(Object.entries(after))];
  if (old.length !== now.size) return undefined;
  const differing = old.filter(([step, value]) => !isSameValue(value, now.get(step)));
  const [first, ...more] = differing;
  if (!first || more.length > 0) return undefined;
  const [step, value] = first;
  const changed = now.get(step);
  return value === undefined || changed === undefined ? undefined : { step, before: value, after: changed };
}
