import type { TLSSocket } from 'node:tls';
import { abortable } from './abortable.ts';
import { dial } from './dial.ts';
import type { Endpoint } from './endpoint.ts';
import { describeEndpoint } from './endpoint.ts';
import { KubeError } from './errors.ts';
import { Http1Connections } from './http1-connections.ts';
import { Http2Session } from './http2-session.ts';
import type { Request, Response } from './request.ts';

export interface TransportOptions {
  /** Time limit for opening a connection. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** Time limit for a request that is not a stream. Default 60 s, as the API server's own. */
  readonly requestTimeoutMs?: number;
  /** How soon a silent connection is asked whether it is alive. Default 5 s; given up after twice that. */
  readonly pingMs?: number;
}

/** The connections to one API server: one HTTP/2 session while it has room, more when it has not, HTTP/1.1
 * where there is nothing better. Nothing is sent twice here: that is for the interceptors to decide. */
export class Transport {
  readonly #endpoint: Endpoint;
  readonly #connectTimeoutMs: number;
  readonly #requestTimeoutMs: number;
  readonly #pingMs: number;
  #sessions: readonly Http2Session[] = [];
  #http1: Http1Connections | undefined;
  #dialing: Promise<void> | undefined;
  #closed = false;

  constructor(endpoint: Endpoint, options: TransportOptions = {}) {
    this.#endpoint = endpoint;
    this.#connectTimeoutMs = options.connectTimeoutMs ?? 10_000;
    this.#requestTimeoutMs = options.requestTimeoutMs ?? 60_000;
    this.#pingMs = options.pingMs ?? 5_000;
  }

  /** @throws KubeError `UNREACHABLE`, `CONNECTION_LOST`, `TIMEOUT`, `WRONG_CA`, …; the signal's reason when aborted */
  async send(request: Request): Promise<Response> {
    const { signal } = request;
    signal?.throwIfAborted();
    for (;;) {
      const connection = this.#free();
      // Nothing may be awaited between finding room and taking it.
      if (connection) return connection.send(request, request.stream ? undefined : this.#requestTimeoutMs);
      if (this.#closed) throw closedError(this.#endpoint);
      // Whoever comes while a connection is being made waits for that one.
      this.#dialing ??= this.#dial().finally(() => {
        this.#dialing = undefined;
      });
      await abortable(this.#dialing, signal);
    }
  }

  /** Makes the next request open a new connection, with what credentials there are then. */
  renew(): void {
    for (const session of this.#sessions) session.retire();
    this.#sessions = [];
    this.#http1 = undefined;
  }

  close(): void {
    this.#closed = true;
    for (const session of this.#sessions) session.destroy();
    this.#sessions = [];
    this.#http1?.destroy();
    this.#http1 = undefined;
  }

  #free(): Http2Session | Http1Connections | undefined {
    if (this.#http1) return this.#http1;
    let best: Http2Session | undefined;
    for (const session of this.#sessions) {
      if (session.hasRoom && (!best || session.active < best.active)) best = session;
    }
    return best;
  }

  async #dial(): Promise<void> {
    const open = (alpn: readonly string[]) =>
      dial(this.#endpoint, { alpn, timeoutMs: this.#connectTimeoutMs });
    if (this.#endpoint.url.protocol === 'http:') {
      const first = await open([]);
      this.#http1 = new Http1Connections(this.#endpoint, () => open([]), first);
    } else {
      // dial() gives a TLS socket for every https: URL.
      const socket = (await open(['h2', 'http/1.1'])) as TLSSocket;
      if (socket.alpnProtocol === 'h2') {
        const session = new Http2Session(socket, this.#endpoint, { pingMs: this.#pingMs }, (gone) => {
          this.#sessions = this.#sessions.filter((other) => other !== gone);
        });
        this.#sessions = [...this.#sessions, session];
      } else {
        this.#http1 = new Http1Connections(this.#endpoint, () => open(['http/1.1']), socket);
      }
    }
    if (this.#closed) this.close();
  }
}

function closedError(endpoint: Endpoint): KubeError {
  return new KubeError(`the client of ${describeEndpoint(endpoint)} was closed`, {
    code: 'CLIENT_CLOSED',
    reachedServer: false,
  });
}
