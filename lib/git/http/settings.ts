/** How a server is reached: what the user's Git configuration and environment say about it. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../environment.ts';
import { type GitConfig, isTrue } from './git-config.ts';

export interface ConnectionSettings {
  /** Certificates of authorities, PEM; those of Node, and then of the machine, when absent. */
  readonly ca?: string;
  /** Certificate and key that we show, PEM. */
  readonly cert?: string;
  readonly key?: string;
  /** Whether the server's certificate is checked. */
  readonly verify: boolean;
  /** As `proxyEnv` of node:http has it. */
  readonly proxyEnv: Record<string, string>;
}

export interface HttpSettings {
  readonly connection: ConnectionSettings;
  /** Headers of every request, such as the `Authorization` that CI systems put there. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly followRedirects: boolean;
}

/** Settings that change nothing for a client that neither counts connections nor shows progress. */
const IGNORED = new Set([
  'keepalivecount',
  'keepaliveidle',
  'keepaliveinterval',
  'lowspeedlimit',
  'lowspeedtime',
  'maxrequests',
  'minsessions',
  'noepsv',
  'postbuffer',
  'useragent',
  'version',
]);

const UNDERSTOOD = new Set([
  'extraheader',
  'followredirects',
  'proxy',
  'sslcainfo',
  'sslcert',
  'sslkey',
  'sslverify',
]);

/** @returns undefined when they ask for something that only Git itself does: the transfer is left to it then */
export function httpSettings(
  config: GitConfig,
  url: URL,
  environment: Environment,
): HttpSettings | undefined {
  const settings = settingsFor(config, url);
  if (!settings || needsGit(environment)) return undefined;
  const last = (name: string) => settings.get(name)?.at(-1);
  const proxyEnv = proxyFor(last('proxy'), environment);
  if (!proxyEnv) return undefined;
  const file = (variable: string, name: string) => environment[variable] || last(name) || undefined;
  const ca = file('GIT_SSL_CAINFO', 'sslcainfo');
  const cert = file('GIT_SSL_CERT', 'sslcert');
  const key = file('GIT_SSL_KEY', 'sslkey') ?? cert;
  try {
    return {
      connection: {
        verify: environment.GIT_SSL_NO_VERIFY === undefined && isTrue(last('sslverify') ?? 'true'),
        proxyEnv,
        ...(ca !== undefined && { ca: readPem(ca) }),
        ...(cert !== undefined && key !== undefined && { cert: readPem(cert), key: readPem(key) }),
      },
      headers: extraHeaders(settings.get('extraheader') ?? []),
      followRedirects: last('followredirects') === undefined || last('followredirects') !== 'false',
    };
  } catch {
    // Git says best which file it cannot read.
    return undefined;
  }
}

function readPem(path: string): string {
  return readFileSync(path.replace(/^~(?=\/)/, homedir()), 'utf8');
}

/** An empty value takes back those before it. */
function extraHeaders(values: readonly string[]): readonly (readonly [string, string])[] {
  return values.slice(values.lastIndexOf('') + 1).flatMap((line) => {
    const colon = line.indexOf(':');
    return colon > 0
      ? [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const]
      : [];
  });
}

/** Values by name: of each name those of the most specific URL (git-config, "http.<url>.*"). */
function settingsFor(config: GitConfig, url: URL): ReadonlyMap<string, readonly string[]> | undefined {
  const best = new Map<string, { readonly rank: number; readonly values: readonly string[] }>();
  for (const { subsection, name, values } of config.below('http')) {
    const rank = subsection === '' ? 0 : rankOf(subsection, url);
    if (rank === undefined) continue;
    if (IGNORED.has(name)) continue;
    if (!UNDERSTOOD.has(name) || rank === Number.POSITIVE_INFINITY) return undefined;
    if (rank >= (best.get(name)?.rank ?? 0)) best.set(name, { rank, values });
  }
  return new Map([...best].map(([name, { values }]) => [name, values]));
}

/** How closely a URL of the configuration describes this one: by the length of its path, then by a user name.
 * @returns undefined when it does not; infinity when it takes Git to tell */
function rankOf(pattern: string, url: URL): number | undefined {
  const parsed = URL.parse(pattern);
  if (!parsed || parsed.hostname.includes('*')) return Number.POSITIVE_INFINITY;
  if (parsed.origin !== url.origin) return undefined;
  if (parsed.username !== '' && parsed.username !== url.username) return undefined;
  const path = parsed.pathname.replace(/\/+$/, '');
  if (url.pathname !== path && !url.pathname.startsWith(`${path}/`)) return undefined;
  return 1 + path.length * 2 + (parsed.username === '' ? 0 : 1);
}

/** Things of curl's that we do not do: other kinds of proxy, and passwords out of ~/.netrc. */
function needsGit(environment: Environment): boolean {
  if (environment.ALL_PROXY || environment.all_proxy) return true;
  if (environment.GIT_SSL_CAPATH || environment.GIT_PROXY_SSL_CAINFO) return true;
  const home = environment.HOME ?? homedir();
  return existsSync(join(home, '.netrc')) || existsSync(join(home, '_netrc'));
}

/** @returns undefined when the proxy is none that Node knows */
function proxyFor(
  configured: string | undefined,
  environment: Environment,
): Record<string, string> | undefined {
  const proxies: Record<string, string> = {};
  const named = (name: string) => environment[name.toLowerCase()] ?? environment[name];
  if (configured === undefined) {
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']) {
      const value = named(name);
      if (value) proxies[name] = withScheme(name, value);
    }
  } else if (configured !== '') {
    const proxy = withScheme('HTTP_PROXY', configured);
    Object.assign(proxies, { HTTP_PROXY: proxy, HTTPS_PROXY: proxy });
    const except = named('NO_PROXY');
    if (except) proxies.NO_PROXY = except;
  }
  const unknown = [proxies.HTTP_PROXY, proxies.HTTPS_PROXY].some(
    (proxy) => proxy !== undefined && !/^https?:\/\//i.test(proxy),
  );
  return unknown ? undefined : proxies;
}

function withScheme(name: string, value: string): string {
  return name === 'NO_PROXY' || value.includes('://') ? value : `http://${value}`;
}
