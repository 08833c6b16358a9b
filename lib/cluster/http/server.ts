/** The listening socket: HTTP/1.1 and HTTP/2 over TLS, or plain HTTP/1.1 and HTTP/2 with prior knowledge. */
import { once } from 'node:events';
import { createServer as createHttp1Server, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  createServer as createHttp2Server,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Authenticator, CertificateSubject } from '../auth/authenticator.ts';
import { ApiError } from '../status.ts';
import type { ApiRequest, Reply } from './exchange.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Absent: no TLS. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string };
  readonly authenticator: Authenticator;
  readonly handle: (request: ApiRequest, reply: Reply) => void;
}

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

type Incoming = IncomingMessage | Http2ServerRequest;
type Outgoing = ServerResponse | Http2ServerResponse;

/** Bodies may be 3 MiB, as with a real server. */
const BODY_LIMIT = 3 * 1024 * 1024;
const HTTP2_PREFACE = 'PRI * HTTP/2.0';

export async function listen(options: ListenOptions): Promise<Listening> {
  const onRequest = (request: Incoming, response: Outgoing) => void serve(options, request, response);
  const sockets = new Set<Socket>();
  const server = options.tls
    ? createSecureServer(
        { ...options.tls, allowHTTP1: true, requestCert: true, rejectUnauthorized: false },
        onRequest,
      )
    : plainServer(onRequest);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port, // listens on TCP
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Hands a connection to the HTTP/2 or the HTTP/1.1 parser by its first bytes. */
function plainServer(onRequest: (request: Incoming, response: Outgoing) => void) {
  const http1 = createHttp1Server(onRequest);
  const http2 = createHttp2Server(onRequest);
  return createTcpServer((socket) => {
    socket.once('readable', () => {
      const first: Buffer | null = socket.read();
      if (!first) return;
      socket.unshift(first);
      const isHttp2 = first.toString('latin1').startsWith(HTTP2_PREFACE);
      (isHttp2 ? http2 : http1).emit('connection', socket);
    });
    socket.on('error', () => socket.destroy());
  });
}

async function serve(options: ListenOptions, incoming: Incoming, outgoing: Outgoing): Promise<void> {
  const reply = replyTo(outgoing);
  try {
    const user = options.authenticator.authenticate({
      authorization: incoming.headers.authorization,
      certificate: verifiedSubject(incoming.socket),
    });
    const body = await readBody(incoming);
    if (!user) throw new ApiError(401, 'Unauthorized', 'Unauthorized');
    const url = incoming.url ?? '/';
    const question = url.indexOf('?');
    options.handle(
      {
        method: incoming.method ?? 'GET',
        path: decodeURIComponent(question < 0 ? url : url.slice(0, question)),
        query: new URLSearchParams(question < 0 ? '' : url.slice(question + 1)),
        headers: incoming.headers,
        user,
        body,
      },
      reply,
    );
  } catch (error) {
    sendError(reply, error);
  }
}

/** Answers with a Status. What is not an ApiError is a fault of this server, and told as one. */
export function sendError(reply: Reply, error: unknown): void {
  const known =
    error instanceof ApiError
      ? error
      : new ApiError(
          500,
          'InternalError',
          `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`,
          {
            causes: [{ message: error instanceof Error ? (error.stack ?? error.message) : String(error) }],
          },
        );
  reply.send(known.code, 'application/json', JSON.stringify(known.toStatus()));
}

function verifiedSubject(socket: unknown): CertificateSubject | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  return socket.getPeerCertificate().subject;
}

async function readBody(incoming: Incoming): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = chunk as Buffer; // no encoding is set
    size += bytes.length;
    if (size > BODY_LIMIT) {
      throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${BODY_LIMIT}`);
    }
    chunks.push(bytes);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

function replyTo(outgoing: Outgoing): Reply {
  // Both response classes have these; their overloads just do not unify.
  const response = outgoing as ServerResponse;
  return {
    header(name, value) {
      const earlier = response.getHeader(name);
      response.setHeader(name, earlier === undefined ? value : [...[earlier].flat().map(String), value]);
    },
    send(status, contentType, body) {
      if (response.headersSent || response.writableEnded) return;
      response.statusCode = status;
      response.setHeader('content-type', contentType);
      response.setHeader('cache-control', 'no-cache, private');
      response.setHeader('content-length', Buffer.byteLength(body));
      response.end(body);
    },
    stream(status, contentType) {
      response.statusCode = status;
      response.setHeader('content-type', contentType);
      response.setHeader('cache-control', 'no-cache, private');
      response.flushHeaders();
      return {
        write: (chunk) => void response.write(chunk),
        end: () => void response.end(),
        onClose: (listener) => void response.once('close', listener),
      };
    },
  };
}
