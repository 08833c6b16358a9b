/** What a literal has to be, when something that was made of it is to be something else. */
import { canonicalJson, type JsonValue } from '../../lib/objects/index.ts';

export type Scalar = string | number | boolean;

/** @param literal as it stands in the program
 * @param before what was made of it
 * @param after what is to be made of it
 * @returns guesses, the likeliest first: the same where `before` is the literal; otherwise the literal with the part changed
 * that it and `before` share (a tag of an image, a number of a quantity) */
export function derivedValues(literal: Scalar, before: JsonValue, after: JsonValue): readonly Scalar[] {
  if (!isScalar(before) || !isScalar(after)) return [];
  if (literal === before) return [after];
  if (typeof literal === 'boolean' || typeof before === 'boolean' || typeof after === 'boolean') return [];
  return [...new Set(replacements(String(literal), String(before), String(after)))].flatMap(
    (text): Scalar[] => {
      if (typeof literal === 'string') return [text];
      const number = Number(text);
      return String(number) === text && Number.isFinite(number) ? [number] : [];
    },
  );
}

export function isScalar(value: JsonValue | undefined): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

export function isSameValue(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a) === canonicalJson(b);
}

function* replacements(literal: string, before: string, after: string): Generator<string> {
  if (literal === '') return;
  for (const [head, tail] of sharedEnds(before, after)) {
    const end = before.length - tail;
    for (let at = before.indexOf(literal); at >= 0; at = before.indexOf(literal, at + 1)) {
      if (at > head || at + literal.length < end) continue;
      yield literal.slice(0, head - at) + after.slice(head, after.length - tail) + literal.slice(end - at);
    }
  }
}

/** How much the two have in common at their ends. Where these could overlap (`aa` → `aaa`) there are two ways to tell. */
function sharedEnds(a: string, b: string): readonly (readonly [number, number])[] {
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < most && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  return [
    [head, Math.min(tail, most - head)],
    [Math.min(head, most - tail), tail],
  ];
}
