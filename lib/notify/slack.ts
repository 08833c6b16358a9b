/** To a channel of Slack, and of what takes its incoming webhooks (Mattermost, Discord's `/slack`): text in Slack's mrkdwn. */
import { type Message, type SecretValues, Unsendable } from './message.ts';
import type { ReleaseNews } from './news.ts';
import { type Marks, textOf } from './text.ts';

/** @throws Unsendable for a Secret without an address */
export function slackMessage(values: SecretValues | undefined, news: ReleaseNews): Message {
  const url = values?.url?.trim() ?? '';
  const protocol = URL.parse(url)?.protocol;
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new Unsendable('its Secret has no address under the key url');
  return {
    url,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: textOf(news, MRKDWN) }),
  };
}

const MRKDWN: Marks = {
  strong: (text) => `*${text}*`,
  code: (text) => `\`${text}\``,
  // The three characters that mean something in Slack's text (Slack API, "Formatting text"): a commit's subject is anybody's, and
  // shall mention nobody.
  plain: (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
};
