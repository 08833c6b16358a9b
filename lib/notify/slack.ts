/** To a channel of Slack, and of what takes its incoming webhooks (Mattermost, Discord's `/slack`): text in Slack's mrkdwn. */
import type { NotifiedEvent } from '../objects/index.ts';
import { type Message, type SecretValues, Unsendable } from './message.ts';
import type { ApplicationNews, ReleasedWork, ReleaseNews, WorkNews } from './news.ts';

/** More than a reader takes in, and less than Slack cuts off. */
const MOST_LINES = 20;

const HEADLINE: Readonly<Record<NotifiedEvent, string>> = {
  applied: 'was applied',
  failed: 'was not applied in full',
  refused: 'was refused by a guard; nothing was written',
  'rolled-back': 'went back to an older release',
};

/** @throws Unsendable for a Secret without an address */
export function slackMessage(values: SecretValues | undefined, news: ReleaseNews): Message {
  const url = values?.url?.trim() ?? '';
  const protocol = URL.parse(url)?.protocol;
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new Unsendable('its Secret has no address under the key url');
  return {
    url,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: textOf(news) }),
  };
}

function textOf({
  event,
  environment,
  project,
  rendered,
  source,
  subject,
  applications,
  work,
}: ReleaseNews): string {
  const where = project === undefined ? environment : `${project} ${environment}`;
  const lines = applications.flatMap(linesOf);
  const more = lines.length - MOST_LINES;
  return [
    `*${plain(where)}* ${HEADLINE[event]}: ${plain(subject)}`,
    `rendered \`${rendered.slice(0, 7)}\` from source \`${source.slice(0, 7)}\``,
    ...(more > 0 ? [...lines.slice(0, MOST_LINES), `and ${more} more`] : lines),
    ...(work ? workLines(work) : []),
  ].join('\n');
}

function linesOf({ name, changed, problems }: ApplicationNews): readonly string[] {
  return [
    `• ${plain(name)}: ${changed === 1 ? '1 object' : `${changed} objects`} changed`,
    ...problems.map(({ code, key }) => `    ${code}${key === undefined ? '' : ` ${plain(key)}`}`),
  ];
}

function workLines({ since, brought, takenBack, more }: ReleasedWork): readonly string[] {
  if (brought.length + takenBack.length === 0) return [];
  return [
    `what is new since \`${since.slice(0, 7)}\`:`,
    ...brought.map((work) => `• ${workLine(work)}`),
    ...takenBack.map((work) => `• taken back: ${workLine(work)}`),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}

function workLine({
  commit,
  description,
  breaking,
  pullRequest,
  authors,
  applications = [],
}: WorkNews): string {
  const about = applications.length === 0 ? '' : ` in ${applications.map(plain).join(', ')}`;
  const number = pullRequest === undefined ? '' : ` (#${pullRequest})`;
  return `${breaking ? '*breaking* ' : ''}${plain(description)}${number} \`${commit.slice(0, 7)}\` ${authors.map(plain).join(', ')}${about}`;
}

/** The three characters that mean something in Slack's text (Slack API, "Formatting text"): a commit's subject is
 * anybody's, and shall mention nobody. */
function plain(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
