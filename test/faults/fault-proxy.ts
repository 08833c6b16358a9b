/** A proxy between a client and a real API server that does to requests what a test tells it to. Towards the client it
 * speaks HTTP/2 or HTTP/1.1 over TLS; the connections below can be reset, half-closed and silenced (relay.ts). */

import type { IncomingMessage, ServerResponse } from 'node:http';
import * as http2 from 'node:http2';
import * as https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createCertificateAuthority } from '../../lib/cluster/tls/certificate.ts';
import { lines } from '../../lib/kube/watch-stream.ts';
import { type Fault, kindOf, type SeenRequest, type WatchFault } from './fault.ts';
import { startRelay, type Wire } from './relay.ts';
import { bodyOf, type Origin, Upstream, type UpstreamAnswer } from './upstream.ts';

export type Protocol = 'HTTP/2' | 'HTTP/1.1';

export interface FaultProxyOptions {
  readonly protocol?: Protocol;
  /** Lists are given in pages of at most so many objects, as a server may. */
  readonly pageSize?: number;
  /** What goes wrong with a request; asked when it has come. It waits for the answer. */
  readonly decide?: (request: SeenRequest) => Fault | undefined | Promise<undefined>;
  /** The API server has answered, and the client knows nothing of it yet. */
  readonly onActed?: (request: SeenRequest) => void;
}

export interface FaultProxy {
  readonly url: string;
  /** Of the proxy's own certificate, PEM. */
  readonly ca: string;
  readonly requests: readonly SeenRequest[];
  /** From now on nothing goes wrong. */
  calm(): void;
  /** Resolves when nothing that was sent on is without an answer; watches do not count. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

type Incoming = IncomingMessage | http2.Http2ServerRequest;
type Outgoing = ServerResponse | http2.Http2ServerResponse;

const authority = createCertificateAuthority('faults', new Date());
const certificate = authority.issue({
  subject: { commonName: 'faults' },
  usage: 'server',
  names: ['127.0.0.1'],
});

export async function startFaultProxy(origin: Origin, options: FaultProxyOptions = {}): Promise<FaultProxy> {
  const tls = { cert: certificate.certificatePem, key: certificate.privateKeyPem };
  const server =
    options.protocol === 'HTTP/1.1'
      ? https.createServer({ ...tls, keepAliveTimeout: 60_000 })
      : http2.createSecureServer(tls);
  server.on('secureConnection', (socket: Socket) => socket.on('error', () => {}));
  server.on('sessionError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const relay = await startRelay((server.address() as AddressInfo).port); // it listens on a port
  const upstream = new Upstream(origin);
  const requests: SeenRequest[] = [];
  const running = new Set<Promise<void>>();
  let isCalm = false;
  server.on('request', (incoming: Incoming, outgoing: Outgoing) => {
    const { method = 'GET', url: path = '/' } = incoming;
    const seen: SeenRequest = {
      number: requests.length + 1,
      kind: kindOf(method, path),
      method,
      path,
      forwarded: 0,
    };
    requests.push(seen);
    const decided = isCalm ? undefined : options.decide?.(seen);
    if (decided && 'kind' in decided) seen.fault = decided;
    const wire = relay.wireFrom(incoming.socket.remotePort);
    const exchange = new Exchange(upstream, options, seen, incoming, outgoing, wire);
    // What cannot be sent on, or taken back, ends like a connection that breaks.
    const done = exchange.run(decided).catch(() => exchange.breakOff());
    if (seen.kind === 'watch') return;
    running.add(done);
    void done.finally(() => running.delete(done));
  });
  return {
    url: `https://127.0.0.1:${relay.port}`,
    ca: authority.certificatePem,
    requests,
    calm() {
      isCalm = true;
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
    async close() {
      upstream.close();
      await relay.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** One request and its answer. */
class Exchange {
  readonly #upstream: Upstream;
  readonly #options: FaultProxyOptions;
  readonly #seen: SeenRequest;
  readonly #incoming: Incoming;
  readonly #outgoing: Outgoing;
  readonly #wire: Wire | undefined;

  constructor(
    upstream: Upstream,
    options: FaultProxyOptions,
    seen: SeenRequest,
    incoming: Incoming,
    outgoing: Outgoing,
    wire: Wire | undefined,
  ) {
    this.#upstream = upstream;
    this.#options = options;
    this.#seen = seen;
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#wire = wire;
    outgoing.on('error', () => {});
  }

