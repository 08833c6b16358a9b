/** A plain client for this room's own tests. */
import { type ClientHttp2Session, connect } from 'node:http2';
import type { Cluster } from './cluster.ts';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any kind
  readonly body: any;
}

export interface Sent {
  readonly contentType?: string;
  readonly accept?: string;
  /** Default: the administrator's. Empty for none. */
  readonly token?: string;
}

export interface WatchedEvent {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: ditto
  readonly object: any;
}

export class TestClient {
  readonly #cluster: Cluster;
  readonly #session: ClientHttp2Session;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#session = connect(cluster.server, { ca: cluster.caPem });
  }

  async send(method: string, path: string, body?: unknown, sent: Sent = {}): Promise<Answer> {
    const token = sent.token ?? this.#cluster.token;
    const stream = this.#session.request({
      ':method': method,
      ':path': path,
      ...(token !== '' && { authorization: `Bearer ${token}` }),
      accept: sent.accept ?? 'application/json',
      ...(body !== undefined && { 'content-type': sent.contentType ?? 'application/json' }),
    });
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    let status = 0;
    let contentType = '';
    let text = '';
    stream.setEncoding('utf8');
    stream.once('response', (headers) => {
      status = Number(headers[':status']);
      contentType = String(headers['content-type']);
    });
    stream.on('data', (chunk: string) => {
      text += chunk;
    });
    stream.once('error', reject);
    stream.once('end', () =>
      resolve({
        status,
        contentType,
        body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
      }),
    );
    stream.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
    return promise;
  }

  apply(path: string, body: unknown, query = 'fieldManager=test'): Promise<Answer> {
    return this.send('PATCH', `${path}?${query}`, body, { contentType: 'application/apply-patch+yaml' });
  }

  /** Events as they come. Breaking out of the loop ends the watch. */
  async *watch(path: string): AsyncGenerator<WatchedEvent> {
    const stream = this.#session.request({ ':path': path, authorization: `Bearer ${this.#cluster.token}` });
    stream.setEncoding('utf8');
    let rest = '';
    try {
      for await (const chunk of stream) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) yield JSON.parse(line) as WatchedEvent; // what the server writes a line
      }
    } finally {
      stream.close();
    }
  }

  close(): void {
    this.#session.close();
  }
}

/** The next events of a watch. */
export async function take(
  events: AsyncGenerator<WatchedEvent>,
  count: number,
): Promise<readonly WatchedEvent[]> {
  const taken: WatchedEvent[] = [];
  while (taken.length < count) {
    const next = await events.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}

export function configMap(name: string, data: object = {}, labels?: object) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...(labels && { labels }) }, data };
}
