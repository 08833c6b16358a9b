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
      hint: 'Make it with Notification.webhook(…), Notification.slack(…) or Notification.email(…); Secrets are named, with their namespace.',
    });
  }
}

function problemOf(notification: Notification): string | undefined {
  const { sink, events }: Notification = Object(notification);
  if (sink !== 'webhook' && sink !== 'slack' && sink !== 'email') return 'which there is not';
  if (!Array.isArray(events) || events.length === 0) return 'of no event';
  if (!events.every((event) => NOTIFIED_EVENTS.includes(event))) return 'of an event that there is not';
  const address = placeProblem(notification);
  const { secret } = notification;
  return address ?? (secret === undefined && sink === 'webhook' ? undefined : secretProblem(Object(secret)));
}

function placeProblem(notification: Notification): string | undefined {
  if (notification.sink === 'webhook') return addressProblem(notification.url);
  if (notification.sink === 'slack') return undefined;
  const { from, to }: { readonly from?: unknown; readonly to?: unknown } = notification;
  if (!Array.isArray(to) || to.length === 0) return 'to nobody';
  const wrong = [from, ...to].find((one) => typeof one !== 'string' || !EMAIL.test(one));
  return wrong === undefined ? undefined : `with ${JSON.stringify(wrong)}, which is no address of email`;
}

/** An address alone, without a name, and nothing that ends a header. */
const EMAIL = /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/;

function secretProblem({ namespace, name }: { readonly namespace?: unknown; readonly name?: unknown }) {
  if (!isSecretName(name)) return 'with a Secret whose name is none';
  if (namespace === '') return 'with a Secret of no namespace: say secretNamespace';
  return typeof namespace === 'string' && labelProblem(namespace) === undefined
    ? undefined
    : 'with a Secret whose namespace is none';
}
