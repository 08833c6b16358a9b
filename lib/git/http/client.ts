/** HTTP requests to one server: agents that keep connections, proxies, certificates, compression. */
import type { ClientRequest, Agent as HttpAgent, IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { getCACertificates } from 'node:tls';
import { createGunzip, createInflate, gzipSync } from 'node:zlib';
import { GitError } from '../errors.ts';
import type { ConnectionSettings } from './settings.ts';

// An import reads all that it exports, and Node loads undici to answer that.
const http = process.getBuiltinModule('node:http');

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent one after another, none copied. */
  readonly body?: readonly Buffer[];
  readonly signal: AbortSignal;
  /** It may be sent again when the connection turns out to be gone. */
  readonly repeatable: boolean;
}

export interface HttpResponse {
  readonly status: number;
  header(name: string): string | undefined;
  /** Inflated where the server compressed it. */
  readonly body: AsyncIterable<Buffer>;
}

/** From this many bytes on a request is compressed, as Git does. */
const COMPRESS_FROM = 1024;

/** Milliseconds that a connection without work is kept. */
const KEEP_ALIVE_MS = 15_000;

const agents = new Map<string, HttpAgent>();

/** One agent for all requests that connect alike, so that the second one finds a connection. */
function agentFor(settings: ConnectionSettings, secure: boolean, systemCertificates: boolean): HttpAgent {
  const key = JSON.stringify([settings, secure, systemCertificates]);
  const known = agents.get(key);
  if (known) return known;
  const { ca, cert, key: privateKey, verify, proxyEnv } = settings;
  const common = { keepAlive: true, timeout: KEEP_ALIVE_MS, proxyEnv };
  const agent = secure
    ? new HttpsAgent({
        ...common,
        rejectUnauthorized: verify,
        ...(ca !== undefined && { ca }),
        ...(ca === undefined &&
          systemCertificates && { ca: [...getCACertificates('default'), ...getCACertificates('system')] }),
        ...(cert !== undefined && { cert }),
        ...(privateKey !== undefined && { key: privateKey }),
      })
    : new http.Agent(common);
  agents.set(key, agent);
  return agent;
}

/** Servers whose certificate only the machine's own authorities vouch for. Loading those takes a while. */
const needSystemCertificates = new Set<string>();

const UNKNOWN_ISSUER = new Set([
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
]);

/** @throws GitError `REMOTE_UNREACHABLE`, `GIT_CANCELLED` */
export async function send(request: HttpRequest, settings: ConnectionSettings): Promise<HttpResponse> {
  try {
    return await exchange(request, settings);
  } catch (error) {
    const code = codeOf(error);
    if (
      UNKNOWN_ISSUER.has(code) &&
      settings.ca === undefined &&
      !needSystemCertificates.has(request.url.host)
    ) {
      needSystemCertificates.add(request.url.host);
      return send(request, settings);
    }
    if (error instanceof StaleConnection && request.repeatable) return send(request, settings);
    throw failure(request, error);
  }
}

/** The server had closed a kept connection before it read the request. */
class StaleConnection extends Error {}

async function exchange(request: HttpRequest, settings: ConnectionSettings): Promise<HttpResponse> {
  const { url, method, signal } = request;
  signal.throwIfAborted();
  const secure = url.protocol === 'https:';
  const { headers, body } = encodeBody(request);
  const sent = (secure ? requestHttps : http.request)(url, {
    method,
    signal,
    agent: agentFor(settings, secure, needSystemCertificates.has(url.host)),
    headers: { 'accept-encoding': 'gzip, deflate', ...headers },
  });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.on('error', (error) =>
      reject(sent.reusedSocket && codeOf(error) === 'ECONNRESET' ? new StaleConnection() : error),
    );
  });
  // Whether writing it failed shows in the response, or in its absence.
  void writeBody(sent, body);
  const message = await response;
  return {
    status: message.statusCode ?? 0,
    header: (name) => message.headersDistinct[name]?.join(', '),
    body: chunksOf(request, message),
  };
}

function encodeBody({ headers, body = [] }: HttpRequest): {
  readonly headers: Record<string, string>;
  readonly body: readonly Buffer[];
} {
  const length = body.reduce((sum, chunk) => sum + chunk.length, 0);
  if (body.length === 0) return { headers: { ...headers }, body };
  // A pack is deflated already; a list of commits is one buffer of hexadecimal digits.
  if (body.length > 1 || length < COMPRESS_FROM)
    return { headers: { ...headers, 'content-length': String(length) }, body };
  const compressed = gzipSync(body[0]!);
  return {
    headers: { ...headers, 'content-encoding': 'gzip', 'content-length': String(compressed.length) },
    body: [compressed],
  };
}

async function writeBody(sent: ClientRequest, body: readonly Buffer[]): Promise<void> {
  for (const chunk of body) {
    if (sent.destroyed || sent.errored) return;
    if (!sent.write(chunk)) {
      await new Promise<void>((resolve) => {
        const go = () => {
          sent.off('drain', go).off('close', go).off('response', go);
          resolve();
        };
        sent.on('drain', go).on('close', go).on('response', go);
      });
    }
  }
  sent.end();
}

async function* chunksOf(request: HttpRequest, message: IncomingMessage): AsyncGenerator<Buffer, void> {
  try {
    for await (const chunk of inflated(message)) yield chunk as Buffer; // no encoding was set
  } catch (error) {
    throw failure(request, error);
  }
}

function inflated(message: IncomingMessage): Readable {
  const encoding = message.headers['content-encoding'];
  if (encoding !== 'gzip' && encoding !== 'deflate') return message;
  // An error of the pipeline ends what is read from it, and is thrown there.
  return pipeline(message, encoding === 'gzip' ? createGunzip() : createInflate(), () => undefined);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function failure(request: HttpRequest, error: unknown): unknown {
  if (error instanceof GitError) return error;
  const where = `${request.url.origin}${request.url.pathname}`;
  if (request.signal.aborted) {
    const late = request.signal.reason instanceof Error && request.signal.reason.name === 'TimeoutError';
    return new GitError(
      'GIT_CANCELLED',
      `${where} ${late ? 'did not answer in time' : 'was asked, and then not waited for'}`,
      {
        hint: 'Run it again when the other side answers.',
      },
    );
  }
  const said = error instanceof Error ? error.message || codeOf(error) : String(error);
  return new GitError('REMOTE_UNREACHABLE', `${where} could not be reached (${said})`, {
    hint: 'Check the address, the network, a proxy and the certificate; it may be down for a while.',
    cause: error,
  });
}
