import type * as http from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connectionLost, requestTimeout } from './connection-errors.ts';
import type { Endpoint } from './endpoint.ts';
import { KubeError } from './errors.ts';
import { readBody } from './read-body.ts';
import type { Request, Response } from './request.ts';

// Importing it would have Node load its HTTP client for `fetch`, too, as that hangs on the module's exports.
const { Agent, request: httpRequest } = process.getBuiltinModule('node:http');

/** Connections kept to one server; what watches hold is on top of what requests use. */
const MAX_SOCKETS = 256;

/** HTTP/1.1 with connections that are kept open, for servers without HTTP/2 and for plain `http://` URLs. */
export class Http1Connections {
  readonly #agent: DialingAgent;
  readonly #endpoint: Endpoint;

  constructor(endpoint: Endpoint, open: () => Promise<Socket>, first?: Socket) {
    this.#endpoint = endpoint;
    this.#agent = new DialingAgent(open, first);
  }

  /** @param timeoutMs for the whole answer; none when absent */
  send(request: Request, timeoutMs: number | undefined): Promise<Response> {
    return new Promise((resolve, reject) => {
      const { signal } = request;
      const outgoing = httpRequest({
        agent: this.#agent,
        host: this.#endpoint.url.hostname,
        port: this.#endpoint.url.port,
        method: request.method,
        path: request.path,
        headers: {
          host: this.#endpoint.url.host,
          ...request.headers,
          ...(request.body !== undefined && { 'content-length': Buffer.byteLength(request.body) }),
        },
      });
      const cancel = (reason: unknown) => {
        reject(reason);
        outgoing.destroy();
      };
      const abort = () => cancel(signal?.reason);
      const timer =
        timeoutMs === undefined
          ? undefined
          : setTimeout(() => cancel(requestTimeout(request, this.#endpoint, timeoutMs)), timeoutMs);
      signal?.addEventListener('abort', abort, { once: true });
      outgoing.on('response', (incoming) => {
        const answer = { status: incoming.statusCode ?? 0, headers: incoming.headers };
        const isComplete = () => incoming.complete;
        if (request.stream && answer.status < 300) {
          incoming.on('error', () => {}); // the reader sees it too; without a listener it would be thrown
          resolve({ ...answer, body: '', stream: { body: incoming, isComplete } });
          return;
        }
        readBody(incoming, isComplete, incoming.headers).then(
          (body) => resolve({ ...answer, ...body }),
          (error: unknown) => reject(connectionLost(error, this.#endpoint, true)),
        );
      });
      outgoing.on('error', (error) =>
        reject(error instanceof KubeError ? error : connectionLost(error, this.#endpoint, true)),
      );
      outgoing.on('close', () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      });
      outgoing.end(request.body);
    });
  }

  destroy(): void {
    this.#agent.destroy();
  }
}

/** An agent that opens connections our way, and begins with one that is already open. */
class DialingAgent extends Agent {
  readonly #open: () => Promise<Socket>;
  #first: Socket | undefined;

  constructor(open: () => Promise<Socket>, first: Socket | undefined) {
    super({ keepAlive: true, maxSockets: MAX_SOCKETS, scheduling: 'lifo' });
    this.#open = open;
    this.#first = first;
  }

  override createConnection(
    _options: http.ClientRequestArgs,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): Duplex | null | undefined {
    const first = this.#first;
    this.#first = undefined;
    if (first && !first.destroyed) return first;
    this.#open().then(
      (socket) => callback?.(null, socket),
      // Node's agent never looks at the second argument when there is an error.
      (error: Error) => callback?.(error, undefined as unknown as Duplex),
    );
    return undefined;
  }

  override destroy(): void {
    this.#first?.destroy();
    super.destroy();
  }
}
