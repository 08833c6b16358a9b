/** Part of an object, as a test expects it, against the whole that was found. */
import { canonicalJson, type JsonObject, type JsonValue } from '../../lib/objects/index.ts';

/** A value that judges others, such as `expect.any(Number)` or `expect.stringMatching(/^v/)`. */
interface Judge {
  asymmetricMatch(value: unknown): boolean;
  toString(): string;
}

export interface Comparison {
  /** Of the fields that were expected, how many are as they should be. */
  readonly same: number;
  readonly all: number;
  /** The expectation, with what was found in the place of whatever judges it rightly. */
  readonly expected: JsonValue | undefined;
  /** What was found where something was expected, and nothing else. */
  readonly found: JsonValue | undefined;
}

export function isMatch({ same, all }: Comparison): boolean {
  return same === all;
}

/** Maps may have more fields than expected. Of a list of maps each expected one has to be there, whatever their
 * order, an item with a `name` being the one of that name; other lists have to be equal. A field that is expected to
 * be undefined must not be there. */
export function compare(expected: unknown, found: JsonValue | undefined): Comparison {
  if (isJudge(expected)) {
    const right = expected.asymmetricMatch(found);
    return leaf(right, right ? found : expected.toString(), found);
  }
  if (Array.isArray(expected) && expected.some(isPlainMap)) return compareLists(expected, found);
  if (isPlainMap(expected)) return compareMaps(expected, found);
  if (expected === undefined) return leaf(found === undefined, undefined, found);
  if (!isJson(expected)) return leaf(false, String(expected), found);
  return leaf(found !== undefined && canonicalJson(expected) === canonicalJson(found), expected, found);
}

function compareMaps(expected: Readonly<Record<string, unknown>>, found: JsonValue | undefined): Comparison {
  const there = isPlainMap(found) ? (found as JsonObject) : undefined;
  const fields = Object.entries(expected).map(
    ([name, value]) => [name, compare(value, there?.[name])] as const,
  );
  const sides = (side: 'expected' | 'found') =>
    Object.fromEntries(
      fields.flatMap(([name, comparison]) =>
        comparison[side] === undefined ? [] : [[name, comparison[side]]],
      ),
    );
  const all = fields.reduce((sum, [, comparison]) => sum + comparison.all, 0);
  return {
    same: fields.reduce((sum, [, comparison]) => sum + comparison.same, 0) + (there ? 1 : 0),
    all: all + 1,
    expected: sides('expected'),
    found: there ? sides('found') : found,
  };
}

function compareLists(expected: readonly unknown[], found: JsonValue | undefined): Comparison {
  const left = Array.isArray(found) ? [...(found as readonly JsonValue[])] : [];
  const items = expected.map((item) => {
    const { index, comparison } = closest(item, left);
    if (index >= 0) left.splice(index, 1);
    return comparison;
  });
  return {
    same: items.reduce((sum, { same }) => sum + same, 0),
    all: items.reduce((sum, { all }) => sum + all, 0),
    expected: items.flatMap((item) => item.expected ?? []),
    found: Array.isArray(found) ? items.flatMap((item) => item.found ?? []) : found,
  };
}

/** @returns index -1 when none comes near */
function closest(
  item: unknown,
  candidates: readonly JsonValue[],
): { readonly index: number; readonly comparison: Comparison } {
  const name = nameOf(item);
  let best = { index: -1, comparison: compare(item, undefined) };
  for (const [index, candidate] of candidates.entries()) {
    if (name !== undefined && nameOf(candidate) !== name) continue;
    const comparison = compare(item, candidate);
    if (best.index < 0 || comparison.same > best.comparison.same) best = { index, comparison };
  }
  return best;
}

function nameOf(item: unknown): string | undefined {
  return isPlainMap(item) && typeof item.name === 'string' ? item.name : undefined;
}

function leaf(right: boolean, expected: JsonValue | undefined, found: JsonValue | undefined): Comparison {
  return { same: right ? 1 : 0, all: 1, expected, found };
}

/** What is none equals nothing that was rendered. */
function isJson(value: unknown): value is JsonValue {
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  if (isPlainMap(value)) return Object.values(value).every(isJson);
  return value === null || typeof value === 'string' || typeof value === 'boolean';
}

function isJudge(value: unknown): value is Judge {
  return isMap(value) && typeof value.asymmetricMatch === 'function';
}

function isPlainMap(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isMap(value) || isJudge(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object';
}
