/** A review as one page that needs nothing else: no script, no picture, no other file. It leaves nothing out. */
import { formatKey, type TruekeelError } from '../../lib/objects/index.ts';
import type { PlannedChange } from '../../lib/plan/index.ts';
import { consequencesOf } from './consequences.ts';
import { countsText } from './counts.ts';
import { fieldDiff } from './field-diff.ts';
import { type Html, element as h } from './html.ts';
import type { ImageCommits } from './image-commits.ts';
import { type EnvironmentReview, isPending, type Review, snapshotText, unaskedText } from './review.ts';

/** Light and dark, as the browser has it. */
const STYLE = `
:root { color-scheme: light dark; --line: #8884; --add: #2da44e; --del: #cf222e; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
pre { white-space: pre-wrap; margin: .3rem 0; padding: .5rem; border: 1px solid var(--line); border-radius: 4px; }
.add { color: var(--add); } .del { color: var(--del); } .note { opacity: .7; }
section { margin-top: 2.5rem; } summary { cursor: pointer; }
`;

/** @returns a whole document of HTML */
export function pageOf(review: Review): string {
  const { base, head, environments, dropped, errors, newWarnings, knownWarnings } = review;
  const inBody = [
    h('h1', {}, 'Truekeel review'),
    h('p', {}, h('code', {}, head.slice(0, 12)), ' into ', h('code', {}, base.slice(0, 12))),
    ...(errors.length > 0
      ? [h('p', {}, h('strong', {}, 'It does not render.'), ' Nothing was planned.')]
      : []),
    ...listOf('', errors.map(errorText)),
    ...(environments.length > 0 ? [summary(environments)] : []),
    ...listOf(
      'No longer in the program',
      dropped.map(({ name, branch }) => [
        `${name}: `,
        h('code', {}, branch),
        ', and what runs of it, stay as they are',
      ]),
    ),
    ...listOf('New warnings', newWarnings.map(errorText)),
    ...(knownWarnings > 0
      ? [h('p', { class: 'note' }, `${knownWarnings} more warnings were there before.`)]
      : []),
    ...environments.map(environmentSection),
  ];
  const inHead = [
    h('meta', { charset: 'utf-8' }),
    h('meta', {
      'http-equiv': 'Content-Security-Policy',
      content: "default-src 'none'; style-src 'unsafe-inline'",
    }),
    h('meta', { name: 'viewport', content: 'width=device-width' }),
    h('title', {}, `Truekeel review of ${head.slice(0, 12)}`),
    h('style', {}, { markup: STYLE }),
  ];
  return `<!DOCTYPE html>\n${h('html', { lang: 'en' }, h('head', {}, inHead), h('body', {}, inBody)).markup}\n`;
}

function summary(environments: readonly EnvironmentReview[]): Html {
  const row = (environment: EnvironmentReview) => {
    const { name, counts, changes, refusals, errors, approves } = environment;
    const follows = consequencesOf(changes).map(
      ({ title, items }) => `${title.toLowerCase()}: ${items.length}`,
    );
    const problems = [
      ...(refusals.length > 0 ? ['refused by a guard'] : []),
      ...(errors.length > 0 ? [`${errors.length} that cannot be planned`] : []),
    ];
    return h(
      'tr',
      {},
      h('td', {}, h('a', { href: `#${anchor(name)}` }, name)),
      h('td', {}, isPending(environment) ? countsText(counts) : 'nothing to do'),
      h('td', {}, follows.join(', '), ...problems.map((problem) => h('strong', {}, ` ${problem}`))),
      h('td', {}, approves.kind, ' ', h('code', {}, approves.digest)),
    );
  };
  return h(
    'table',
    {},
    h('thead', {}, headings('environment', 'changes', 'what follows', 'approving it approves')),
    h('tbody', {}, environments.map(row)),
  );
}

