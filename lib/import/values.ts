/** Values of charts, put together as Helm does it (Helm documentation, "Values Files" and "The Format and Limitations of
 * --set"). */
import type { JsonObject, JsonValue } from '../objects/index.ts';
import { isMap } from './structural-schema.ts';

/** Maps are merged, everything else is replaced; null stays, as it takes a default of the chart away. */
export function mergeValues(base: JsonObject, over: JsonObject): JsonObject {
  const merged = new Map<string, JsonValue | undefined>(Object.entries(base));
  for (const [name, value] of Object.entries(over)) {
    const before = merged.get(name);
    merged.set(
      name,
      isMap(before) && isMap(value) ? mergeValues(before as JsonObject, value as JsonObject) : value,
    );
  }
  return Object.fromEntries(merged) as JsonObject;
}

/** As `--set path=value`.
 * @param path names with dots between them, `\.` for one in a name, and `[0]` for a place in a list
 * @param type `text` as with `--set-string`, `content` as with `--set-file`, where nothing in the value means anything
 * @returns undefined where path or value have a form beyond that */
export function setValue(
  values: JsonObject,
  path: string,
  value: string,
  type: 'guessed' | 'text' | 'content' = 'guessed',
): JsonObject | undefined {
  const steps = stepsOf(path);
  if (!steps || (type !== 'content' && value.includes(','))) return undefined;
  // Helm loses the item of a list in which something is set to nothing.
  if (value === '' && steps.some((step) => typeof step === 'number')) return undefined;
  // Lists, escapes, and numbers that JavaScript cannot tell apart.
  if (type === 'guessed' && /[{}\\]|^[+-]?\d{16}/.test(value)) return undefined;
  const set = put(values, steps, type === 'guessed' ? guess(value) : value);
  return isMap(set) ? (set as JsonObject) : undefined;
}

/** What Helm takes a text for. */
function guess(value: string): JsonValue {
  if (/^null$/i.test(value)) return null;
  if (/^true$/i.test(value)) return true;
  if (/^false$/i.test(value)) return false;
  if (value === '0') return 0;
  // What begins with zero is a text, as it may be a code; with a sign in front it is not. Adding makes zero of -0.
  return /^(?:[+-]\d|[1-9])\d*$/.test(value) ? Number(value) + 0 : value;
}

function stepsOf(path: string): readonly (string | number)[] | undefined {
  const steps: (string | number)[] = [];
  const step = /(?:^|\.)((?:[^.[\]{}=,\\]|\\[.])+)|\[(\d{1,3})\]/y;
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (!match) return undefined;
    const [, name, place] = match;
    steps.push(name === undefined ? Number(place) : name.replaceAll('\\.', '.'));
  }
  return steps.length > 0 && typeof steps[0] === 'string' && !steps.includes('__proto__') ? steps : undefined;
}

function put(
  into: JsonValue | undefined,
  [step, ...rest]: readonly (string | number)[],
  value: JsonValue,
): JsonValue | undefined {
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const items: JsonValue[] = Array.isArray(into) ? [...into] : [];
    // Helm fills gaps with null, which hardly anybody means.
    if (step > items.length) return undefined;
    const inner = put(items[step], rest, value);
    return inner === undefined ? undefined : items.toSpliced(step, 1, inner);
  }
  const inner = put(isMap(into) ? (into as JsonObject)[step] : undefined, rest, value);
  return inner === undefined ? undefined : { ...(isMap(into) && (into as JsonObject)), [step]: inner };
}
