/** Whether notifications can be sent as they say. They come from a program, so they may be anything. */
import { NOTIFIED_EVENTS, type Notification } from '../objects/index.ts';
import { addressProblem, isSecretName } from './addresses.ts';
import { labelProblem } from './name-rules.ts';
import type { Problems } from './problems.ts';
import type { Place } from './tree/index.ts';

/** Says what is wrong with the notifications of an environment or application. */
export function checkNotifications(
  giver: Place & { readonly notifications?: readonly Notification[] },
  what: string,
  problems: Problems,
): void {
  for (const notification of giver.notifications ?? []) {
    const problem = problemOf(notification);
    if (problem === undefined) continue;
    problems.add(giver, {
      code: 'INVALID_NOTIFICATION',
      message: `${what} has a notification ${Object(notification).sink} ${problem}`,
      hint: 'Make it with Notification.webhook(…) or Notification.slack(…); Secrets are named, with their namespace.',
    });
  }
}

function problemOf(notification: Notification): string | undefined {
  const { sink, events }: Notification = Object(notification);
  if (sink !== 'webhook' && sink !== 'slack') return 'which there is not';
  if (!Array.isArray(events) || events.length === 0) return 'of no event';
  if (!events.every((event) => NOTIFIED_EVENTS.includes(event))) return 'of an event that there is not';
  const address = notification.sink === 'webhook' ? addressProblem(notification.url) : undefined;
  const { secret } = notification;
  return address ?? (secret === undefined && sink === 'webhook' ? undefined : secretProblem(Object(secret)));
}

function secretProblem({ namespace, name }: { readonly namespace?: unknown; readonly name?: unknown }) {
  if (!isSecretName(name)) return 'with a Secret whose name is none';
  if (namespace === '') return 'with a Secret of no namespace: say secretNamespace';
  return typeof namespace === 'string' && labelProblem(namespace) === undefined
    ? undefined
    : 'with a Secret whose namespace is none';
}
