/** The fields of a change as lines of a diff. */
import type { JsonValue } from '../../lib/objects/index.ts';
import type { FieldChange } from '../../lib/plan/index.ts';

/** Lines of one value; a whole file in a ConfigMap has more. */
const MOST_LINES = 60;
const LONGEST_LINE = 400;
/** Unchanged lines around a change. */
const CONTEXT = 2;

export function fieldDiff({ path, before, after, manager }: FieldChange): readonly string[] {
  const by = manager === undefined ? '' : ` (live value by ${manager})`;
  const [old, now] = [linesOf(before), linesOf(after)];
  const isText = old.length > 1 && now.length > 1;
  return [
    `@@ ${path}${by} @@`,
    ...(isText ? textDiff(old, now) : [...signed('-', old), ...signed('+', now)]),
  ].map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line));
}

/** What differs between two texts, without what both begin and end with. */
function textDiff(old: readonly string[], now: readonly string[]): readonly string[] {
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const from = Math.max(0, start - CONTEXT);
  const tail = Math.max(0, end - CONTEXT);
  return [
    ...(from > 0 ? [`  … ${from} lines`] : []),
    ...signed(' ', old.slice(from, start)),
    ...signed('-', old.slice(start, old.length - end)),
    ...signed('+', now.slice(start, now.length - end)),
    ...signed(' ', old.slice(old.length - end, old.length - tail)),
    ...(tail > 0 ? [`  … ${tail} lines`] : []),
  ];
}

function signed(sign: string, lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, MOST_LINES).map((line) => `${sign} ${line}`);
  return lines.length > MOST_LINES ? [...shown, `${sign} … ${lines.length - MOST_LINES} more lines`] : shown;
}

function linesOf(value: JsonValue | undefined): readonly string[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return value.includes('\n') ? value.split('\n') : [JSON.stringify(value)];
  return JSON.stringify(value, null, typeof value === 'object' ? 2 : undefined).split('\n');
}