  async run(decided: Fault | undefined | Promise<undefined>): Promise<void> {
    const body = await this.#body();
    const fault = await decided;
    if (fault?.kind === 'delay') await delay(fault.ms);
    if (fault && 'acted' in fault) {
      // A watch does nothing, and its answer has no end.
      if (fault.acted && this.#seen.kind !== 'watch') await bodyOf(await this.#forward(body));
      return this.#instead(fault);
    }
    if (fault?.kind === 'gone')
      return this.#answer(410, statusBody(410, 'Expired', 'too old resource version'));
    if (fault?.kind === 'repeat') await bodyOf(await this.#forward(body));
    const answer = await this.#forward(body);
    if (this.#seen.kind === 'watch' && answer.status === 200) {
      return this.#watch(answer, fault?.kind === 'watch' ? fault : undefined);
    }
    const content = await bodyOf(answer);
    if (fault?.kind === 'cut') return this.#cut(answer, content);
    const whole = fault?.kind !== 'shorten';
    this.#send(answer.status, answer.headers, whole ? content : content.subarray(0, content.length / 2));
  }

  /** Ends without an answer, or in the middle of one. */
  breakOff(): void {
    if ('stream' in this.#outgoing) this.#outgoing.stream?.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
    else this.#outgoing.socket?.destroy();
  }

  async #body(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.#incoming) chunks.push(chunk as Buffer); // no encoding is set
    return Buffer.concat(chunks);
  }

  async #forward(body: Buffer): Promise<UpstreamAnswer> {
    const headers = Object.entries(this.#incoming.headers).flatMap(([name, value]) =>
      name.startsWith(':') || NOT_SENT_ON.has(name) || value === undefined
        ? []
        : [[name, String(value)] as const],
    );
    const { method, path } = this.#seen;
    this.#seen.forwarded += 1;
    const answer = await this.#upstream.send({
      method,
      path: inPages(path, this.#options.pageSize),
      headers: Object.fromEntries(headers),
      body,
    });
    this.#options.onActed?.(this.#seen);
    return answer;
  }

  #instead(fault: Extract<Fault, { readonly acted: boolean }>): void {
    switch (fault.kind) {
      case 'answer': {
        const wait = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
        this.#answer(fault.status, statusBody(fault.status, '', 'a fault was injected'), wait);
        break;
      }
      case 'reset stream':
        this.breakOff();
        break;
      case 'reset connection':
        this.#wire?.reset();
        break;
      case 'half-close':
        this.#wire?.halfClose();
        break;
      case 'silent connection':
        this.#wire?.silence();
        break;
      case 'silent stream':
        break;
    }
  }

  async #watch(answer: UpstreamAnswer, fault: WatchFault | undefined): Promise<void> {
    const { stream } = answer;
    this.#outgoing.on('close', () => stream.close(http2.constants.NGHTTP2_CANCEL));
    this.#head(200, answer.headers);
    this.#flush();
    let passed = 0;
    for await (const line of lines(stream)) {
      if (fault && passed === fault.after) {
        switch (fault.effect) {
          case 'drop an event':
            break;
          case 'gone':
            this.#outgoing.end(`${JSON.stringify({ type: 'ERROR', object: GONE })}\n`);
            return;
          case 'end':
            this.#outgoing.end();
            return;
          case 'cut a line':
            this.#write(line.slice(0, line.length / 2), () => this.breakOff());
            return;
          case 'silence':
            this.#wire?.silence();
            return;
        }
      } else {
        this.#write(`${line}\n`);
      }
      passed += 1;
    }
    this.#outgoing.end();
  }

  /** Says that all of the body comes, and sends half of it. */
  #cut(answer: UpstreamAnswer, content: Buffer): void {
    this.#head(answer.status, { ...answer.headers, 'content-length': String(content.length) });
    this.#write(content.subarray(0, content.length / 2), () => this.breakOff());
  }

  #answer(status: number, body: object, headers: Readonly<Record<string, string>> = {}): void {
    this.#send(status, { 'content-type': 'application/json', ...headers }, Buffer.from(JSON.stringify(body)));
  }

  #send(status: number, headers: Readonly<Record<string, string>>, body: Buffer): void {
    this.#head(status, { ...headers, 'content-length': String(body.length) });
    this.#outgoing.end(body);
  }

  // Both kinds of answers have these methods, with the same arguments.
  #head(status: number, headers: Readonly<Record<string, string>>): void {
    (this.#outgoing as ServerResponse).writeHead(status, headers);
  }

  #flush(): void {
    (this.#outgoing as ServerResponse).flushHeaders();
  }

  #write(chunk: string | Buffer, done: () => void = () => {}): void {
    (this.#outgoing as ServerResponse).write(chunk, done);
  }
}

/** They speak of one connection (RFC 9113, 8.2.2), or of who is asked. */
const NOT_SENT_ON: ReadonlySet<string> = new Set(['connection', 'host', 'keep-alive', 'transfer-encoding']);

function inPages(path: string, pageSize: number | undefined): string {
  return pageSize === undefined ? path : path.replace(/\blimit=\d+/, `limit=${pageSize}`);
}

function statusBody(code: number, reason: string, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}

const GONE = statusBody(410, 'Expired', 'too old resource version');
