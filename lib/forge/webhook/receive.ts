import { z } from 'zod';
import { WebhookError } from './error.ts';
import type { ForgeEvent } from './event.ts';
import { githubEvent } from './github.ts';
import { gitlabEvent } from './gitlab.ts';
import type { ReplayGuard } from './replay.ts';
import { isGenuine, type WebhookHeaders } from './signature.ts';

export interface WebhookCall {
  readonly headers: WebhookHeaders;
  /** As it came: the signature is over these bytes. */
  readonly body: Uint8Array;
}

export interface WebhookTrust {
  /** Shared with the forge. */
  readonly secret: string;
  readonly replays: ReplayGuard;
}

/** What a call tells of, if it is to be believed: its signature is right, and it did not come before.
 * @throws WebhookError */
export function receiveWebhook(call: WebhookCall, trust: WebhookTrust): ForgeEvent {
  const { headers, body } = call;
  if (!isGenuine(headers, body, trust.secret)) {
    throw new WebhookError(
      'WEBHOOK_SIGNATURE',
      'the signature of a webhook is wrong or missing',
      'Set the same secret in the forge and here. If nobody changed it, somebody else sent this.',
    );
  }
  const event = parse(headers, body);
  const refused = trust.replays.refuse({ id: deliveryOf(headers), body, at: event.at });
  if (refused === undefined) return event;
  throw new WebhookError(
    'WEBHOOK_REPLAYED',
    refused === 'seen'
      ? `this webhook (${event.name}) came before`
      : `this webhook (${event.name}) tells of something that is too long ago`,
    'Nothing to do: what it tells of is found by looking at the repository, too.',
  );
}

/** What the forge calls the delivery. */
export function deliveryOf(headers: WebhookHeaders): string | undefined {
  return (
    header(headers, 'x-gitea-delivery') ??
    header(headers, 'x-github-delivery') ??
    header(headers, 'idempotency-key') ??
    header(headers, 'x-gitlab-event-uuid')
  );
}

function parse(headers: WebhookHeaders, body: Uint8Array): ForgeEvent {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    // Gitea sends GitHub's header, too.
    const gitea = header(headers, 'x-gitea-event') ?? header(headers, 'x-forgejo-event');
    if (gitea !== undefined) return githubEvent('gitea', gitea, value);
    const github = header(headers, 'x-github-event');
    if (github !== undefined) return githubEvent('github', github, value);
    const gitlab = header(headers, 'x-gitlab-event');
    if (gitlab !== undefined) return gitlabEvent(gitlab, value);
  } catch (error) {
    if (error instanceof SyntaxError) throw unreadable('it is not JSON');
    if (error instanceof z.ZodError) {
      const [issue] = error.issues;
      throw unreadable(`${issue?.path.join('.') || 'it'}: ${issue?.message}`);
    }
    throw error;
  }
  throw unreadable('no header names the event');
}

function unreadable(why: string): WebhookError {
  return new WebhookError(
    'WEBHOOK_UNREADABLE',
    `a webhook cannot be read: ${why}`,
    'Let the forge send JSON (content type application/json), and check which version of it runs.',
  );
}

function header(headers: WebhookHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
