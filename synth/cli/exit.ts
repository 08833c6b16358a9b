import {
  counted,
  type ErrorFamily,
  formatKey,
  type TruekeelError,
  TruekeelErrors,
} from '../../lib/objects/index.ts';
import type { Paint } from './terminal.ts';

/** What the process ends with. Published in docs/cli.md: scripts rely on it. */
export const Exit = {
  done: 0,
  error: 1,
  pending: 2,
  usage: 3,
  validation: 4,
  conflict: 5,
  notReady: 6,
  planChanged: 7,
  guard: 8,
  interrupted: 130,
} as const;

const BY_FAMILY: Readonly<Record<ErrorFamily, number>> = {
  error: Exit.error,
  usage: Exit.usage,
  validation: Exit.validation,
  conflict: Exit.conflict,
  'not-ready': Exit.notReady,
  'plan-changed': Exit.planChanged,
  guard: Exit.guard,
};

export function exitCodeOf(error: TruekeelError): number {
  return BY_FAMILY[error.family];
}

/** The exit code of several errors: the one they share, or 1. */
export function exitCodeOfAll(errors: readonly TruekeelError[]): number {
  const codes = new Set(errors.map(exitCodeOf));
  return codes.size === 0 ? Exit.done : codes.size === 1 ? [...codes][0]! : Exit.error;
}

/** An error as people read it: what happened, to which object, where it was written, what to do. */
export function describeError(error: TruekeelError, paint: Paint): string[] {
  if (error instanceof TruekeelErrors) {
    return [
      ...error.errors.flatMap((one) => describeError(one, paint)),
      counted(error.errors.length, 'error'),
    ];
  }
  return describe(error, paint('red', 'error'), paint);
}

/** What is not wrong enough to stop for, likewise. */
export function describeWarning(warning: TruekeelError, paint: Paint): string[] {
  return describe(warning, paint('yellow', 'warning'), paint);
}

function describe(error: TruekeelError, label: string, paint: Paint): string[] {
  const [first, ...rest] = error.message.split('\n');
  const lines = [`${label} ${first}  ${paint('dim', error.code)}`, ...rest.map((line) => `  ${line}`)];
  const { key, field, source, constructPath } = error;
  if (key && !error.message.includes(formatKey(key))) lines.push(`  object     ${formatKey(key)}`);
  if (field && !error.message.includes(field)) lines.push(`  field      ${field}`);
  if (constructPath) lines.push(`  construct  ${constructPath}`);
  if (source)
    lines.push(`  written    ${source.file}:${source.line}${source.column ? `:${source.column}` : ''}`);
  if (error.hint) lines.push(`  to do      ${error.hint}`);
  return lines;
}
