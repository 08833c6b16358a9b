/** From a kubeconfig and the name of a context to where requests go and what they carry. */
import { isIP } from 'node:net';
import { nearest } from '../objects/index.ts';
import type { Clock } from './clock.ts';
import type { Credentials } from './credentials.ts';
import { anonymous, credentialsOf, fileOrData } from './credentials.ts';
import { hostOf } from './dial.ts';
import type { Endpoint } from './endpoint.ts';
import { isLoopback } from './endpoint.ts';
import { KubeError } from './errors.ts';
import type { Entry, Environment, Kubeconfig } from './kubeconfig.ts';
import { invalid, textOf } from './kubeconfig.ts';

export interface ClusterAccess {
  readonly endpoint: Endpoint;
  readonly credentials: Credentials;
  /** The context's namespace; `default` when it has none. */
  readonly namespace: string;
}

export interface AccessOptions {
  readonly context?: string | undefined;
  /** The server that it has to be. */
  readonly server?: string | undefined;
  readonly env: Environment;
  readonly clock: Clock;
}

/** @throws KubeError `UNKNOWN_CONTEXT`, `WRONG_CLUSTER`, `KUBECONFIG_INVALID` */
export function clusterAccess(config: Kubeconfig, options: AccessOptions): ClusterAccess {
  const { origin } = config;
  const name = options.context ?? config.currentContext;
  const context = config.contexts.get(name);
  if (!context) throw unknownContext(config, name, options.context !== undefined);

  const clusterName = textOf(context, 'cluster', origin) ?? '';
  const cluster = config.clusters.get(clusterName);
  if (!cluster) throw invalid(origin, `context ${name} names the cluster ${clusterName}, which is not there`);
  const userName = textOf(context, 'user', origin);
  const user = userName === undefined ? undefined : config.users.get(userName);
  if (userName !== undefined && !user) {
    throw invalid(origin, `context ${name} names the user ${userName}, which is not there`);
  }

  const url = serverUrl(textOf(cluster, 'server', origin), clusterName, origin);
  if (options.server !== undefined) expectServer(url, options.server, name);
  const credentials =
    user && userName !== undefined
      ? credentialsOf(user, { name: userName, origin, cluster }, options.clock)
      : anonymous;
  const serverName = textOf(cluster, 'tls-server-name', origin);
  const proxy = proxyFor(url, cluster, origin, options.env);
  return {
    credentials,
    namespace: textOf(context, 'namespace', origin) ?? 'default',
    endpoint: {
      url,
      context: name,
      insecure: cluster['insecure-skip-tls-verify'] === true,
      uncompressed: isUncompressed(cluster, url, proxy),
      tls: () => ({ ...fileOrData(cluster, 'certificate-authority', 'ca', origin), ...credentials.tls() }),
      ...(serverName !== undefined && { serverName }),
      ...(proxy && { proxy }),
    },
  };
}

function unknownContext(config: Kubeconfig, name: string, asked: boolean): KubeError {
  const known = [...config.contexts.keys()].sort();
  if (name === '') {
    return new KubeError(`the kubeconfig ${config.origin} has no current context`, {
      code: 'UNKNOWN_CONTEXT',
      family: 'usage',
      hint: `Choose one with --context: ${known.join(', ') || 'there is none'}.`,
    });
  }
  const guess = nearest(name, known);
  return new KubeError(
    `the kubeconfig ${config.origin} has no context ${name}${asked ? '' : ', which it calls its current one'}`,
    {
      code: 'UNKNOWN_CONTEXT',
      family: 'usage',
      hint: `${guess === undefined ? '' : `Did you mean ${guess}? `}It has: ${known.join(', ') || 'none'}.`,
    },
  );
}

/** The kubeconfig decides; where it says nothing, a way through a tunnel looks like a server of this machine. */
function isUncompressed(cluster: Entry, url: URL, proxy: URL | undefined): boolean {
  const disabled = cluster['disable-compression'];
  return typeof disabled === 'boolean' ? disabled : proxy === undefined && isLoopback(url);
}

/** @throws KubeError `KUBECONFIG_INVALID` */
export function serverUrl(server: string | undefined, cluster: string, origin: string): URL {
  if (server === undefined) throw invalid(origin, `cluster ${cluster} has no server`);
  const url = URL.parse(server.includes('://') ? server : `https://${server}`);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw invalid(origin, `${withoutPassword(server)} is not the URL of a server`);
  }
  // Never sent, and the URL is shown.
  url.username = '';
  url.password = '';
  return url;
}

function expectServer(url: URL, expected: string, context: string): void {
  if (sameServer(url, expected)) return;
  throw new KubeError(`context ${context} leads to ${url.href}, not to ${expected}`, {
    code: 'WRONG_CLUSTER',
    family: 'usage',
    hint: 'Choose the context of the cluster that the environment names, or change the environment.',
  });
}

function sameServer(url: URL, expected: string): boolean {
  const other = URL.parse(expected);
  return (
    other !== null &&
    other.origin === url.origin &&
    other.pathname.replace(/\/$/, '') === url.pathname.replace(/\/$/, '')
  );
}

/** `proxy-url`, else what HTTPS_PROXY and NO_PROXY say, as kubectl does. */
function proxyFor(url: URL, cluster: Entry, origin: string, env: Environment): URL | undefined {
  const fromConfig = textOf(cluster, 'proxy-url', origin);
  const host = hostOf(url);
  const lookUp = (name: string) => env[name.toLowerCase()] || env[name];
  const fromEnv =
    isLocal(host) || isExempt(url, lookUp('NO_PROXY') ?? '')
      ? undefined
      : lookUp(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  const text = fromConfig ?? fromEnv;
  return text === undefined ? undefined : proxyUrl(text, origin);
}

/** @throws KubeError `KUBECONFIG_INVALID` */
export function proxyUrl(text: string, origin: string): URL {
  const proxy = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (proxy && /^(https?|socks5h?):$/.test(proxy.protocol)) return proxy;
  throw invalid(origin, `${withoutPassword(text)} is not the URL of a proxy (http, https or socks5)`);
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//…@');
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function isExempt(url: URL, list: string): boolean {
  const host = hostOf(url);
  return list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => {
      if (entry === '') return false;
      if (entry === '*' || entry === host || entry === url.host) return true;
      const suffix = entry.replace(/^\*?\./, '');
      return isIP(host) === 0 && host.endsWith(`.${suffix}`);
    });
}
