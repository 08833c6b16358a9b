/** Who is told of what becomes of releases, as it stands in the rendered branch: data. */
export type Notification = WebhookNotification | SlackNotification | EmailNotification;

export interface WebhookNotification {
  readonly sink: 'webhook';
  readonly url: string;
  /** Has the value of the header `Authorization` under the key `authorization`. */
  readonly secret?: SecretReference;
  readonly events: readonly NotifiedEvent[];
}

export interface SlackNotification {
  readonly sink: 'slack';
  /** Has the address of an incoming webhook under the key `url`: whoever knows it may write there. */
  readonly secret: SecretReference;
  readonly events: readonly NotifiedEvent[];
}

export interface EmailNotification {
  readonly sink: 'email';
  /** An address: `truekeel@example.com`. */
  readonly from: string;
  readonly to: readonly string[];
  /** Has the address of a mail server under the key `url`: `smtps://user:password@host`. */
  readonly secret: SecretReference;
  readonly events: readonly NotifiedEvent[];
}

/** A Secret in the cluster, by name and never by value. */
export interface SecretReference {
  readonly namespace: string;
  readonly name: string;
}

export const NOTIFIED_EVENTS = ['applied', 'failed', 'refused', 'rolled-back'] as const;

export type NotifiedEvent = (typeof NOTIFIED_EVENTS)[number];
