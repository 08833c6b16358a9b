/** A plan as people read it: one row an object, then a footer in Terraform's words. */
import { counted, type DependencyEdge, formatKey, type SourceLocation } from '../../lib/objects/index.ts';
import type { Action, FieldChange, Plan, PlannedChange } from '../../lib/plan/index.ts';
import { formatRelease } from '../../lib/plan/index.ts';
import { table } from './table.ts';
import type { Colour, Paint } from './terminal.ts';

const COLOUR: Readonly<Record<Action, Colour>> = {
  create: 'green',
  change: 'yellow',
  replace: 'red',
  delete: 'red',
  adopt: 'cyan',
  detach: 'cyan',
  none: 'dim',
};

/** Whether there is more to tell of an object than that it is as it should be: it changes, or it does not although it
 * differs (somebody else keeps a field, drift is only reported, it is paused). */
export function isWorthTelling({ action, because }: PlannedChange): boolean {
  return action !== 'none' || because !== '';
}

/** The table of a plan, without objects of which there is nothing to tell; these are one line for each application. */
export function planTable(plan: Pick<Plan, 'changes'>, paint: Paint): string[] {
  const rows = plan.changes
    .filter(isWorthTelling)
    .map((change) => [
      change.application,
      formatKey(change.key),
      paint(COLOUR[change.action], change.action),
      shorten(change.because, 60),
      change.effects.map((effect) => effect.message).join(', '),
      place(change),
    ]);
  const unchanged = new Map<string, number>();
  for (const change of plan.changes) {
    const { application } = change;
    if (!isWorthTelling(change)) unchanged.set(application, (unchanged.get(application) ?? 0) + 1);
  }
  for (const [application, count] of unchanged) {
    rows.push([application, counted(count, 'object'), paint('dim', 'none'), '', '', '']);
  }
  if (rows.length === 0) return [];
  const heading = ['application', 'object', 'change', 'because', 'effect', 'written at'].map((cell) =>
    paint('dim', cell),
  );
  return table([heading, ...rows]);
}

/** `Plan: 2 to create, 1 to change, 0 to delete, 4 unchanged.  sha256:51ac…` */
export function planFooter(plan: Pick<Plan, 'counts' | 'digest' | 'errors'>, paint: Paint): string {
  const { counts } = plan;
  const parts = [
    `${counts.create} to create`,
    `${counts.change} to change`,
    ...(counts.replace > 0 ? [`${counts.replace} to replace`] : []),
    ...(counts.adopt > 0 ? [`${counts.adopt} to adopt`] : []),
    ...(counts.detach > 0 ? [`${counts.detach} to detach`] : []),
    `${counts.delete} to delete`,
    `${counts.none} unchanged`,
    ...(plan.errors.length > 0 ? [paint('red', `${plan.errors.length} that cannot be planned`)] : []),
  ];
  return `${paint('bold', 'Plan:')} ${parts.join(', ')}.  ${paint('dim', shortDigest(plan.digest))}`;
}

/** Edges that were found and are not kept, since they would close a circle. */
export function planDroppedEdges(plan: Plan, paint: Paint): string[] {
  const lines = plan.droppedEdges.map(
    ({ from, to, circle }) =>
      `${paint('yellow', 'note')} ${formatKey(from)} does not wait for ${formatKey(to)}  ${paint('dim', `it would close a circle: ${circle}`)}`,
  );
  const more = lines.length - MOST_DROPPED;
  return more > 1 ? [...lines.slice(0, MOST_DROPPED), `  and ${more} more`] : lines;
}

const MOST_DROPPED = 10;

/** What people should know beside the changes: sealed Secrets that there was no key for, and releases of Helm that still
 * list what is ours. */
export function planNotes(plan: Plan, paint: Paint): string[] {
  return [...sealNotes(plan, paint), ...helmNotes(plan, paint)];
}

function sealNotes({ changes }: Plan, paint: Paint): string[] {
  const closed = changes.flatMap(({ action, key, seal }) =>
    seal?.opened === false && action !== 'none' ? [{ key, recipients: seal.recipients }] : [],
  );
  return closed.map(({ key, recipients }) => {
    const needed = `to apply it takes a private key of ${recipients.join(' or ')}`;
    return `${paint('yellow', 'note')} ${formatKey(key)} is sealed, and there is no key here: its values were not compared  ${paint('dim', needed)}`;
  });
}

