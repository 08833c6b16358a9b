/** Tells all whom a release names what became of it. Whatever goes wrong here harms nothing: it is reported. */
import { setTimeout as delay } from 'node:timers/promises';
import { type KubeClient, KubeError } from '../kube/index.ts';
import type { Notification, SecretReference } from '../objects/index.ts';
import { emailTry } from './email.ts';
import { type SecretValues, Unsendable } from './message.ts';
import type { ReleasedWork, ReleaseNews, WorkNews } from './news.ts';
import { type PostOptions, tryPost } from './post.ts';
import { slackMessage } from './slack.ts';
import { type Failure, withTries } from './tries.ts';
import { webhookMessage } from './webhook.ts';

export interface NotifyRequest {
  readonly client: KubeClient;
  /** Of the environment. */
  readonly notifications: readonly Notification[];
  /** Of applications; those in the news are told. */
  readonly applications: readonly {
    readonly name: string;
    readonly notifications?: readonly Notification[];
  }[];
  readonly news: ReleaseNews;
  readonly signal: AbortSignal;
  readonly post?: Partial<Pick<PostOptions, 'fetch' | 'pause'>>;
}

/** A notification that was not taken. */
export interface Undelivered {
  readonly sink: Notification['sink'];
  /** Whose: the environment's, or that of an application. */
  readonly of: string;
  /** For people; nothing of a Secret, and no address of one, is in it. */
  readonly why: string;
}

/** @returns what was not delivered; never throws */
export async function notify(request: NotifyRequest): Promise<readonly Undelivered[]> {
  const { news } = request;
  const named = new Map(news.applications.map((application) => [application.name, application]));
  const all = [
    ...request.notifications.map((notification) => ({
      notification,
      of: `environment ${news.environment}`,
      news,
    })),
    ...request.applications.flatMap(({ name, notifications = [] }) => {
      const own = named.get(name);
      if (!own) return [];
      return notifications.map((notification) => ({
        notification,
        of: `application ${name}`,
        news: { ...news, applications: [own], ...(news.work && { work: workOf(name, news.work) }) },
      }));
    }),
  ].filter(({ notification }) => notification.events.includes(news.event));
  const outcomes = await Promise.all(
    all.map(async ({ notification, of, news: told }) => {
      const why = await send(notification, told, request);
      return why === undefined ? [] : [{ sink: notification.sink, of, why }];
    }),
  );
  return outcomes.flat();
}

/** Without what is known to be about other applications only. */
function workOf(application: string, { brought, takenBack, ...work }: ReleasedWork): ReleasedWork {
  const isTold = ({ applications }: WorkNews) => applications?.includes(application) ?? true;
  return { ...work, brought: brought.filter(isTold), takenBack: takenBack.filter(isTold) };
}

async function send(
  notification: Notification,
  news: ReleaseNews,
  { client, signal, post: given }: NotifyRequest,
): Promise<string | undefined> {
  try {
    const values = notification.secret && (await readSecret(client, notification.secret));
    const { fetch = globalThis.fetch, pause = defaultPause } = given ?? {};
    const options = { fetch, pause, signal };
    return await withTries(await tryOf(notification, values, news, options), options);
  } catch (error) {
    if (error instanceof Unsendable) return error.message;
    if (error instanceof KubeError) return `its Secret cannot be read (${error.code})`;
    // A sink must not harm the release, whatever is wrong with it.
    return 'it cannot be sent';
  }
}

/** @throws Unsendable */
async function tryOf(
  notification: Notification,
  values: SecretValues | undefined,
  news: ReleaseNews,
  options: PostOptions,
): Promise<() => Promise<Failure | undefined>> {
  if (notification.sink === 'email') return emailTry(notification, values, news);
  const message =
    notification.sink === 'slack' ? slackMessage(values, news) : webhookMessage(notification, values, news);
  return () => tryPost(message, options);
}

async function readSecret(client: KubeClient, { namespace, name }: SecretReference): Promise<SecretValues> {
  const secrets = await client.resource({ group: '', version: 'v1', kind: 'Secret' });
  const secret = await client.get(secrets, { namespace, name });
  if (!secret) throw new Unsendable(`there is no Secret ${namespace}/${name}`);
  const entries = Object.entries(Object(secret.data) as Readonly<Record<string, string>>);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  );
}

async function defaultPause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal });
}
