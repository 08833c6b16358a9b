/** A changelog for people. */
import { code, plain } from '../review/index.ts';
import type { Changelog } from './changelog.ts';
import type { ChangelogEntry } from './entries.ts';

/** Sections, in their order, and which types go there (Angular's convention, which Conventional Commits names). */
const SECTIONS: readonly (readonly [title: string, types: readonly string[]])[] = [
  ['Features', ['feat']],
  ['Fixes', ['fix']],
  ['Performance', ['perf']],
  ['Reverted', ['revert']],
];

export interface MarkdownOptions {
  readonly environment: string;
  /** Address of a pull request; numbers stand alone when absent. */
  readonly pullRequestUrl?: (number: number) => string;
}

export function changelogMarkdown(changelog: Changelog, options: MarkdownOptions): string {
  const { from, to, entries, takenBack, images, complete } = changelog;
  const range = from
    ? `${code(from.source.slice(0, 12))} to ${code(to.source.slice(0, 12))}`
    : code(to.source.slice(0, 12));
  const line = (entry: ChangelogEntry) => entryLine(entry, options);
  return [
    `### ${plain(options.environment)}: ${range}`,
    ...(entries.length + takenBack.length + images.length === 0 ? ['', 'Nothing is different.'] : []),
    ...sectionsOf(entries).flatMap(([title, own]) => section(title, own.map(line))),
    ...section('Taken back', takenBack.map(line)),
    ...section(
      'Images',
      images.map(
        ({ before, after, objects }) =>
          `- ${code(before)} → ${code(after)} in ${objects.map(code).join(', ')}`,
      ),
    ),
    ...(complete
      ? []
      : ['', 'There is more than that: the clone is shallow, or there are very many commits.']),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `**${title}**`, '', ...lines];
}

/** Where nobody writes subjects by that convention there is one list. */
function sectionsOf(
  entries: readonly ChangelogEntry[],
): readonly (readonly [string, readonly ChangelogEntry[]])[] {
  const breaking = entries.filter((entry) => entry.breaking);
  const known = new Set(SECTIONS.flatMap(([, types]) => types));
  const rest = entries.filter((entry) => !entry.breaking);
  return [
    ['Breaking', breaking],
    ...SECTIONS.map(
      ([title, types]) => [title, rest.filter(({ type = '' }) => types.includes(type))] as const,
    ),
    ['Changes', rest.filter(({ type = '' }) => !known.has(type))],
  ];
}

function entryLine(
  { commit, description, scope, pullRequest, authors, commits, applications = [] }: ChangelogEntry,
  { pullRequestUrl }: MarkdownOptions,
): string {
  const number =
    pullRequest === undefined
      ? ''
      : pullRequestUrl
        ? ` ([${plain(`#${pullRequest}`)}](${encodeURI(pullRequestUrl(pullRequest))}))`
        : ` (${plain(`#${pullRequest}`)})`;
  const many = commits > 1 ? `, ${commits} commits` : '';
  const what = `${scope === undefined ? '' : `**${plain(scope)}** `}${plain(description)}${number}`;
  const about = applications.length === 0 ? '' : ` · in ${applications.map(code).join(', ')}`;
  return `- ${what} · ${code(commit.slice(0, 7))}${many} · ${authors.map(plain).join(', ')}${about}`;
}
