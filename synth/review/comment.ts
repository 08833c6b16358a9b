/** A review as a comment: what it comes to in one line an environment, then what comes of it, then what changes, then how. What
 * has no room is left out from the end, and it is said where the whole is. */
import { formatKey, type TruekeelError } from '../../lib/objects/index.ts';
import type { PlannedChange } from '../../lib/plan/index.ts';
import { type ConsequenceGroup, consequencesOf } from './consequences.ts';
import { countsText } from './counts.ts';
import { fieldDiff } from './field-diff.ts';
import type { ImageCommits } from './image-commits.ts';
import { code, codeBlock, plain } from './markdown.ts';
import {
  type AwaitedWork,
  type EnvironmentReview,
  isPending,
  type Review,
  snapshotText,
  unaskedText,
  type WorkEntry,
} from './review.ts';

export interface CommentOptions {
  /** Characters that it may have; no limit when absent. */
  readonly limit?: number;
  /** Of the run, whose log has the whole text. */
  readonly url?: string;
  /** False where nobody can approve it: it is not posted. */
  readonly binds?: boolean;
  /** Of the full page, which is told also where nothing is left out. */
  readonly pageUrl?: string;
}

export interface Comment {
  readonly text: string;
  /** Nothing was left out. */
  readonly complete: boolean;
}

/** How much of a list is shown, in turn, until everything has room. */
interface Room {
  readonly consequences: number;
  readonly rows: number;
  readonly diffs: number;
  readonly errors: number;
}

const ALL = Number.POSITIVE_INFINITY;
const ROOMS: readonly Room[] = [
  { consequences: ALL, rows: ALL, diffs: ALL, errors: ALL },
  { consequences: 50, rows: 500, diffs: 200, errors: 50 },
  { consequences: 20, rows: 200, diffs: 50, errors: 20 },
  { consequences: 10, rows: 100, diffs: 20, errors: 10 },
  { consequences: 10, rows: 50, diffs: 5, errors: 10 },
  { consequences: 5, rows: 20, diffs: 0, errors: 5 },
  { consequences: 2, rows: 5, diffs: 0, errors: 2 },
  { consequences: 0, rows: 0, diffs: 0, errors: 0 },
];

export function commentOf(
  review: Review,
  { limit = ALL, url, pageUrl, binds = true }: CommentOptions = {},
): Comment {
  let text = '';
  for (const room of ROOMS) {
    const builder = new Builder(room, binds);
    const body = builder.review(review);
    const complete = !builder.leftOut;
    text = [...body, ...pointers(complete, url, pageUrl)].join('\n');
    if (text.length <= limit) return { text, complete };
  }
  const end = `\n${pointers(false, url, pageUrl).join('\n')}`;
  return { text: `${text.slice(0, Math.max(0, limit - end.length))}${end}`.slice(0, limit), complete: false };
}

function pointers(
  complete: boolean,
  url: string | undefined,
  pageUrl: string | undefined,
): readonly string[] {
  if (pageUrl !== undefined) {
    const page = `[the full page](${encodeURI(pageUrl).replace(/[()]/g, (found) => `%${found.charCodeAt(0).toString(16)}`)})`;
    return ['', complete ? `> Also as ${page}.` : `> Not all of it has room here. The whole is ${page}.`];
  }
  return complete ? [] : ['', pointer(url)];
}

function pointer(url: string | undefined): string {
  const whole = 'what `truekeel review --output markdown` prints';
  return `> Not all of it has room here. The whole is ${url === undefined ? whole : `in [the log of the run](${encodeURI(url)}), which is ${whole}`}.`;
}

class Builder {
  leftOut = false;
  readonly #room: Room;
  readonly #binds: boolean;

  constructor(room: Room, binds: boolean) {
    this.#room = room;
    this.#binds = binds;
  }

