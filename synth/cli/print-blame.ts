/** Where fields come from, as people read it: one field as a paragraph, many as a table. */
import type { JsonValue } from '../../lib/objects/index.ts';
import { shorten } from './print-plan.ts';
import type { ResultOf } from './results.ts';
import { table } from './table.ts';
import type { Paint } from './terminal.ts';

type BlameResult = ResultOf<'blame'>;
type Field = BlameResult['fields'][number];

export function printBlame(result: BlameResult, paint: Paint): string[] {
  const { key, fields } = result;
  const [first] = fields;
  if (fields.length === 1 && first) {
    return [`${paint('bold', key)} ${first.path}`, ...paragraphOf(first, result, paint)];
  }
  const heading = ['field', 'value', 'held by', 'rendered', 'date', 'author', 'written at'];
  const rows = fields.map((field) => [
    field.path,
    shorten(valueText(field.live ?? field.rendered), 30),
    heldText(field, paint),
    field.changed?.commit.slice(0, 7) ?? '',
    (field.changed?.date ?? '').slice(0, 10),
    nameOf(authorOf(field) ?? ''),
    placeOf(field),
  ]);
  return [
    `${paint('bold', key)} · ${clusterText(result)}`,
    '',
    ...table([heading.map((cell) => paint('dim', cell)), ...rows]),
  ];
}

function paragraphOf(field: Field, result: BlameResult, paint: Paint): string[] {
  const { rendered, pending, holders, changed, source, written } = field;
  const lines: (readonly [string, string])[] = [['live', liveText(field, result, paint)]];
  for (const { manager, operation, subresource, time } of holders)
    lines.push([
      'held by',
      `${manager} (${operation}${subresource ? ` of ${subresource}` : ''})${time ? `, ${time}` : ''}`,
    ]);
  if (changed) {
    lines.push(
      ['rendered', rendered === undefined ? 'no longer' : valueText(rendered)],
      ['before', changed.before === undefined ? 'nothing' : valueText(changed.before)],
      ['since', `${changed.commit.slice(0, 12)} "${changed.subject}", ${changed.date}`],
    );
    if (changed.mayBeOlder) lines.push(['', 'the clone ends here: it may be older (git fetch --unshallow)']);
    if (changed.reverts !== undefined)
      lines.push(['rollback', `took back ${changed.reverts.slice(0, 12)}, by ${changed.author}`]);
    if (changed.plan !== undefined || changed.approvedBy.length > 0)
      lines.push([
        'approved',
        [changed.approvedBy.length > 0 ? `by ${changed.approvedBy.join(', ')}` : '', changed.plan ?? '']
          .filter((part) => part !== '')
          .join(' · '),
      ]);
  } else lines.push(['rendered', 'never: Truekeel does not own it']);
  if (pending)
    lines.push([
      'not applied',
      `a newer release has ${'value' in pending ? valueText(pending.value) : 'nothing'}`,
    ]);
  if (source) {
    const about = source.subject === undefined ? 'not in this clone' : `"${source.subject}"`;
    lines.push(['source', `${source.commit.slice(0, 12)} ${about}`]);
    if (source.author !== undefined) lines.push(['author', `${source.author}, ${source.date}`]);
    for (const candidate of source.candidates)
      lines.push(['or', `${candidate.commit.slice(0, 12)} "${candidate.subject}", ${candidate.author}`]);
    const { pullRequest } = source;
    if (pullRequest)
      lines.push([
        'request',
        [`#${pullRequest.number}`, pullRequest.title, pullRequest.url].filter(Boolean).join(' '),
      ]);
  }
  if (written.constructPath !== undefined) lines.push(['construct', written.constructPath]);
  if (written.file !== undefined) lines.push(['written', `${written.file}:${written.line}`]);
  if (written.overridden !== undefined) lines.push(['overridden', written.overridden]);
  return lines.map(([name, value]) => `  ${paint('dim', name.padEnd(11))} ${value}`);
}

function liveText(field: Field, result: BlameResult, paint: Paint): string {
  const { live, state } = field;
  if (result.live !== 'found') return clusterText(result);
  const value = live === undefined ? 'nothing' : valueText(live);
  if (state === 'drifted') return `${value}  ${paint('yellow', 'drift: it is not what was rendered')}`;
  if (state === 'theirs') return `${value}  ${paint('yellow', theirs(field))}`;
  return value;
}

function theirs({ holders }: Field): string {
  return holders.length === 0
    ? 'not Truekeel’s: nobody holds it, as what the server fills in'
    : `not Truekeel’s: ${holders.map(({ manager }) => manager).join(', ')}`;
}

function heldText({ state, holders }: Field, paint: Paint): string {
  const names = [...new Set(holders.map(({ manager }) => manager))].join(', ');
  return state === 'drifted' ? paint('yellow', `drift: ${names === '' ? 'nobody' : names}`) : names;
}

function clusterText({ live, cluster, notAsked }: BlameResult): string {
  if (live === 'not asked' || !cluster) return `not asked: ${notAsked ?? ''}`;
  const name = cluster.context === '' ? cluster.server : `${cluster.context} (${cluster.server})`;
  return live === 'found' ? name : `not in ${name}`;
}

/** Who wrote what was rendered; who rolled back, where that is why. */
function authorOf({ changed, source }: Field): string | undefined {
  return changed?.reverts === undefined ? (source?.author ?? changed?.author) : changed.author;
}

function nameOf(person: string): string {
  return person.replace(/ <.*>$/, '');
}

function placeOf({ written: { file, line } }: Field): string {
  return file === undefined ? '' : `${file}:${line}`;
}

function valueText(value: unknown): string {
  if (value === undefined) return '';
  // What a result holds is JSON.
  const json = value as JsonValue;
  return typeof json === 'string' ? json.replaceAll('\n', '⏎') : JSON.stringify(json);
}
