/** The API server, as the fault proxy sends requests to it: over one HTTP/2 connection, made anew when it is gone. */
import * as http2 from 'node:http2';

export interface Origin {
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  /** PEM. */
  readonly ca: string;
}

export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly stream: http2.ClientHttp2Stream;
}

export class Upstream {
  readonly #origin: Origin;
  #session: http2.ClientHttp2Session | undefined;

  constructor(origin: Origin) {
    this.#origin = origin;
  }

  /** @throws Error when there is no answer */
  send(request: UpstreamRequest): Promise<UpstreamAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<UpstreamAnswer>();
    const stream = this.#open().request(
      { ':method': request.method, ':path': request.path, ...request.headers },
      // Node would leave out the body of a DELETE.
      { endStream: request.body.length === 0 },
    );
    stream.once('response', (head) => {
      const headers = Object.entries(head).flatMap(([name, value]) =>
        name.startsWith(':') || value === undefined ? [] : [[name, String(value)] as const],
      );
      resolve({ status: Number(head[':status']), headers: Object.fromEntries(headers), stream });
    });
    stream.on('error', reject);
    stream.on('close', () => reject(new Error(`no answer to ${request.method} ${request.path}`)));
    if (request.body.length > 0) stream.end(request.body);
    return promise;
  }

  close(): void {
    this.#session?.destroy();
  }

  #open(): http2.ClientHttp2Session {
    if (!this.#session || this.#session.closed || this.#session.destroyed) {
      this.#session = http2.connect(this.#origin.server, { ca: this.#origin.ca });
      this.#session.on('error', () => {}); // each stream tells it
    }
    return this.#session;
  }
}

/** @throws Error when the answer breaks off */
export async function bodyOf({ stream }: UpstreamAnswer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer); // no encoding is set
  return Buffer.concat(chunks);
}
