/** What happens while a plan is applied. On a terminal: finished objects scroll by, and below them a few lines that
 * say what is awaited and why. Elsewhere: append-only lines, and why something is awaited only when that takes long
 * enough to wonder. */
import type { ApplyEvent, ApplyResult } from '../../lib/apply/index.ts';
import { counted, formatKey } from '../../lib/objects/index.ts';
import type { Action } from '../../lib/plan/index.ts';
import { describeError } from './exit.ts';
import { RESOLUTION } from './print-plan.ts';
import { seconds } from './seconds.ts';
import type { Colour, Terminal } from './terminal.ts';

const DONE: Readonly<Record<Action, { readonly word: string; readonly colour: Colour }>> = {
  create: { word: 'created', colour: 'green' },
  change: { word: 'changed', colour: 'yellow' },
  replace: { word: 'replaced', colour: 'yellow' },
  delete: { word: 'deleted', colour: 'red' },
  adopt: { word: 'adopted', colour: 'cyan' },
  detach: { word: 'detached', colour: 'cyan' },
  none: { word: 'unchanged', colour: 'dim' },
};

/** Lines of what is awaited that are kept below the scroll. */
const WAITING_LINES = 6;

/** What is awaited for less than this is not worth a line that stays. */
const PATIENCE_MS = 1_000;

/** Returns the function that takes the events in turn. */
export function progressPrinter(terminal: Terminal): (event: ApplyEvent) => void {
  const { paint } = terminal;
  const waiting = new Map<string, string>();
  const timers = new Map<string, NodeJS.Timeout>();
  let total = 0;
  let settled = 0;

  const say = (line: string): void => {
    if (terminal.live) terminal.redraw([]);
    terminal.err(line);
  };
  /** Says why an object is awaited once that has lasted, and again when it still does for another reason. */
  const sayLater = (key: string): void => {
    if (timers.has(key)) return;
    const speak = (): void => {
      timers.delete(key);
      const reason = waiting.get(key);
      if (reason !== undefined) say(row('waiting', 'dim', key, reason));
    };
    timers.set(key, setTimeout(speak, PATIENCE_MS).unref());
  };
  const settle = (key: string): boolean => {
    clearTimeout(timers.get(key));
    timers.delete(key);
    return waiting.delete(key);
  };
  const draw = (): void => {
    if (!terminal.live || total === 0) return;
    const awaited = [...waiting]
      .slice(0, WAITING_LINES)
      .map(([key, reason]) => `  ${paint('dim', '…')} ${key}  ${paint('dim', reason)}`);
    const more =
      waiting.size > WAITING_LINES ? [paint('dim', `    and ${waiting.size - WAITING_LINES} more`)] : [];
    terminal.redraw([...awaited, ...more, paint('dim', `  ${settled} of ${total} done`)]);
  };
  const row = (word: string, colour: Colour, key: string, rest = ''): string =>
    `  ${paint(colour, word.padEnd(9))} ${key}${rest === '' ? '' : `  ${paint('dim', rest)}`}`;

  return (event) => {
    switch (event.type) {
      case 'started':
        total = event.total;
        break;
      case 'approved': {
        const { code, by, keys } = event.approval;
        say(row('approved', 'yellow', code, `${counted(keys.length, 'object')}, by ${by}`));
        break;
      }
      // The table of the plan has said so.
      case 'edge-dropped':
      case 'writing':
        break;
      case 'written':
        settled++;
        say(row(DONE[event.action].word, DONE[event.action].colour, formatKey(event.key)));
        break;
      case 'waiting': {
        const key = formatKey(event.key);
        if (!terminal.live && waiting.get(key) !== event.reason) sayLater(key);
        waiting.set(key, event.reason);
        break;
      }
      case 'ready': {
        const key = formatKey(event.key);
        if (settle(key)) say(row('ready', 'green', key, seconds(event.durationMs)));
        break;
      }
      case 'gone':
        settle(formatKey(event.key));
        break;
      case 'failed':
        settle(formatKey(event.key));
        for (const line of describeError(event.error, paint)) say(`  ${line}`);
        break;
      case 'conflict': {
        const { path, manager, resolution } = event.conflict;
        say(
          row(
            'note',
            'yellow',
            formatKey(event.key),
            `${path} is held by ${manager}: ${RESOLUTION[resolution]}`,
          ),
        );
        break;
      }
      case 'skipped':
        say(row('skipped', 'yellow', formatKey(event.key), event.because));
        break;
      case 'finished':
        for (const key of [...waiting.keys()]) settle(key);
        total = 0;
        if (terminal.live) terminal.redraw([]);
        break;
    }
    draw();
  };
}

/** `Applied: 2 created, 1 changed, 0 deleted, 4 unchanged in 1.2 s with 9 requests.`
 * @param requests of the whole run, planning included */
export function resultFooter(result: ApplyResult, requests: number, terminal: Terminal): string {
  const { actions, errors, skipped } = result;
  const done = Object.entries(actions).some(([action, count]) => action !== 'none' && count > 0);
  if (!done && errors.length === 0 && skipped.length === 0 && !result.interrupted) {
    const all = counted(actions.none, 'object is as it should be', 'objects are as they should be');
    return `${terminal.paint('bold', 'Nothing to do:')} ${all} (${counted(requests, 'request')}).`;
  }
  const parts = [
    `${actions.create} created`,
    `${actions.change} changed`,
    ...(actions.replace > 0 ? [`${actions.replace} replaced`] : []),
    ...(actions.adopt > 0 ? [`${actions.adopt} adopted`] : []),
    ...(actions.detach > 0 ? [`${actions.detach} detached`] : []),
    `${actions.delete} deleted`,
    `${actions.none} unchanged`,
    ...(skipped.length > 0 ? [terminal.paint('yellow', `${skipped.length} skipped`)] : []),
    ...(errors.length > 0 ? [terminal.paint('red', `${errors.length} failed`)] : []),
  ];
  const word = result.interrupted ? 'Stopped:' : errors.length > 0 ? 'Applied in part:' : 'Applied:';
  return `${terminal.paint('bold', word)} ${parts.join(', ')} in ${seconds(result.durationMs)} with ${requests} requests.${
    result.interrupted ? ' The next run continues.' : ''
  }`;
}
