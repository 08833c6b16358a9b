/** Notifications of a rendered commit, as far as this version knows how to send them. */
import { z } from 'zod';
import { NOTIFIED_EVENTS, type Notification } from '../objects/index.ts';

const secret = z.object({ namespace: z.string(), name: z.string() });
const events = z
  .array(z.string())
  .transform((names) => NOTIFIED_EVENTS.filter((event) => names.includes(event)));

const notification = z.discriminatedUnion('sink', [
  z.object({ sink: z.literal('webhook'), url: z.string(), secret: secret.exactOptional(), events }),
  z.object({ sink: z.literal('slack'), secret, events }),
  z.object({ sink: z.literal('email'), from: z.string(), to: z.array(z.string()), secret, events }),
]);

/** @param written as it stands in the manifest; what a newer version wrote may be something else */
export function readNotifications(written: readonly unknown[]): readonly Notification[] {
  return written.flatMap((one) => {
    const { data } = notification.safeParse(one);
    return data ? [data] : [];
  });
}
