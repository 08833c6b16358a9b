/** News as text, for people. */
import type { NotifiedEvent } from '../objects/index.ts';
import type { ApplicationNews, ReleasedWork, ReleaseNews, WorkNews } from './news.ts';

/** More than a reader takes in, and less than Slack cuts off. */
const MOST_LINES = 20;

const HEADLINE: Readonly<Record<NotifiedEvent, string>> = {
  applied: 'was applied',
  failed: 'was not applied in full',
  refused: 'was refused by a guard; nothing was written',
  'rolled-back': 'went back to an older release',
};

/** How a sink marks words. */
export interface Marks {
  readonly strong: (text: string) => string;
  readonly code: (text: string) => string;
  /** Lets a text of anybody's mean nothing to the sink. */
  readonly plain: (text: string) => string;
}

/** What it is about: `shop production was applied`. */
export function headline({ event, environment, project }: ReleaseNews, { strong, plain }: Marks): string {
  const where = project === undefined ? environment : `${project} ${environment}`;
  return `${strong(plain(where))} ${HEADLINE[event]}`;
}

export function textOf(news: ReleaseNews, marks: Marks): string {
  const { rendered, source, subject, applications, work } = news;
  const { code, plain } = marks;
  const lines = applications.flatMap((application) => linesOf(application, marks));
  const more = lines.length - MOST_LINES;
  return [
    `${headline(news, marks)}: ${plain(subject)}`,
    `rendered ${code(rendered.slice(0, 7))} from source ${code(source.slice(0, 7))}`,
    ...(more > 0 ? [...lines.slice(0, MOST_LINES), `and ${more} more`] : lines),
    ...(work ? workLines(work, marks) : []),
  ].join('\n');
}

function linesOf({ name, changed, problems }: ApplicationNews, { plain }: Marks): readonly string[] {
  return [
    `• ${plain(name)}: ${changed === 1 ? '1 object' : `${changed} objects`} changed`,
    ...problems.map(({ code, key }) => `    ${code}${key === undefined ? '' : ` ${plain(key)}`}`),
  ];
}

function workLines({ since, brought, takenBack, more }: ReleasedWork, marks: Marks): readonly string[] {
  if (brought.length + takenBack.length === 0) return [];
  return [
    `what is new since ${marks.code(since.slice(0, 7))}:`,
    ...brought.map((work) => `• ${workLine(work, marks)}`),
    ...takenBack.map((work) => `• taken back: ${workLine(work, marks)}`),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}

function workLine(
  { commit, description, breaking, pullRequest, authors, applications = [] }: WorkNews,
  { strong, code, plain }: Marks,
): string {
  const about = applications.length === 0 ? '' : ` in ${applications.map(plain).join(', ')}`;
  const number = pullRequest === undefined ? '' : ` (#${pullRequest})`;
  return `${breaking ? `${strong('breaking')} ` : ''}${plain(description)}${number} ${code(commit.slice(0, 7))} ${authors.map(plain).join(', ')}${about}`;
}
