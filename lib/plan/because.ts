/** The short reason of a change, as it stands in one column of a table. */
import type { JsonValue } from '../objects/index.ts';
import type { FieldChange } from './plan.ts';

const SHOWN = 3;
const LONGEST_VALUE = 40;

/** `replicas 2 → 3, image example/web:1.5, 2 more`. */
export function summarizeChanges(changes: readonly FieldChange[]): string {
  if (changes.length === 0) return 'nothing but its record';
  const shown = changes.slice(0, SHOWN).map(describe);
  return changes.length > SHOWN ? `${shown.join(', ')}, ${changes.length - SHOWN} more` : shown.join(', ');
}

function describe({ path, before, after }: FieldChange): string {
  const name = lastName(path);
  if (after === undefined) return `${name} removed`;
  if (before === undefined) return isShort(after) ? `${name} ${text(after)}` : `${name} added`;
  if (isShort(before) && isShort(after)) {
    const both = `${name} ${text(before)} → ${text(after)}`;
    return both.length <= LONGEST_VALUE ? both : `${name} ${text(after)}`;
  }
  return name;
}

/** The last step of a path that says something: `containers[name=web].image` is `image`, `args[0]` is `args[0]`. */
function lastName(path: string): string {
  const quoted = /\[("(?:[^"\\]|\\.)*")\]$/.exec(path);
  if (quoted) return JSON.parse(quoted[1]!) as string; // formatPath writes a JSON string there
  return /[A-Za-z_$][\w$-]*(?:\[[^\]]*\])?$/.exec(path)?.[0] ?? path;
}

function isShort(value: JsonValue): boolean {
  if (value !== null && typeof value === 'object') return false;
  return !String(value).includes('\n') && text(value).length <= LONGEST_VALUE;
}

function text(value: JsonValue): string {
  return typeof value === 'string' && /^(?:\S+|<masked #\d+>)$/.test(value) ? value : JSON.stringify(value);
}
