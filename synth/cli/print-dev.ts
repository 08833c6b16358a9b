/** The rounds of `truekeel dev`, for people and as JSON. */
import { counted, formatKey, type TruekeelError, TruekeelErrors } from '../../lib/objects/index.ts';
import type { DevEvent, ObjectChange } from '../dev/index.ts';
import { errorResult } from './error-result.ts';
import { describeError, describeWarning } from './exit.ts';
import { fieldLines } from './print-plan.ts';
import type { ResultOf } from './results.ts';
import { seconds } from './seconds.ts';
import type { Paint } from './terminal.ts';

const COLOUR = { create: 'green', change: 'yellow', delete: 'red' } as const;

export function printDev(event: DevEvent, paint: Paint): readonly string[] {
  if (event.type === 'applied') return applied(event, paint);
  const heading = (what: string) =>
    [
      paint('bold', `#${event.round}`),
      ...(event.saved.length > 0 ? [savedFiles(event.saved)] : []),
      seconds(event.durationMs),
      what,
    ].join(' · ');
  if (event.type === 'failed') {
    return ['', heading(paint('red', 'failed')), ...describeError(event.error, paint)];
  }
  const { changes, environment, round } = event;
  const count = environment.applications.reduce((sum, { objects }) => sum + objects.length, 0);
  const warnings = event.warnings.flatMap((warning) => describeWarning(warning, paint));
  if (round === 1 || changes.length === 0) {
    const what =
      changes.length === 0 ? 'nothing changed' : `${counted(count, 'object')} of ${environment.name}`;
    return ['', heading(what), ...warnings];
  }
  const lines = changes.flatMap((change) => changeLines(change, paint));
  return ['', heading(summary(changes)), ...lines, ...warnings];
}

/** Beyond this, a save is named by their number. */
const MOST_FILES = 3;

function savedFiles(files: readonly string[]): string {
  return files.length > MOST_FILES ? `${files.length} files` : files.join(', ');
}

function summary(changes: readonly ObjectChange[]): string {
  const words = { create: 'created', change: 'changed', delete: 'deleted' } as const;
  return (['create', 'change', 'delete'] as const)
    .map((action) => [changes.filter((change) => change.action === action).length, words[action]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

function changeLines({ action, object, changes }: ObjectChange, paint: Paint): readonly string[] {
  const { key, constructPath, source } = object;
  const place = source && `${source.file}:${source.line}`;
  const where = [constructPath, action === 'delete' && place ? `(was ${place})` : place].filter(Boolean);
  return [
    `${paint(COLOUR[action], action.padEnd(7))} ${paint('bold', formatKey(key))}  ${paint('dim', where.join('  '))}`,
    ...changes.flatMap((field) => fieldLines(field, paint)),
  ];
}

function applied({ result }: Extract<DevEvent, { type: 'applied' }>, paint: Paint): readonly string[] {
  const { actions, errors, skipped } = result;
  const words = Object.entries({
    created: actions.create,
    changed: actions.change,
    replaced: actions.replace,
    adopted: actions.adopt,
    detached: actions.detach,
    deleted: actions.delete,
    skipped: skipped.length,
    failed: errors.length,
  }).flatMap(([word, number]) => (number > 0 ? [`${number} ${word}`] : []));
  const done = words.length === 0 ? 'nothing: the cluster has it all' : words.join(', ');
  const ready = errors.length === 0 && words.length > 0 ? ', everything ready' : '';
  return [
    `${paint('dim', 'applied')} ${done}${ready} · ${seconds(result.durationMs)}`,
    ...errors.flatMap((error) => describeError(error, paint)),
  ];
}

export function devResult(event: DevEvent): ResultOf<'dev'> {
  const { round } = event;
  if (event.type === 'applied') {
    const { actions, errors, durationMs } = event.result;
    return { event: 'applied', round, actions, errors: errors.map(errorResult), durationMs };
  }
  const saved = [...event.saved];
  const { durationMs } = event;
  if (event.type === 'failed') {
    return { event: 'failed', round, saved, errors: flat(event.error).map(errorResult), durationMs };
  }
  const { environment, changes } = event;
  return {
    event: 'rendered',
    round,
    saved,
    environment: environment.name,
    objects: environment.applications.reduce((sum, { objects }) => sum + objects.length, 0),
    changes: changes.map(({ application, action, object, changes: fields }) => ({
      application,
      key: formatKey(object.key),
      action,
      changes: fields.map((field) => ({ ...field })),
      ...(object.source && { source: object.source }),
    })),
    warnings: event.warnings.map(errorResult),
    durationMs,
  };
}

function flat(error: TruekeelError): readonly TruekeelError[] {
  return error instanceof TruekeelErrors ? error.errors : [error];
}
