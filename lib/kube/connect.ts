import { authenticating } from './authenticating.ts';
import type { KubeClient, RawRequest, RawResponse } from './client.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { clusterAccess, proxyUrl, serverUrl } from './cluster-access.ts';
import { HttpKubeClient } from './http-client.ts';
import type { RequestTrace } from './interceptors.ts';
import { requestCounter, retrying, tracing } from './interceptors.ts';
import type { Environment } from './kubeconfig.ts';
import { loadKubeconfig } from './kubeconfig.ts';
import { pacing } from './pacing.ts';
import type { Interceptor } from './request.ts';
import { compose } from './request.ts';
import type { TransportOptions } from './transport.ts';
import { Transport } from './transport.ts';

/** Tries of one request that may be repeated: eleven seconds in all. */
const ATTEMPTS = 8;

export interface ClientOptions extends TransportOptions {
  /** Closes the client when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Sees every request that went over the wire. */
  readonly onRequest?: (trace: RequestTrace) => void;
  /** Tries of one request; default 8. */
  readonly attempts?: number;
  /** How long one watch is asked for at most; the next goes on where it ended. Default 600. A server that does not
   * end it is given up after half as long again: the longest that a silent one goes unnoticed without HTTP/2. */
  readonly watchSeconds?: number;
  readonly clock?: Clock;
  /** The most requests to send in a second, repeats included; no limit when absent. */
  readonly requestsPerSecond?: number | undefined;
}

export interface ConnectOptions extends ClientOptions {
  /** Path of a kubeconfig; `KUBECONFIG`, `~/.kube/config` or the pod's service account when absent. */
  readonly kubeconfig?: string | undefined;
  /** Name of a context; the current one when absent. */
  readonly context?: string | undefined;
  /** The URL that the context's server must have: a guard against the wrong cluster, not a choice. */
  readonly server?: string | undefined;
  readonly env?: Environment;
}

export interface DirectOptions extends ClientOptions {
  /** URL of the API server. */
  readonly server: string;
  /** PEM. */
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly token?: string;
  /** The server's certificate is not checked. */
  readonly insecure?: boolean;
  /** URL of a proxy: http, https or socks5. */
  readonly proxy?: string;
  /** Lists are asked for as they are; compressed when absent. */
  readonly uncompressed?: boolean;
}

/** A client for the cluster that a kubeconfig names. Opens no connection: the first request does.
 * @throws KubeError `NO_KUBECONFIG`, `KUBECONFIG_INVALID`, `UNKNOWN_CONTEXT`, `WRONG_CLUSTER` */
export async function connect(options: ConnectOptions = {}): Promise<KubeClient> {
  options.signal?.throwIfAborted();
  const env = options.env ?? process.env;
  const config = loadKubeconfig(options.kubeconfig, env);
  const access = clusterAccess(config, {
    context: options.context,
    server: options.server,
    env,
    clock: options.clock ?? systemClock,
  });
  return clientOf(access, options);
}

/** A client for a server that is given outright.
 * @throws KubeError `KUBECONFIG_INVALID` when the URL is none */
export function connectWith(options: DirectOptions): KubeClient {
  const { ca, cert, key, token } = options;
  const origin = 'given to connectWith';
  const own = { ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
  const tls = { ...(ca !== undefined && { ca }), ...own };
  const headers: Readonly<Record<string, string>> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  const credentials = { headers: () => headers, tls: () => own, renew: () => false };
  const access: ClusterAccess = {
    credentials,
    namespace: 'default',
    endpoint: {
      url: serverUrl(options.server, '', origin),
      context: '',
      insecure: options.insecure ?? false,
      uncompressed: options.uncompressed ?? false,
      tls: () => tls,
      ...(options.proxy !== undefined && { proxy: proxyUrl(options.proxy, origin) }),
    },
  };
  return clientOf(access, options);
}

export interface InProcessOptions {
  /** URL that messages and results name. */
  readonly server: string;
  /** Name of a context, for messages and results. */
  readonly context?: string;
  /** @throws KubeError which the caller of the client gets as it is */
  readonly answer: (request: RawRequest) => Promise<RawResponse>;
}

/** A client of something in this process that answers as an API server does, without a connection. It streams nothing, so
 * there are no watches.
 * @throws KubeError `KUBECONFIG_INVALID` when the URL is none */
export function connectInProcess({ server, context = '', answer }: InProcessOptions): KubeClient {
  const counter = requestCounter();
  const send = compose(
    async ({ method, path, headers, body, signal }) => {
      signal?.throwIfAborted();
      return answer({
        method,
        path,
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
        ...(body !== undefined && { body }),
      });
    },
    [counter.interceptor],
  );
  return new HttpKubeClient({
    endpoint: {
      url: serverUrl(server, '', 'given to connectInProcess'),
      context,
      insecure: false,
      tls: () => ({}),
    },
    send,
    clock: systemClock,
    watchSeconds: undefined,
    counts: counter.counts,
    close: () => undefined,
  });
}

function clientOf({ endpoint, credentials }: ClusterAccess, options: ClientOptions): KubeClient {
  const clock = options.clock ?? systemClock;
  const transport = new Transport(endpoint, options);
  const counter = requestCounter();
  let answered = false;
  const noticing: Interceptor = (next) => async (request) => {
    const response = await next(request);
    answered = true;
    return response;
  };
  const send = compose(
    (request) => transport.send(request),
    [
      retrying({ attempts: options.attempts ?? ATTEMPTS, clock, everAnswered: () => answered }),
      authenticating({ credentials, clock, reconnect: () => transport.renew() }),
      ...(options.requestsPerSecond === undefined ? [] : [pacing(options.requestsPerSecond, clock)]),
      counter.interceptor,
      ...(options.onRequest ? [tracing(options.onRequest, clock)] : []),
      noticing,
    ],
  );
  const close = () => transport.close();
  options.signal?.addEventListener('abort', close, { once: true });
  return new HttpKubeClient({
    endpoint,
    send,
    clock,
    watchSeconds: options.watchSeconds,
    counts: counter.counts,
    close() {
      options.signal?.removeEventListener('abort', close);
      close();
    },
  });
}
