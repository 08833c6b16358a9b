/** To an address, as JSON: `schema` says what it is, all else is the news. */
import type { WebhookNotification } from '../objects/index.ts';
import { type Message, type SecretValues, Unsendable } from './message.ts';
import type { ReleaseNews } from './news.ts';

const NEWS_SCHEMA = 'truekeel.dev/release-news/v1';

/** @throws Unsendable for a Secret without what is needed of it */
export function webhookMessage(
  { url, secret }: WebhookNotification,
  values: SecretValues | undefined,
  news: ReleaseNews,
): Message {
  const authorization = values?.authorization?.trim();
  if (secret && !authorization) throw new Unsendable('its Secret has no key authorization');
  return {
    url,
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    body: JSON.stringify({ schema: NEWS_SCHEMA, ...news }),
  };
}
