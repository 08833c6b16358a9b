/** What names a remote: the name of a configured one, a URL, or a path. */
import { GitError } from './errors.ts';

export interface RemoteAddress {
  /** What is handed to Git: without any password. */
  readonly address: string;
  /** Configuration that carries the credentials of the URL, kept off the command line. */
  readonly configuration: readonly (readonly [key: string, value: string])[];
}

const SCHEMES: ReadonlySet<string> = new Set(['https:', 'http:', 'ssh:', 'git:', 'git+ssh:', 'file:']);

/** @throws GitError `INVALID_REMOTE` for what Git would take as an option or as a command to run (`ext::…`) */
export function parseRemote(remote: string): RemoteAddress {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (remote === '' || remote.startsWith('-') || /[\u0000-\u001f\u007f]/.test(remote)) throw invalid(remote);
  // Git's own rule for transport helpers: letters, then two colons.
  if (/^[A-Za-z0-9]+::/.test(remote)) throw invalid(remote);
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(remote)) return { address: remote, configuration: [] };
  const url = URL.parse(remote);
  if (!url || !SCHEMES.has(url.protocol)) throw invalid(remote);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { address: remote, configuration: [] };
  if (url.username === '' && url.password === '') return { address: remote, configuration: [] };
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return {
    address: url.href,
    configuration: [
      [
        `http.${url.origin}/.extraHeader`,
        `Authorization: Basic ${Buffer.from(credentials).toString('base64')}`,
      ],
    ],
  };
}

function invalid(remote: string): GitError {
  return new GitError('INVALID_REMOTE', `${JSON.stringify(remote)} is not a remote that Truekeel talks to`, {
    hint: 'Give the name of a remote, a path, or a URL that starts with https://, ssh://, git:// or file://.',
  });
}
