/** Kubernetes' list library, and CEL's sets (ext.Sets). Values that cannot be ordered are left to the server. */
import type { Environment } from '@marcbachmann/cel-js';

type List = readonly unknown[] | ReadonlySet<unknown>;

class Sets {}

export function registerLists(environment: Environment): void {
  environment
    .registerFunction('list.isSorted(): bool', (list: List) =>
      [...list].every((item, index, all) => index === 0 || compare(all[index - 1], item) <= 0),
    )
    .registerFunction('list.sum(): dyn', sum)
    .registerFunction('list.min(): dyn', (list: List) => extreme(list, -1))
    .registerFunction('list.max(): dyn', (list: List) => extreme(list, 1))
    .registerFunction('list.indexOf(dyn): int', (list: List, item: unknown) =>
      BigInt([...list].findIndex((one) => isSame(one, item))),
    )
    .registerFunction('list.lastIndexOf(dyn): int', (list: List, item: unknown) =>
      BigInt([...list].findLastIndex((one) => isSame(one, item))),
    )
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

function compare(a: unknown, b: unknown): number {
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
