/** Who we are to a server: what the caller gives, what the URL holds, or what the credential helpers of the user know
 * (gitcredentials). */
import { type GitContext, tryGit } from '../context.ts';
import { keepSecret } from '../mask.ts';

/** What opens the door of an HTTP remote. */
export type RemoteCredentials =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string };

/** Finds what opens a remote. @returns undefined when it knows nothing: the user's helpers are asked then */
export type FindCredentials = (url: URL) => Promise<RemoteCredentials | undefined>;

/** The value of the `Authorization` header. What is secret of it is masked in messages from now on. */
export function authorizationOf(credentials: RemoteCredentials): string {
  if (credentials.kind === 'bearer') {
    keepSecret(credentials.token);
    return `Bearer ${credentials.token}`;
  }
  const { username, password } = credentials;
  const encoded = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  keepSecret(password);
  keepSecret(encoded);
  return `Basic ${encoded}`;
}

/** What a helper said, to be told how it went. */
export interface HelperCredentials {
  readonly credentials: RemoteCredentials;
  /** Tells the helpers whether it opened the door, so that they keep or forget it. */
  readonly judge: (accepted: boolean) => Promise<void>;
}

/** Asks the credential helpers that the user has set up; never a person.
 * @param challenges values of `WWW-Authenticate`
 * @returns undefined when they know nothing */
export async function askHelpers(
  context: GitContext,
  url: URL,
  challenges: readonly string[],
): Promise<HelperCredentials | undefined> {
  const lines = [
    `protocol=${url.protocol.slice(0, -1)}`,
    `host=${url.host}`,
    `path=${url.pathname.replace(/^\//, '')}`,
    ...(url.username === '' ? [] : [`username=${decodeURIComponent(url.username)}`]),
    ...challenges.map((challenge) => `wwwauth[]=${challenge}`),
  ];
  // A line break in a value would be a line of its own: another host, say.
  if (lines.some((line) => /[\n\r\0]/.test(line))) return undefined;
  const answer = await tryGit(context, ['credential', 'fill'], { input: `${lines.join('\n')}\n\n` });
  if (answer.exitCode !== 0) return undefined;
  const said = answer.stdout.toString('utf8');
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(said)?.[1];
  const [username, password] = [value('username'), value('password')];
  if (username === undefined || password === undefined) return undefined;
  return {
    credentials: { kind: 'basic', username, password },
    judge: async (accepted) => {
      await tryGit(context, ['credential', accepted ? 'approve' : 'reject'], { input: `${said}\n` });
    },
  };
}
