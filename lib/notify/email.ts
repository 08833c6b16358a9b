/** By email, as plain text, through a server that the Secret names. */
import type { EmailNotification } from '../objects/index.ts';
import { type SecretValues, Unsendable } from './message.ts';
import type { ReleaseNews } from './news.ts';
import { headline, type Marks, textOf } from './text.ts';
import { type Failure, TIMEOUT_MS } from './tries.ts';

const UNMARKED: Marks = { strong: (text) => text, code: (text) => text, plain: (text) => text };

/** @returns sends it once
 * @throws Unsendable for a Secret without an address */
export async function emailTry(
  { from, to }: EmailNotification,
  values: SecretValues | undefined,
  news: ReleaseNews,
): Promise<() => Promise<Failure | undefined>> {
  const url = values?.url?.trim() ?? '';
  const { protocol, username } = URL.parse(url) ?? {};
  if (protocol !== 'smtps:' && protocol !== 'smtp:')
    throw new Unsendable('its Secret has no address such as smtps://user:password@host under the key url');
  // Loaded by those who send one.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    url,
    // Credentials do not go over an open line.
    ...(protocol === 'smtp:' && username !== '' && { requireTLS: true }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const email = {
    from,
    to: [...to],
    subject: headline(news, UNMARKED),
    text: `${textOf(news, UNMARKED)}\n`,
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
  return async () => {
    try {
      await transport.sendMail(email);
      return undefined;
    } catch (error) {
      return failureOf(Object(error));
    } finally {
      transport.close();
    }
  };
}

/** By its codes: what a server says may quote addresses. From 500 on it says so for good (RFC 5321, 4.2.1). */
function failureOf({ code, responseCode }: { code?: unknown; responseCode?: unknown }): Failure {
  if (typeof responseCode === 'number')
    return { why: `it answered ${responseCode}`, isFinal: responseCode >= 500 };
  return {
    why: typeof code === 'string' ? `it cannot be reached (${code})` : 'it cannot be reached',
    isFinal: false,
  };
}
