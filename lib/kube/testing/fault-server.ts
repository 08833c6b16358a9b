/** A server on loopback that answers as a test tells it to, over HTTP/2, HTTP/1.1 with TLS, or plain HTTP. */
import * as http from 'node:http';
import * as http2 from 'node:http2';
import * as https from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createCertificateAuthority } from '../../cluster/tls/certificate.ts';

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Counts from 1, over all connections. */
  readonly number: number;
  /** What the client sent, complete. */
  body(): Promise<string>;
  json(value: unknown, status?: number, headers?: Record<string, string>): void;
  /** A body as it is, with status 200. */
  bytes(body: Buffer, headers: Record<string, string>): void;
  /** Sends the head and keeps the answer open. */
  open(): Duplex;
  /** The HTTP/2 stream below. */
  readonly stream: http2.ServerHttp2Stream;
  readonly socket: Socket;
}

export interface FaultServer {
  readonly url: string;
  readonly ca: string;
  /** Connections made so far. */
  readonly connections: readonly Socket[];
  readonly exchanges: readonly Exchange[];
  close(): Promise<void>;
}

export interface FaultServerOptions {
  readonly protocol?: 'h2' | 'https/1.1' | 'http/1.1';
  readonly maxConcurrentStreams?: number;
  /** The moment at which its certificate is made; it is valid for ten years. */
  readonly certificateMadeAt?: Date;
  readonly names?: readonly string[];
}

export async function faultServer(
  handle: (exchange: Exchange) => void,
  options: FaultServerOptions = {},
): Promise<FaultServer> {
  const { protocol = 'h2', names = ['127.0.0.1', 'localhost'] } = options;
  const authority = createCertificateAuthority('fault', options.certificateMadeAt ?? new Date());
  const { certificatePem: cert, privateKeyPem: key } = authority.issue({
    subject: { commonName: 'fault' },
    usage: 'server',
    names,
  });
  const connections: Socket[] = [];
  const exchanges: Exchange[] = [];
  const listener = (request: AnyRequest, response: AnyResponse) => {
    const exchange = exchangeOf(request, response, exchanges.length + 1);
    exchanges.push(exchange);
    handle(exchange);
  };
  const tls = { cert, key };
  const server: Server =
    protocol === 'h2'
      ? http2.createSecureServer(
          {
            ...tls,
            settings: { maxConcurrentStreams: options.maxConcurrentStreams ?? 100 },
          },
          listener,
        )
      : protocol === 'https/1.1'
        ? https.createServer(tls, listener)
        : http.createServer(listener);
  server.on(protocol === 'http/1.1' ? 'connection' : 'secureConnection', (socket: Socket) => {
    connections.push(socket);
    socket.on('error', () => {});
  });
  server.on('sessionError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    url: `${protocol === 'http/1.1' ? 'http' : 'https'}://127.0.0.1:${port}`,
    ca: authority.certificatePem,
    connections,
    exchanges,
    close: () =>
      new Promise((resolve) => {
        for (const socket of connections) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

type AnyRequest = http.IncomingMessage | http2.Http2ServerRequest;
type AnyResponse = http.ServerResponse | http2.Http2ServerResponse;

function exchangeOf(request: AnyRequest, response: AnyResponse, number: number): Exchange {
  const answer = (body: string | Buffer, status: number, headers: Record<string, string>) => {
    (response as http.ServerResponse).writeHead(status, headers); // both have it, with the same arguments
    response.end(body);
  };
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    number,
    async body() {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      return body;
    },
    json: (value, status = 200, headers = {}) =>
      answer(JSON.stringify(value), status, { 'content-type': 'application/json', ...headers }),
    bytes: (body, headers) => answer(body, 200, headers),
    open() {
      (response as http.ServerResponse).writeHead(200, { 'content-type': 'application/json' });
      if ('stream' in response) return response.stream;
      response.flushHeaders();
      return response as unknown as Duplex; // only written to
    },
    get stream() {
      return (response as http2.Http2ServerResponse).stream;
    },
    get socket() {
      const { session } = (response as http2.Http2ServerResponse).stream;
      if (!session) throw new Error('the session is gone');
      return session.socket as Socket;
    },
  };
}

/** The answer of an API server that says no. */
export function statusBody(code: number, reason: string, message: string, details: object = {}): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details };
}
