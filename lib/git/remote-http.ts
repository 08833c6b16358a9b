/** Decides whether a remote is talked to over HTTP by this process, and opens the way there. */
import type { GitContext } from './context.ts';
import { readConfig } from './http/config-cache.ts';
import type { RemoteCredentials } from './http/credentials.ts';
import type { GitConfig } from './http/git-config.ts';
import { HttpSession } from './http/session.ts';
import { httpSettings } from './http/settings.ts';
import { DEFAULT_TIMEOUT_MS, type RemoteOptions } from './remote-options.ts';
import { parseRemote } from './remote-url.ts';

export interface HttpRemote {
  readonly session: HttpSession;
  readonly config: GitConfig;
  /** The name that the remote has in the configuration; undefined when it was given as a URL. */
  readonly name: string | undefined;
}

/** @returns undefined when the remote is none over HTTP, or when its settings ask for what only Git does
 * @throws GitError `INVALID_REMOTE` */
export async function openHttp(
  context: GitContext,
  remote: string,
  direction: 'fetch' | 'push',
  options: RemoteOptions,
): Promise<HttpRemote | undefined> {
  parseRemote(remote);
  // Ids of SHA-256 are spoken of by the installed Git.
  if (context.format !== 'sha1') return undefined;
  if (options.transport === 'system' || /^[./]/.test(remote) || /^(?!https?:)[a-z+]+:\/\//i.test(remote))
    return undefined;
  const config = await readConfig(context);
  const named = config.get(`remote.${remote}.url`) !== undefined;
  const url = addressOf(config, remote, direction);
  if (!url || !isPlain(config, named ? remote : undefined)) return undefined;
  const settings = httpSettings(config, url, process.env);
  if (!settings) return undefined;
  const late = AbortSignal.timeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, late]) : late;
  const session = new HttpSession({
    context,
    config,
    url,
    settings,
    credentials: options.credentials ?? (await findFor(context, url)),
    signal,
  });
  return { session, config, name: named ? remote : undefined };
}

/** What the repository was told to ask; a password in the URL is meant by whoever wrote it. */
export async function findFor(context: GitContext, url: URL): Promise<RemoteCredentials | undefined> {
  return url.password === '' ? context.findCredentials?.(url) : undefined;
}

/** Where a remote is, after the rewriting of `url.<base>.insteadOf` (git-config).
 * @returns undefined when that is not one HTTP URL */
export function addressOf(config: GitConfig, remote: string, direction: 'fetch' | 'push'): URL | undefined {
  const pushUrls = direction === 'push' ? config.all(`remote.${remote}.pushurl`) : [];
  const urls = pushUrls.length > 0 ? pushUrls : config.all(`remote.${remote}.url`);
  const [address = remote, ...more] = urls;
  const rewritten =
    (direction === 'push' && pushUrls.length === 0 ? rewrite(config, address, 'pushinsteadof') : undefined) ??
    rewrite(config, address, 'insteadof') ??
    address;
  if (more.length > 0 || !/^https?:\/\//i.test(rewritten)) return undefined;
  const url = URL.parse(rewritten);
  return url?.search === '' && url.hash === '' ? url : undefined;
}

/** The longest beginning that is to be replaced counts. */
function rewrite(config: GitConfig, address: string, name: string): string | undefined {
  let best: { readonly length: number; readonly base: string } | undefined;
  for (const { subsection, name: key, values } of config.below('url')) {
    if (key !== name) continue;
    for (const beginning of values) {
      if (address.startsWith(beginning) && beginning.length > (best?.length ?? -1))
        best = { length: beginning.length, base: subsection };
    }
  }
  return best && best.base + address.slice(best.length);
}

/** Whether nothing is set for remotes in general, or this one, that changes how Git talks to it. */
function isPlain(config: GitConfig, name: string | undefined): boolean {
  for (const { name: key } of config.below('protocol')) if (key !== 'version') return false;
  const odd = ['proxy', 'proxyauthmethod', 'vcs', 'serveroption'];
  return name === undefined || odd.every((key) => config.get(`remote.${name}.${key}`) === undefined);
}
