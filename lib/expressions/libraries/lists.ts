/** Kubernetes' list library, and CEL's lists and sets (ext.Lists, ext.Sets). Values that cannot be ordered are left to the
 * server. */
import type { Environment } from '@marcbachmann/cel-js';
import { spend } from '../budget.ts';

type List = readonly unknown[] | ReadonlySet<unknown>;

class Sets {}
class Lists {}

export function registerLists(environment: Environment): void {
  environment
    .registerFunction('list.isSorted(): bool', (list: List) =>
      [...list].every((item, index, all) => index === 0 || compare(all[index - 1], item) <= 0),
    )
    .registerFunction('list.sum(): dyn', sum)
    .registerFunction('list.min(): dyn', (list: List) => extreme(list, -1))
    .registerFunction('list.max(): dyn', (list: List) => extreme(list, 1))
    .registerFunction('list.placeOf(dyn): int', (list: List, item: unknown) =>
      BigInt([...list].findIndex((one) => isSame(one, item))),
    )
    .registerFunction('list.lastPlaceOf(dyn): int', (list: List, item: unknown) =>
      BigInt([...list].findLastIndex((one) => isSame(one, item))),
    )
    .registerFunction('list.slice(int, int): list', (list: List, start: bigint, end: bigint) => {
      const items = [...list];
      if (start < 0n || start > end || end > items.length) throw new Error('there are no such items');
      return items.slice(Number(start), Number(end));
    })
    .registerFunction('list.flatten(): list', (list: List) => flattened(list, 1n))
    .registerFunction('list.flatten(int): list', (list: List, depth: bigint) => {
      if (depth < 0n) throw new Error('a depth cannot be negative');
      return flattened(list, depth);
    })
    .registerFunction('list.sort(): list', (list: List) => [...list].sort(compare))
    .registerFunction('list.reverse(): list', (list: List) => [...list].reverse())
    .registerFunction('list.distinct(): list', (list: List) =>
      [...list].reduce<unknown[]>((kept, item) => {
        spend(kept.length);
        if (!has(kept, item)) kept.push(item);
        return kept;
      }, []),
    )
    .registerType('Lists', { ctor: Lists, fields: {} })
    .registerConstant('lists', 'Lists', new Lists())
    .registerFunction('Lists.range(int): list<int>', (_: Lists, count: bigint) => {
      spend(Number(count));
      return Array.from({ length: Number(count) }, (_item, index) => BigInt(index));
    })
    .registerType('Sets', { ctor: Sets, fields: {} })
    .registerConstant('sets', 'Sets', new Sets())
    .registerFunction('Sets.contains(list, list): bool', (_: Sets, a: List, b: List) => contains(a, b))
    .registerFunction(
      'Sets.equivalent(list, list): bool',
      (_: Sets, a: List, b: List) => contains(a, b) && contains(b, a),
    )
    .registerFunction('Sets.intersects(list, list): bool', (_: Sets, a: List, b: List) =>
      [...b].some((item) => has(a, item)),
    );
}

function flattened(list: List, depth: bigint): readonly unknown[] {
  return [...list].flatMap((item) =>
    depth > 0n && (Array.isArray(item) || item instanceof Set) ? flattened(item, depth - 1n) : [item],
  );
}

const contains = (list: List, items: List): boolean => [...items].every((item) => has(list, item));
const has = (list: List, item: unknown): boolean => [...list].some((one) => isSame(one, item));

/** Of values that are neither maps nor lists. */
function isSame(a: unknown, b: unknown): boolean {
  if (isNumber(a) && isNumber(b)) return Number(a) === Number(b);
  for (const value of [a, b]) {
    if (typeof value === 'object' && value !== null) throw new Error('maps and lists are not compared here');
  }
  return a === b;
}

export function compare(a: unknown, b: unknown): number {
  const isOrdered = (isNumber(a) && isNumber(b)) || (typeof a === 'string' && typeof b === 'string');
  if (!isOrdered) throw new Error('only numbers and texts are compared here');
  return a < b ? -1 : a > b ? 1 : 0;
}

function extreme(list: List, sign: 1 | -1): unknown {
  const [first, ...rest] = list;
  if (first === undefined) throw new Error('the list is empty');
  return rest.reduce((best, item) => (compare(item, best) * sign > 0 ? item : best), first);
}

function sum(list: List): number | bigint {
  const items = [...list];
  if (items.every((item) => typeof item === 'bigint')) return items.reduce((a, b) => a + b, 0n);
  return items.reduce<number>((total, item) => {
    if (!isNumber(item)) throw new Error('only numbers are added up here');
    return total + Number(item);
  }, 0);
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}
