/** Two texts line by line, by their longest common subsequence. */

/** Beyond this, the longest common subsequence is not worth its square. */
const MOST_LINES = 2000;

export interface Row {
  readonly sign: '-' | '+' | ' ';
  readonly text: string;
}

export function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

export function alignLines(a: readonly string[], b: readonly string[]): readonly Row[] {
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