  review(review: Review): readonly string[] {
    const { base, head, environments, dropped, errors, newWarnings, knownWarnings } = review;
    const title = [
      '### Truekeel review',
      '',
      `${code(head.slice(0, 12))} into ${code(base.slice(0, 12))}`,
      '',
    ];
    if (errors.length > 0) {
      return [...title, '**It does not render.** Nothing was planned.', '', ...this.#errors(errors)];
    }
    const left = dropped.map(
      ({ name, branch }) =>
        `- **${plain(name)}** no longer in the program: ${code(branch)}, and what runs of it, stay as they are`,
    );
    if (environments.length === 0) return [...title, ...left, 'The program has no environment.'];
    return [
      ...title,
      ...environments.map(summaryLine),
      ...left,
      ...this.#warnings(newWarnings, knownWarnings),
      ...environments.flatMap((environment) => this.#environment(environment)),
      ...(this.#binds
        ? ['', 'Approving this pull request approves these digests, and no other outcome.']
        : []),
    ];
  }

  #environment(environment: EnvironmentReview): readonly string[] {
    const { name, against, changes, errors, refusals, images, approves, work } = environment;
    const seen =
      'why' in against
        ? `${unaskedText(against)}: ${plain(against.why)}`
        : `Planned against ${against.context === '' ? '' : `${code(against.context)}, `}${code(against.server)}`;
    if (changes.length === 0 && errors.length === 0) return [];
    const { snapshot } = 'why' in against ? {} : against;
    return [
      '',
      `#### ${plain(name)}`,
      '',
      seen,
      ...(snapshot
        ? [
            '',
            `${snapshotText(snapshot, snapshot.takenAt + snapshot.ageMs)}.`,
            ...snapshot.cautions.map((caution) => `- **Caution:** ${plain(caution)}`),
          ]
        : []),
      ...consequencesOf(changes).flatMap((group) => this.#consequences(group)),
      ...(refusals.length === 0 ? [] : ['', '**Refused by a guard**, unless somebody approves it:', '']),
      ...refusals.map(({ code: name, message }) => `- ${code(name)} ${plain(message)}`),
      ...(errors.length === 0 ? [] : ['', '**What could not be planned**', '', ...this.#errors(errors)]),
      ...this.#images(images),
      ...(work ? this.#work(work) : []),
      ...this.#table(changes),
      ...this.#diffs(changes),
      '',
      `${approves.kind === 'plan' ? 'Plan' : 'Rendered'} ${code(approves.digest)}`,
    ];
  }

  #consequences({ title, items }: ConsequenceGroup): readonly string[] {
    return [
      '',
      `**${title}**`,
      '',
      ...this.#take(items, this.#room.consequences).map(
        ({ key, message }) => `- ${code(formatKey(key))} ${plain(message)}`,
      ),
      ...more(items.length, this.#room.consequences),
    ];
  }

  #images(images: EnvironmentReview['images']): readonly string[] {
    if (images.length === 0) return [];
    return [
      '',
      '**Images**',
      '',
      ...this.#take(images, this.#room.rows).flatMap(({ before, after, objects, commits }) => [
        `- ${code(before)} → ${code(after)} in ${objects.length === 1 ? code(objects[0]!) : `${objects.length} objects`}`,
        ...(commits ? this.#commits(commits) : []),
      ]),
      ...more(images.length, this.#room.rows),
    ];
  }

  #work({ since, entries }: AwaitedWork): readonly string[] {
    if (entries.length === 0) return [];
    return [
      '',
      `**Since its last release**, of ${code(since.slice(0, 12))}`,
      '',
      ...this.#take(entries, this.#room.rows).map((entry) => `- ${workLine(entry)}`),
      ...more(entries.length, this.#room.rows),
    ];
  }

  #commits({ from, to, repository, commits, more: hasMore }: ImageCommits): readonly string[] {
    const range = `${code(from.slice(0, 7))} to ${code(to.slice(0, 7))}`;
    if (commits.length === 0)
      return [`  - ${range}${repository === undefined ? '' : ` of ${plain(repository)}`}`];
    const shown = this.#take(commits, this.#room.diffs);
    return [
      ...shown.map(
        ({ commit, subject, author }) =>
          `  - ${code(commit.slice(0, 7))} ${plain(subject)} · ${plain(author)}`,
      ),
      ...(shown.length < commits.length || hasMore ? [`  - and more, from ${range}`] : []),
    ];
  }

  #table(changes: readonly PlannedChange[]): readonly string[] {
    if (changes.length === 0) return [];
    const rows = this.#take(changes, this.#room.rows);
    const hidden = changes.length - rows.length;
    if (rows.length === 0) return ['', `${changes.length} objects are not shown.`];
    return [
      '',
      '| change | object | because | effect | written at |',
      '|---|---|---|---|---|',
      ...rows.map(row),
      ...(hidden > 0 ? ['', `and ${hidden} more objects`] : []),
    ];
  }

  #diffs(changes: readonly PlannedChange[]): readonly string[] {
    const detailed = changes.filter(({ changes: fields }) => fields.length > 0);
    if (detailed.length === 0) return [];
    const shown = this.#take(detailed, this.#room.diffs);
    if (shown.length === 0) return [];
    return [
      '',
      `<details><summary>Field by field${shown.length < detailed.length ? ` (${shown.length} of ${detailed.length} objects)` : ''}</summary>`,
      '',
      ...shown.flatMap(({ key, action, changes: fields }) => [
        `${code(formatKey(key))} ${action}`,
        '',
        ...codeBlock('diff', fields.flatMap(fieldDiff)),
        '',
      ]),
      '</details>',
    ];
  }

