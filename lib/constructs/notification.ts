import type { Notification as NotificationData, NotifiedEvent } from '../objects/index.ts';

/** Something that becomes of a release. */
export class ReleaseEvent {
  /** Everything of it was applied, and is ready where that is waited for. */
  public static readonly APPLIED = new ReleaseEvent('applied');

  /** Something of it could not be applied, or did not get ready. */
  public static readonly FAILED = new ReleaseEvent('failed');

  /** A guard refused it; nothing was written. */
  public static readonly REFUSED = new ReleaseEvent('refused');

  /** A release was taken back, and the older one applied. */
  public static readonly ROLLED_BACK = new ReleaseEvent('rolled-back');

  /** Its name: `applied`. */
  public readonly name: string;

  /** @internal */
  public readonly _event: NotifiedEvent;

  private constructor(event: NotifiedEvent) {
    this.name = event;
    this._event = event;
  }
}

/** What all notifications have. */
export interface NotificationProps {
  /**
   * What is told.
   *
   * @default - everything
   */
  readonly events?: ReleaseEvent[];

  /**
   * The namespace of the Secret, in the cluster that releases are applied to.
   *
   * @default - that of the application, or of the environment
   */
  readonly secretNamespace?: string;
}

/** A notification to an address. */
export interface WebhookProps extends NotificationProps {
  /** The address, without credentials. It gets JSON by POST. */
  readonly url: string;

  /**
   * The name of a Secret that has the value of the header `Authorization` under the key `authorization`.
   *
   * @default - no credentials are sent
   */
  readonly secretName?: string;
}

/** A notification to a channel of Slack, or of what takes the same messages. */
export interface SlackProps extends NotificationProps {
  /** The name of a Secret that has the address of an incoming webhook under the key `url`. */
  readonly secretName: string;
}

/** A notification by email. */
export interface EmailProps extends NotificationProps {
  /** Who sends it: `truekeel@example.com`. */
  readonly from: string;

  /** Who gets it: `team@example.com`. */
  readonly to: string[];

  /** The name of a Secret that has the address of a mail server under the key `url`: `smtps://user:password@host`. */
  readonly secretName: string;
}

/**
 * Who is told of what becomes of releases. It is sent by who applies them: the agent, `truekeel apply` and `sync`.
 *
 *     new Environment(app, 'production', {
 *       namespace: 'shop',
 *       notifications: [Notification.slack({ secretName: 'slack', events: [ReleaseEvent.FAILED] })],
 *     });
 */
export class Notification {
  /**
   * To an address, as JSON.
   *
   * @param props Where, and what.
   */
  public static webhook(props: WebhookProps): Notification {
    const { url, secretName, secretNamespace } = props;
    return new Notification((namespace) => ({
      sink: 'webhook',
      url,
      ...(secretName !== undefined && {
        secret: { namespace: secretNamespace ?? namespace, name: secretName },
      }),
      events: eventsOf(props),
    }));
  }

  /**
   * To a channel of Slack, or of what takes the same messages.
   *
   * @param props Where, and what.
   */
  public static slack(props: SlackProps): Notification {
    const { secretName, secretNamespace } = props;
    return new Notification((namespace) => ({
      sink: 'slack',
      secret: { namespace: secretNamespace ?? namespace, name: secretName },
      events: eventsOf(props),
    }));
  }

  /**
   * By email, as text.
   *
   * @param props Whom, and what.
   */
  public static email(props: EmailProps): Notification {
    const { from, to, secretName, secretNamespace } = props;
    return new Notification((namespace) => ({
      sink: 'email',
      from,
      to,
      secret: { namespace: secretNamespace ?? namespace, name: secretName },
      events: eventsOf(props),
    }));
  }

  /**
   * As it stands in the rendered branch. The namespace is that of where it is declared; the empty text where there is none.
   *
   * @internal
   */
  public readonly _in: (namespace: string) => NotificationData;

  private constructor(inNamespace: (namespace: string) => NotificationData) {
    this._in = inNamespace;
  }
}

function eventsOf({ events = ALL }: NotificationProps): readonly NotifiedEvent[] {
  return events.map((event) => event._event);
}

const ALL = [ReleaseEvent.APPLIED, ReleaseEvent.FAILED, ReleaseEvent.REFUSED, ReleaseEvent.ROLLED_BACK];
