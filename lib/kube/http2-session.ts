import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import * as http2 from 'node:http2';
import type { Socket } from 'node:net';
import { connectionLost, requestTimeout } from './connection-errors.ts';
import type { Endpoint } from './endpoint.ts';
import { readBody } from './read-body.ts';
import type { Request, Response } from './request.ts';

/** What kube-apiserver allows; used until the server says otherwise (RFC 9113, 6.5.2). */
const ASSUMED_STREAMS = 100;
const {
  NGHTTP2_NO_ERROR: NO_ERROR,
  NGHTTP2_CANCEL: CANCEL,
  NGHTTP2_REFUSED_STREAM: REFUSED,
} = http2.constants;
/** A large window, so that lists do not wait for WINDOW_UPDATE frames. */
const WINDOW_BYTES = 8 * 1024 * 1024;

export interface Http2SessionOptions {
  /** How long nothing may come in before we ask whether the server is still there; also how long it may take to answer. */
  readonly pingMs: number;
}

/** One HTTP/2 connection. It notices by itself when the other side has gone silent, and takes no new
 * requests once the server has said GOAWAY. */
export class Http2Session {
  readonly #session: ClientHttp2Session;
  readonly #socket: Socket;
  readonly #endpoint: Endpoint;
  readonly #ping: NodeJS.Timeout;
  readonly #streams = new Set<ClientHttp2Stream>();
  #active = 0;
  #allowed = ASSUMED_STREAMS;
  #usable = true;
  #bytesSeen = 0;
  #failure: Error | undefined;

  constructor(
    socket: Socket,
    endpoint: Endpoint,
    options: Http2SessionOptions,
    onUnusable: (session: Http2Session) => void,
  ) {
    this.#endpoint = endpoint;
    this.#socket = socket;
    this.#session = http2.connect(endpoint.url.origin, {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: WINDOW_BYTES },
    });
    this.#session.once('connect', () => {
      if (!this.#session.destroyed) this.#session.setLocalWindowSize(WINDOW_BYTES);
    });
    this.#session.on('remoteSettings', ({ maxConcurrentStreams }) => {
      this.#allowed = maxConcurrentStreams ?? ASSUMED_STREAMS;
    });
    const unusable = () => {
      if (!this.#usable) return;
      this.#usable = false;
      onUnusable(this);
    };
    this.#session.on('goaway', (_code: number, lastStream: number) => {
      unusable();
      // What came after the last stream that the server looked at was not acted on (RFC 9113, 6.8).
      for (const stream of this.#streams) {
        if (stream.id !== undefined && stream.id > lastStream) stream.close(REFUSED);
      }
    });
    this.#session.on('error', (error: Error) => {
      this.#failure ??= error;
      unusable();
    });
    this.#session.on('close', () => {
      clearInterval(this.#ping);
      unusable();
    });
    this.#ping = setInterval(() => this.#checkAlive(options.pingMs), options.pingMs);
    this.#ping.unref();
    // An idle connection shall not keep the process running.
    this.#session.unref();
  }

  get hasRoom(): boolean {
    return this.#usable && this.#active < this.#allowed;
  }

  get active(): number {
    return this.#active;
  }

  /** @param timeoutMs for the whole answer; none when absent */
  send(request: Request, timeoutMs: number | undefined): Promise<Response> {
    if (this.#active++ === 0) this.#session.ref();
    return new Promise<Response>((resolve, reject) => {
      let stream: ClientHttp2Stream;
      try {
        stream = this.#session.request(
          { ':method': request.method, ':path': request.path, ...request.headers },
          { endStream: request.body === undefined },
        );
      } catch (error) {
        this.#release();
        reject(connectionLost(error, this.#endpoint, false));
        return;
      }
      this.#streams.add(stream);
      const { signal } = request;
      const cancel = (reason: unknown) => {
        reject(reason);
        stream.close(CANCEL);
      };
      const abort = () => cancel(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      const timer =
        timeoutMs === undefined
          ? undefined
          : setTimeout(() => cancel(requestTimeout(request, this.#endpoint, timeoutMs)), timeoutMs);
      let status: number | undefined;
      stream.on('response', (headers) => {
        status = headers[':status'] ?? 0;
        const answer = { status, headers };
        const isComplete = () => stream.rstCode === NO_ERROR;
        if (request.stream && status < 300) {
          resolve({ ...answer, body: '', stream: { body: stream, isComplete } });
        } else {
          readBody(stream, isComplete, headers).then(
            (body) => resolve({ ...answer, ...body }),
            (error: unknown) => reject(this.#lost(error, true)),
          );
        }
      });
      // The error is reported on close, where the reset code is known; without a listener it would be thrown.
      let failure: Error | undefined;
      stream.on('error', (error) => {
        failure = error;
      });
      stream.on('close', () => {
        this.#streams.delete(stream);
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        this.#release();
        // No effect when the answer is already there.
        if (status === undefined) {
          const refused = stream.rstCode === REFUSED;
          reject(this.#lost(failure ?? new Error(`the stream was reset (code ${stream.rstCode})`), !refused));
        }
      });
      if (request.body !== undefined) stream.end(request.body);
    });
  }

  /** Lets running requests end, and then closes. */
  retire(): void {
    this.#usable = false;
    this.#session.close();
  }

  destroy(): void {
    this.#usable = false;
    // With a code, so that an answer that is half here does not pass for a whole one.
    this.#session.destroy(undefined, CANCEL);
  }

  #lost(error: unknown, reachedServer: boolean) {
    return connectionLost(this.#failure ?? error, this.#endpoint, reachedServer);
  }

  #release(): void {
    if (--this.#active === 0 && !this.#session.destroyed) this.#session.unref();
  }

  #checkAlive(limitMs: number): void {
    const { bytesRead } = this.#socket;
    const silent = bytesRead === this.#bytesSeen;
    this.#bytesSeen = bytesRead;
    if (!silent || this.#active === 0 || this.#session.destroyed) return;
    const timer = setTimeout(() => {
      // When this process was busy for long, the answer may be here and not read: let it be read first.
      setImmediate(() => {
        if (this.#socket.bytesRead !== bytesRead || this.#session.destroyed) return;
        this.#failure ??= new Error(`nothing came for ${2 * limitMs} ms, not even the answer to a ping`);
        this.#session.destroy(this.#failure);
      });
    }, limitMs);
    this.#session.ping((error) => {
      clearTimeout(timer);
      if (error) this.#failure ??= error;
    });
  }
}
