/** What is said of an adoption where it is proposed: the commit message and the pull request. */
import { formatMessage } from '../../lib/git/index.ts';
import { counted, digestOf, formatKey, type JsonValue } from '../../lib/objects/index.ts';
import { code, plain } from '../review/markdown.ts';
import type { Adoption } from './adopt.ts';
import type { AdoptedField } from './find-edits.ts';
import type { OtherChange } from './rendering.ts';
import type { EditedFile } from './unified-diff.ts';
import type { Wish, Writer } from './wish.ts';

/** In the commit: the environment, the source commit that is edited, and {@link editDigest}. */
export const ADOPTS = 'Truekeel-Adopts';

const MOST_ROWS = 100;
const LONGEST_VALUE = 120;
const LONGEST_TITLE = 100;

/** Tells whether files still are what was proposed. */
export function editDigest(files: readonly Pick<EditedFile, 'path' | 'after'>[]): string {
  return digestOf(
    JSON.stringify(files.map(({ path, after }) => [path, after]).toSorted(([a], [b]) => (a! < b! ? -1 : 1))),
  );
}

export function commitMessage(adoption: Adoption): string {
  const { adopted, base, environment, files } = adoption;
  const lines = adopted.map(({ wish }) => `- ${oneLine(describeWish(wish))}`);
  return formatMessage(titleOf(adoption), lines.join('\n'), [
    [ADOPTS, `${environment} ${base.oid} ${editDigest(files)}`],
  ]);
}

/** `Adopt spec.replicas of Deployment.apps shop/web in production`. */
export function titleOf({ adopted, environment }: Adoption): string {
  const [one, ...more] = adopted;
  const what =
    one && more.length === 0
      ? `${one.wish.field} of ${formatKey(one.wish.key)}`
      : counted(adopted.length, 'live change', 'live changes');
  const title = oneLine(`Adopt ${what} in ${environment}`);
  return title.length <= LONGEST_TITLE ? title : `${title.slice(0, LONGEST_TITLE - 1)}…`;
}

/** `spec.replicas of Deployment.apps shop/web: 3 → 5, by kubectl-edit at 2026-11-26T10:00:00Z`. */
function describeWish(wish: Wish): string {
  const { key, field, before, after, writer } = wish;
  return `${field} of ${formatKey(key)}: ${valueText(before)} → ${valueText(after)}, ${whoText(writer)}`;
}

export function whoText(writer: Writer | undefined): string {
  if (!writer) return 'removed by somebody whom the cluster does not name';
  const { manager, subresource, time } = writer;
  const through = subresource === undefined ? '' : ` through ${subresource}`;
  return `by ${manager}${through}${time === undefined ? '' : ` at ${time}`}`;
}

export function valueText(value: JsonValue | undefined): string {
  if (value === undefined) return 'not there';
  const text = JSON.stringify(value);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}

/** The text of the pull request. */
export function proposalText(adoption: Adoption): string {
  const { adopted, environment, base, digest, left, unplaced } = adoption;
  const others = adopted.flatMap(({ edit }) => edit.others);
  return [
    `Somebody changed ${adopted.length === 1 ? 'a field' : `${adopted.length} fields`} of what runs in **${plain(environment)}**. With this change the program says the same; without it, apply takes it back.`,
    '',
    '| object | field | from | to | who | edit |',
    '| --- | --- | --- | --- | --- | --- |',
    ...adopted.slice(0, MOST_ROWS).map(row),
    ...(adopted.length > MOST_ROWS ? [`| … ${adopted.length - MOST_ROWS} more | | | | | |`] : []),
    '',
    `Proved by rendering ${code(base.oid.slice(0, 12))} with this change: ${code(environment)} is ${code(String(digest))}. ${
      others.length === 0
        ? 'Every other field, object and environment is as it was.'
        : 'It changes these, too, as they are made by the same lines:'
    }`,
    ...others.slice(0, MOST_ROWS).map((other) => `- ${describeOther(other)}`),
    ...notes(adopted),
    ...(left.length + unplaced.length > 0 ? ['', 'Not in it:'] : []),
    ...unplaced
      .slice(0, MOST_ROWS)
      .map(
        ({ wish }) => `- ${code(formatKey(wish.key))} ${code(wish.field)}: no edit makes it what it is live`,
      ),
    ...left
      .slice(0, MOST_ROWS)
      .map(
        ({ key, field, because }) =>
          `- ${code(formatKey(key))}${field === undefined ? '' : ` ${code(field)}`}: ${plain(because)}`,
      ),
    '',
    'It is kept up to date by `truekeel adopt --pull-request`, and closed when the live change is gone. To take the change back instead, close it and apply.',
  ].join('\n');
}

function row({ wish, edit }: AdoptedField): string {
  const where = code(`${edit.file}:${edit.line}`);
  return `| ${[
    code(formatKey(wish.key)),
    code(wish.field),
    code(valueText(wish.before)),
    code(valueText(wish.after)),
    plain(whoText(wish.writer)),
    edit.kind === 'override' ? `override, ${where}` : where,
  ].join(' | ')} |`;
}

function notes(adopted: readonly AdoptedField[]): readonly string[] {
  return adopted.flatMap(({ wish, edit, passedOver }) => {
    const lines: string[] = [];
    if (edit.alternatives.length > 0) {
      const places = edit.alternatives.map(({ file, line }) => code(`${file}:${line}`));
      lines.push(`- ${code(wish.field)}: ${places.join(', ')} would have done as well`);
    }
    if (passedOver) {
      const { file, line, others } = passedOver;
      lines.push(
        `- ${code(wish.field)}: an edit at ${code(`${file}:${line}`)} would have changed ${others.slice(0, 5).map(describeOther).join(', ')}${others.length > 5 ? ` and ${others.length - 5} more` : ''}, too`,
      );
    }
    return lines.length === 0 ? [] : ['', ...lines];
  });
}

function describeOther({ environment, key }: OtherChange): string {
  return key === undefined ? `settings of ${code(environment)}` : `${code(key)} in ${code(environment)}`;
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they would end the line
  return text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ');
}
