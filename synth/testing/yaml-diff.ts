/** Two texts line by line, as vitest shows them: `-` was expected, `+` was found. */
import { alignLines, linesOf } from '../line-diff.ts';

export interface Paint {
  readonly expected: (text: string) => string;
  readonly found: (text: string) => string;
  readonly dim: (text: string) => string;
}

/** Lines shown around what differs in a text that is somebody's whole file. */
export const CONTEXT = 3;

/** @param context lines shown around what differs; default: all */
export function diffLines(
  expected: string,
  found: string,
  paint: Paint,
  context = Number.POSITIVE_INFINITY,
): readonly string[] {
  const rows = alignLines(linesOf(expected), linesOf(found));
  const near = rows.map((_row, index) =>
    rows.slice(Math.max(0, index - context), index + context + 1).some(({ sign }) => sign !== ' '),
  );
  return rows.flatMap(({ sign, text }, index) => {
    if (!near[index]) return (near[index - 1] ?? true) ? [paint.dim('  …')] : [];
    if (sign === '-') return [paint.expected(`- ${text}`)];
    return [sign === '+' ? paint.found(`+ ${text}`) : `  ${text}`];
  });
}