  #warnings(warnings: readonly TruekeelError[], known: number): readonly string[] {
    if (warnings.length === 0 && known === 0) return [];
    const before = known === 0 ? '' : ` ${known} more were there before.`;
    if (warnings.length === 0) return ['', `No new warnings.${before}`];
    return [
      '',
      `**New warnings**${before === '' ? '' : ` (${before.trim()})`}`,
      '',
      ...this.#errors(warnings),
    ];
  }

  #errors(errors: readonly TruekeelError[]): readonly string[] {
    return [
      ...this.#take(errors, this.#room.errors).map(errorLine),
      ...more(errors.length, this.#room.errors),
    ];
  }

  #take<T>(items: readonly T[], count: number): readonly T[] {
    if (items.length > count) this.leftOut = true;
    return items.slice(0, count);
  }
}

function summaryLine(environment: EnvironmentReview): string {
  const { name, counts, errors, refusals, changes } = environment;
  const parts = [
    isPending(environment) ? countsText(counts) : 'nothing to do',
    ...consequencesOf(changes)
      .filter(({ title }) => title !== 'Deleted')
      .map(({ title, items }) => `${title.toLowerCase()}: ${items.length}`),
    ...(refusals.length > 0 ? ['**refused by a guard**'] : []),
    ...(errors.length > 0 ? [`**${errors.length} that cannot be planned**`] : []),
  ];
  return `- **${plain(name)}** ${parts.join(' · ')}`;
}

function workLine({
  commit,
  description,
  breaking,
  pullRequest,
  authors,
  commits,
  applications = [],
}: WorkEntry): string {
  const number = pullRequest === undefined ? '' : ` (${plain(`#${pullRequest}`)})`;
  const many = commits > 1 ? `, ${commits} commits` : '';
  const about = applications.length === 0 ? '' : ` · in ${applications.map(code).join(', ')}`;
  return `${breaking ? '**breaking** ' : ''}${plain(description)}${number} · ${code(commit.slice(0, 7))}${many} · ${authors.map(plain).join(', ')}${about}`;
}

function row({ action, key, because, effects, source }: PlannedChange): string {
  const at = source ? code(`${source.file}:${source.line}`) : '';
  const effect = effects.map(({ message }) => plain(message)).join(', ');
  const why = because === '' ? '' : code(because.length > 160 ? `${because.slice(0, 160)}…` : because);
  return `| ${action} | ${code(formatKey(key))} | ${why} | ${effect} | ${at} |`;
}

function errorLine({ code: name, message, key, source, hint }: TruekeelError): string {
  const object = key && !message.includes(formatKey(key)) ? ` ${code(formatKey(key))}` : '';
  const at = source ? ` (${code(`${source.file}:${source.line}`)})` : '';
  return `- ${code(name)}${object} ${plain(message)}${at}${hint === undefined ? '' : ` ${plain(hint)}`}`;
}

function more(length: number, shown: number): readonly string[] {
  return length > shown ? [`- and ${length - shown} more`] : [];
}
