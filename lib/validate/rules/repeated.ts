// biome-ignore lint/suspicious/noExplicitAny: items of any list of maps
type Fields = any;

/** Up to that many items are compared with each other. */
const FEW = 16;
const NONE: readonly number[] = [];

/** Places of the items whose field has the value of an item before it. Items without a value are not looked at. */
export function repeated(items: readonly Fields[], field: string): readonly number[] {
  if (items.length < 2) return NONE;
  if (items.length > FEW) return repeatedOfMany(items, field);
  let found: number[] | undefined;
  for (let i = 1; i < items.length; i += 1) {
    const value: unknown = items[i][field];
    if (!value) continue;
    for (let j = 0; j < i; j += 1) {
      if (items[j][field] !== value) continue;
      found ??= [];
      found.push(i);
      break;
    }
  }
  return found ?? NONE;
}

function repeatedOfMany(items: readonly Fields[], field: string): readonly number[] {
  const seen = new Set<unknown>();
  return items.flatMap((item, i) => {
    const value: unknown = item[field];
    if (!value) return [];
    if (seen.has(value)) return [i];
    seen.add(value);
    return [];
  });
}