function helmNotes(plan: Plan, paint: Paint): string[] {
  return plan.helmReleases.map((release) => {
    const owners = release.applications.join(', ');
    const what =
      release.resolution === 'leave'
        ? `lists objects of ${owners}: helm upgrade or uninstall may delete them (--take-over-helm puts it aside)`
        : 'is put aside once everything is applied';
    return `${paint('yellow', 'note')} release ${formatRelease(release)} of Helm ${what}`;
  });
}

/** What the plan would do and may not, without an approval. */
export function planRefusals(plan: Pick<Plan, 'refusals'>, paint: Paint): string[] {
  return plan.refusals.flatMap((refusal) => [
    `${paint('red', 'refused')} ${refusal.message}  ${paint('dim', refusal.code)}`,
    ...refusal.keys.slice(0, 10).map((key) => `  ${formatKey(key)}`),
    ...(refusal.keys.length > 10 ? [`  and ${refusal.keys.length - 10} more`] : []),
  ]);
}

/** Every change with its fields, as `details` at the prompt and `truekeel diff` show them. */
export function planDetails(plan: Plan, paint: Paint): string[] {
  const edges = Map.groupBy(plan.edges, ({ from }) => formatKey(from));
  const changes = plan.changes.filter(isWorthTelling).flatMap((change) => [
    `${paint(COLOUR[change.action], change.action.padEnd(7))} ${paint('bold', formatKey(change.key))}  ${paint(
      'dim',
      [change.constructPath, place(change)].filter(Boolean).join('  '),
    )}`,
    // Without fields to show, the reason is all there is.
    ...(change.changes.length + change.conflicts.length === 0 && change.because !== ''
      ? [`    ${change.because}`]
      : []),
    ...change.changes.flatMap((field) => fieldLines(field, paint)),
    ...change.conflicts.map(
      (conflict) =>
        `    ${paint('yellow', '!')} ${conflict.path} is held by ${conflict.manager}: ${RESOLUTION[conflict.resolution]}`,
    ),
    ...dependencies(edges.get(formatKey(change.key)) ?? []),
  ]);
  return [...changes, ...planDroppedEdges(plan, paint)];
}

/** What becomes of a field that somebody else holds. */
export const RESOLUTION = {
  yield: 'left alone',
  force: 'taken, as the program says',
  'take-over': 'taken over',
} as const;

/** @param edges all of one object */
function dependencies(edges: readonly DependencyEdge[]): string[] {
  const after = new Map<string, DependencyEdge['until']>();
  for (const { to, until } of edges) {
    if (after.get(formatKey(to)) !== 'ready') after.set(formatKey(to), until);
  }
  if (after.size === 0) return [];
  return [
    `    after ${[...after].map(([key, until]) => `${key}${until === 'ready' ? ' (ready)' : ''}`).join(', ')}`,
  ];
}

export function fieldLines(field: FieldChange, paint: Paint): string[] {
  const by = field.manager ? paint('dim', `  (live value by ${field.manager})`) : '';
  const lines = [`    ${field.path}${by}`];
  if (field.before !== undefined) lines.push(...valueLines('-', 'red', field.before, paint));
  if (field.after !== undefined) lines.push(...valueLines('+', 'green', field.after, paint));
  return lines;
}

function valueLines(sign: string, colour: Colour, value: unknown, paint: Paint): string[] {
  const text =
    typeof value === 'string' && value.includes('\n')
      ? value.split('\n')
      : JSON.stringify(value, null, typeof value === 'object' && value !== null ? 2 : undefined).split('\n');
  return text.map((line) => `      ${paint(colour, `${sign} ${line}`)}`);
}

function place(change: PlannedChange): string {
  const at = change.source && formatSource(change.source);
  return at === undefined ? '' : change.action === 'delete' ? `(was ${at})` : at;
}

function formatSource(source: SourceLocation): string {
  return `${source.file}:${source.line}`;
}

function shortDigest(digest: string): string {
  return digest.length > 19 ? `${digest.slice(0, 19)}…` : digest;
}

/** The lines and an empty one below them; nothing for nothing. */
export function paragraph(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [...lines, ''];
}

export function shorten(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
