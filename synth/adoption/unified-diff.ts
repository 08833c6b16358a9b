/** What an edit changes, as `git apply` and people read it. */
import { alignLines, type Row } from '../line-diff.ts';

export interface EditedFile {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

const CONTEXT = 3;

/** @returns the empty string where nothing differs */
export function unifiedDiff(files: readonly EditedFile[]): string {
  return files.flatMap(fileDiff).join('');
}

function fileDiff({ path, before, after }: EditedFile): readonly string[] {
  if (before === after) return [];
  const rows = alignedRows(linesOf(before), linesOf(after));
  return [
    `diff --git ${name('a', path)} ${name('b', path)}\n`,
    `--- ${name('a', path)}\n`,
    `+++ ${name('b', path)}\n`,
    ...hunksOf(rows),
  ];
}

/** Lines with what ends them: the last one may have none. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** What is the same before and behind is not looked at by who takes the square of what is between. */
function alignedRows(before: readonly string[], after: readonly string[]): readonly Row[] {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const same = (text: string): Row => ({ sign: ' ', text });
  return [
    ...before.slice(0, head).map(same),
    ...alignLines(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(same),
  ];
}

function hunksOf(rows: readonly Row[]): readonly string[] {
  const hunks: string[] = [];
  let [oldLine, newLine, at] = [1, 1, 0];
  while (at < rows.length) {
    const change = rows.findIndex(({ sign }, index) => index >= at && sign !== ' ');
    if (change < 0) break;
    const start = Math.max(at, change - CONTEXT);
    // A hunk goes on as long as the next change is near.
    let last = change;
    for (let index = change; index < rows.length && index <= last + 2 * CONTEXT; index += 1) {
      if (rows[index]!.sign !== ' ') last = index;
    }
    const end = Math.min(rows.length, last + CONTEXT + 1);
    oldLine += start - at;
    newLine += start - at;
    const hunk = rows.slice(start, end);
    const [olds, news] = (['+', '-'] as const).map(
      (other) => hunk.filter(({ sign }) => sign !== other).length,
    ) as [number, number];
    hunks.push(
      `@@ -${range(oldLine, olds)} +${range(newLine, news)} @@\n`,
      ...hunk.map(
        ({ sign, text }) =>
          `${sign}${text.endsWith('\n') ? text : `${text}\n\\ No newline at end of file\n`}`,
      ),
    );
    oldLine += olds;
    newLine += news;
    at = end;
  }
  return hunks;
}

/** An empty range stands behind the line before it. */
function range(line: number, count: number): string {
  return `${count === 0 ? line - 1 : line},${count}`;
}

/** As Git quotes names that would not stand on one line (git-diff, "core.quotePath"). */
function name(side: 'a' | 'b', path: string): string {
  const text = `${side}/${path}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is quoted
  return /[\u0000-\u001f\u007f"\\]/.test(text) ? JSON.stringify(text) : text;
}
