/** Releases as people read them: one row each, or all that is known of one. */
import { shorten } from './print-plan.ts';
import type { ResultOf } from './results.ts';
import { table } from './table.ts';
import type { Colour, Paint } from './terminal.ts';

type Entry = ResultOf<'history'>[number];
type Run = Entry['runs'][number];

const COLOUR: Readonly<Record<Run['outcome'], Colour>> = {
  applied: 'green',
  failed: 'red',
  refused: 'red',
  interrupted: 'yellow',
};

export function historyTable(entries: readonly Entry[], paint: Paint): readonly string[] {
  const rows = entries.map((entry) => {
    const run = entry.runs.at(-1);
    return [
      entry.current ? paint('green', '*') : '',
      entry.commit.slice(0, 7),
      entry.source.slice(0, 7),
      minute(entry.date),
      entry.author,
      entry.approvedBy.join(', '),
      run ? `${paint(COLOUR[run.outcome], run.outcome)}${run.times > 1 ? ` ${run.times} times` : ''}` : '',
      run ? duration(run.durationMs) : '',
      run ? problems(run) : '',
      shorten(entry.subject, 60),
      entry.held ? paint('yellow', 'held') : '',
    ];
  });
  return table([
    ['', 'rendered', 'source', 'date', 'author', 'approved by', 'outcome', 'took', 'failed', 'subject', ''],
    ...rows,
  ]);
}

export function historyDetails(entry: Entry, paint: Paint): readonly string[] {
  const facts: (readonly [string, string | undefined])[] = [
    ['source', entry.source],
    ['author', `${entry.author}, ${entry.date}`],
    ['digest', entry.digest],
    ['takes back', entry.reverts],
    ['restores', entry.restores],
    ['of', entry.application],
    ['plan', entry.plan],
    ['approved', entry.approvedBy.length > 0 ? `by ${entry.approvedBy.join(', ')}` : undefined],
    ['request', entry.pullRequest],
    ['held', entry.held ? 'newer source commits do not move the branch' : undefined],
  ];
  return [
    `${paint('bold', entry.commit)} ${entry.subject}`,
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : [line(name, value, paint)])),
    ...entry.runs.flatMap((run) => runLines(run, paint)),
    ...(entry.runs.length === 0 ? [line('runs', 'none on record', paint)] : []),
  ];
}

function runLines(run: Run, paint: Paint): readonly string[] {
  const { outcome, times, at, durationMs, by, cluster, plan, changed, errors, errorCount, approvals } = run;
  const more = errorCount - errors.length;
  return [
    '',
    `  ${paint(COLOUR[outcome], outcome)}${times > 1 ? ` ${times} times` : ''} ${at}, in ${duration(durationMs)}, by ${by}`,
    line('cluster', cluster, paint),
    ...(plan === undefined ? [] : [line('plan', plan, paint)]),
    line('written', `${changed} ${changed === 1 ? 'object' : 'objects'}`, paint),
    ...approvals.map(({ code, by: who }) => line('approved', `${code} by ${who}`, paint)),
    ...errors.map(({ code, key }) => line('failed', key === undefined ? code : `${code} ${key}`, paint)),
    ...(more > 0 ? [line('', `and ${more} more`, paint)] : []),
  ];
}

function line(name: string, value: string, paint: Paint): string {
  return `  ${paint('dim', name.padEnd(11))} ${value}`;
}

/** `NOT_READY Deployment.apps shop/web (and 2 more)` */
function problems({ errors, errorCount }: Run): string {
  const [first] = errors;
  if (!first) return '';
  const more = errorCount > 1 ? ` (and ${errorCount - 1} more)` : '';
  return shorten(`${first.code}${first.key === undefined ? '' : ` ${first.key}`}${more}`, 60);
}

function minute(date: string): string {
  return date.slice(0, 16).replace('T', ' ');
}

function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
