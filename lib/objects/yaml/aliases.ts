import type { JsonValue } from '../object.ts';

/** How many nodes a value has once every alias is written out; infinite when it holds itself. Aliases share
 * their target, so a few lines of YAML can stand for more nodes than memory holds. */
export function expandedSize(value: JsonValue): number {
  return sizeOf(value, new Map());
}

function sizeOf(value: JsonValue | undefined, known: Map<object, number>): number {
  if (value === null || typeof value !== 'object') return 1;
  const before = known.get(value);
  if (before !== undefined) return before;
  // Met again before it is known, it holds itself.
  known.set(value, Number.POSITIVE_INFINITY);
  let size = 1;
  for (const child of Object.values(value)) size += sizeOf(child, known);
  known.set(value, size);
  return size;
}
