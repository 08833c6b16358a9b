/** Two texts line by line, as vitest shows them: `-` was expected, `+` was found. */

export interface Paint {
  readonly expected: (text: string) => string;
  readonly found: (text: string) => string;
  readonly dim: (text: string) => string;
}

/** Lines shown around what differs in a text that is somebody's whole file. */
export const CONTEXT = 3;

/** Beyond this, the longest common subsequence is not worth its square. */
const MOST_LINES = 2000;

/** @param context lines shown around what differs; default: all */
export function diffLines(
  expected: string,
  found: string,
  paint: Paint,
  context = Number.POSITIVE_INFINITY,
): readonly string[] {
  const rows = alignLines(lines(expected), lines(found));
  const near = rows.map((_row, index) =>
    rows.slice(Math.max(0, index - context), index + context + 1).some(({ sign }) => sign !== ' '),
  );
  return rows.flatMap(({ sign, text }, index) => {
    if (!near[index]) return (near[index - 1] ?? true) ? [paint.dim('  …')] : [];
    if (sign === '-') return [paint.expected(`- ${text}`)];
    return [sign === '+' ? paint.found(`+ ${text}`) : `  ${text}`];
  });
}

interface Row {
  readonly sign: '-' | '+' | ' ';
  readonly text: string;
}

function lines(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function alignLines(a: readonly string[], b: readonly string[]): readonly Row[] {
  if (a.length > MOST_LINES || b.length > MOST_LINES) {
    return [...a.map(removed), ...b.map(added)];
  }
  // common[i][j]: the length of the longest common subsequence of a from i and b from j.
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i]![j] =
        a[i] === b[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  const rows: Row[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      rows.push({ sign: ' ', text: a[i]! });
      i += 1;
      j += 1;
    } else if (common[i + 1]![j]! >= common[i]![j + 1]!) {
      rows.push(removed(a[i]!));
      i += 1;
    } else {
      rows.push(added(b[j]!));
      j += 1;
    }
  }
  return [...rows, ...a.slice(i).map(removed), ...b.slice(j).map(added)];
}

const removed = (text: string): Row => ({ sign: '-', text });
const added = (text: string): Row => ({ sign: '+', text });
