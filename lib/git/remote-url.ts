/** What names a remote: the name of a configured one, a URL, or a path. */
import { GitError } from './errors.ts';
import { authorizationOf, type RemoteCredentials } from './http/credentials.ts';

export interface RemoteAddress {
  /** What is handed to Git: without any password. */
  readonly address: string;
  /** Configuration that carries the credentials, kept off the command line. */
  readonly configuration: readonly (readonly [key: string, value: string])[];
}

const SCHEMES: ReadonlySet<string> = new Set(['https:', 'http:', 'ssh:', 'git:', 'git+ssh:', 'file:']);

/** @param credentials for HTTP, instead of those in the URL
 * @throws GitError `INVALID_REMOTE` for what Git would take as an option or as a command to run (`ext::…`) */
export function parseRemote(remote: string, credentials?: RemoteCredentials): RemoteAddress {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (remote === '' || remote.startsWith('-') || /[\u0000-\u001f\u007f]/.test(remote)) throw invalid(remote);
  // Git's own rule for transport helpers: letters, then two colons.
  if (/^[A-Za-z0-9]+::/.test(remote)) throw invalid(remote);
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(remote)) {
    if (/^[^/]*:-|@-/.test(remote)) throw invalid(remote);
    return { address: remote, configuration: header('', credentials) };
  }
  // What ssh would take as an option: -oProxyCommand=… in the place of a user, a host or a path.
  if (/^[a-z0-9+.-]+:\/\/(?:[^/]*@)?-|^[a-z0-9+.-]+:\/\/[^/]*\/-/i.test(remote)) throw invalid(remote);
  const url = URL.parse(remote);
  if (!url || !SCHEMES.has(url.protocol)) throw invalid(remote);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { address: remote, configuration: [] };
  const own = credentials ?? credentialsOf(url);
  if (own === undefined) return { address: remote, configuration: [] };
  url.username = '';
  url.password = '';
  return { address: url.href, configuration: header(`${url.origin}/.`, own) };
}

/** The user and password of a URL; undefined when it has none. */
export function credentialsOf(url: URL): RemoteCredentials | undefined {
  if (url.username === '' && url.password === '') return undefined;
  return {
    kind: 'basic',
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}

/** @param scope the URLs that it goes to */
export function header(
  scope: string,
  credentials: RemoteCredentials | undefined,
): RemoteAddress['configuration'] {
  if (credentials === undefined) return [];
  return [[`http.${scope}extraHeader`, `Authorization: ${authorizationOf(credentials)}`]];
}

function invalid(remote: string): GitError {
  return new GitError('INVALID_REMOTE', `${JSON.stringify(remote)} is not a remote that Truekeel talks to`, {
    hint: 'Give the name of a remote, a path, or a URL that starts with https://, ssh://, git:// or file://.',
  });
}
