/** Comparisons and conditions of Go and Sprig. */
import { boolean, type Call, exactly, taking, text } from './arguments.ts';
import {
  compareBytes,
  isDictionary,
  isEmpty,
  isList,
  Refusal,
  TemplateProblem,
  type Value,
} from './values.ts';

/** Go's words for what a value is. */
function kindOf(value: Value): string {
  if (value === undefined || value === null) return 'invalid';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'bigint') return 'int';
  return isList(value) ? 'slice' : 'map';
}

const eq: Call = ([first, ...others]) => {
  if (others.length === 0) throw new Refusal();
  return others.some((other) => isSame(first, other));
};

function isSame(a: Value, b: Value): boolean {
  const [kind, other] = [kindOf(a), kindOf(b)];
  // Lists and maps can only be compared with nothing.
  if (kind === 'invalid' || other === 'invalid') return kind === other;
  if (kind !== other || kind === 'slice' || kind === 'map') throw new Refusal();
  return a === b;
}

function order(given: readonly Value[]): number {
  const [a, b] = exactly(2, given);
  if (typeof a === 'string' && typeof b === 'string') return compareBytes(a, b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  throw new Refusal();
}

export function isDeeplySame(a: Value, b: Value): boolean {
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((item, index) => isDeeplySame(item, b[index]));
  }
  if (isDictionary(a) && isDictionary(b)) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => Object.hasOwn(b, name) && isDeeplySame(a[name], b[name]))
    );
  }
  return kindOf(a) === kindOf(b) && (a ?? null) === (b ?? null);
}

export const COMPARISONS: Readonly<Record<string, Call>> = {
  eq,
  ne: taking(2, (a, b) => !isSame(a, b)),
  lt: (given) => order(given) < 0,
  le: (given) => order(given) <= 0,
  gt: (given) => order(given) > 0,
  ge: (given) => order(given) >= 0,
  not: taking(1, (value) => isEmpty(value)),
  default: ([otherwise, ...given]) => {
    if (given.length > 1) throw new Refusal();
    return isEmpty(given[0]) ? otherwise : given[0];
  },
  coalesce: (given) => given.find((value) => !isEmpty(value)),
  empty: taking(1, isEmpty),
  all: (given) => given.every((value) => !isEmpty(value)),
  any: (given) => given.some((value) => !isEmpty(value)),
  ternary: taking(3, (yes, no, condition) => (boolean(condition) ? yes : no)),
  kindOf: taking(1, kindOf),
  kindIs: taking(2, (kind, value) => text(kind) === kindOf(value)),
  deepEqual: taking(2, isDeeplySame),
  fail: taking(1, (message) => {
    throw new TemplateProblem(`its template fails: ${text(message)}`);
  }),
};