function environmentSection(environment: EnvironmentReview): Html {
  const { name, against, changes, refusals, errors, images, work } = environment;
  const seen =
    'why' in against
      ? [`${unaskedText(against)}: ${against.why}`]
      : [
          'Planned against ',
          ...(against.context === '' ? [] : [h('code', {}, against.context), ', ']),
          h('code', {}, against.server),
        ];
  const { snapshot } = 'why' in against ? {} : against;
  return h(
    'section',
    { id: anchor(name) },
    h('h2', {}, name),
    h('p', {}, seen),
    snapshot ? h('p', {}, `${snapshotText(snapshot, snapshot.takenAt + snapshot.ageMs)}.`) : [],
    listOf(
      'Caution',
      (snapshot?.cautions ?? []).map((caution) => [caution]),
    ),
    consequencesOf(changes).flatMap(({ title, items }) =>
      listOf(
        title,
        items.map(({ key, message }) => [h('code', {}, formatKey(key)), ` ${message}`]),
      ),
    ),
    listOf(
      'Refused by a guard, unless somebody approves it',
      refusals.map(({ code, message }) => [h('code', {}, code), ` ${message}`]),
    ),
    listOf('What could not be planned', errors.map(errorText)),
    listOf(
      'Images',
      images.map(({ before, after, objects, commits }) => [
        h('code', {}, before),
        ' → ',
        h('code', {}, after),
        ` in ${objects.join(', ')}`,
        ...(commits ? [commitList(commits)] : []),
      ]),
    ),
    work
      ? listOf(
          `Since its last release, of ${work.since.slice(0, 12)}`,
          work.entries.map(({ commit, description, breaking, pullRequest, authors, applications = [] }) => [
            h('code', {}, commit.slice(0, 7)),
            ` ${breaking ? 'breaking: ' : ''}${description}${pullRequest === undefined ? '' : ` (#${pullRequest})`} · ${authors.join(', ')}${applications.length === 0 ? '' : ` · in ${applications.join(', ')}`}`,
          ]),
        )
      : [],
    changes.length === 0 ? h('p', {}, 'Nothing to do.') : objectTable(changes),
  );
}

function commitList({ from, to, repository, commits, more }: ImageCommits): Html {
  const range = `${from.slice(0, 7)} to ${to.slice(0, 7)}`;
  const items = commits.map(({ commit, subject, author }) =>
    h('li', {}, h('code', {}, commit.slice(0, 7)), ` ${subject} · ${author}`),
  );
  const rest =
    commits.length === 0
      ? `${range}${repository === undefined ? '' : ` of ${repository}`}`
      : more
        ? `and more, from ${range}`
        : undefined;
  return h('ul', {}, items, rest === undefined ? [] : h('li', {}, rest));
}

function objectTable(changes: readonly PlannedChange[]): Html {
  return h(
    'table',
    {},
    h('thead', {}, headings('change', 'object', 'because', 'effect', 'written at')),
    h('tbody', {}, changes.map(objectRow)),
  );
}

function objectRow({ action, key, because, effects, source, changes }: PlannedChange): Html {
  const name = h('code', {}, formatKey(key));
  const object =
    changes.length === 0
      ? name
      : h('details', {}, h('summary', {}, name), h('pre', {}, changes.flatMap(fieldDiff).map(diffLine)));
  return h(
    'tr',
    {},
    h('td', {}, action),
    h('td', {}, object),
    h('td', {}, because),
    h('td', {}, effects.map(({ message }) => message).join(', ')),
    h('td', {}, source ? h('code', {}, `${source.file}:${source.line}`) : ''),
  );
}

function diffLine(line: string): Html {
  const kind = line.startsWith('+') ? 'add' : line.startsWith('-') ? 'del' : 'note';
  return h('span', { class: kind }, `${line}\n`);
}

function listOf(title: string, items: readonly (readonly (Html | string)[])[]): readonly Html[] {
  if (items.length === 0) return [];
  const list = h(
    'ul',
    {},
    items.map((item) => h('li', {}, item)),
  );
  return title === '' ? [list] : [h('h3', {}, title), list];
}

function headings(...names: readonly string[]): Html {
  return h(
    'tr',
    {},
    names.map((name) => h('th', {}, name)),
  );
}

function errorText({ code, message, key, source, hint }: TruekeelError): readonly (Html | string)[] {
  const object = key && !message.includes(formatKey(key)) ? [' ', h('code', {}, formatKey(key))] : [];
  const at = source ? [' (', h('code', {}, `${source.file}:${source.line}`), ')'] : [];
  return [h('code', {}, code), ...object, ` ${message}`, ...at, ...(hint === undefined ? [] : [` ${hint}`])];
}

function anchor(environment: string): string {
  return `environment-${environment}`;
}
