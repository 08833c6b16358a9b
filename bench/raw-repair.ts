/** The limit of taking a change back: a bare watch of metadata over one HTTP/2 session, and one server-side apply when
 * something happens. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import type { Connection } from '../test/controlplane/index.ts';
import type { WorkloadObject } from './workload.ts';

interface Changed {
  readonly namespace: string;
  readonly name: string;
}

export class RawRepair {
  readonly #session: ClientHttp2Session;
  readonly #token: string;
  #watch: ClientHttp2Stream | undefined;
  #onEvent: (changed: Changed) => void = () => {};

  constructor({ server, ca, token }: Connection) {
    this.#session = connect(server, { ca });
    this.#token = token;
  }

  /** Watches all ConfigMaps from a moment on. */
  async watch(resourceVersion: string): Promise<void> {
    const stream = this.#session.request({
      ':path': `/api/v1/configmaps?watch=true&resourceVersion=${resourceVersion}`,
      authorization: `Bearer ${this.#token}`,
      accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
    });
    this.#watch = stream;
    await new Promise<void>((resolve, reject) => {
      stream.once('response', () => resolve());
      stream.once('error', reject);
    });
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#onEvent(JSON.parse(line).object.metadata);
    });
  }

  /** Applies an object when the watch next tells of it.
   * @returns when that was answered, and how many milliseconds it took since the event */
  repaired({ object, path }: WorkloadObject): Promise<{ readonly at: number; readonly ms: number }> {
    const body = JSON.stringify(object);
    return new Promise((resolve, reject) => {
      this.#onEvent = ({ namespace, name }) => {
        if (!path.endsWith(`/namespaces/${namespace}/configmaps/${name}`)) return;
        this.#onEvent = () => {};
        const seen = performance.now();
        this.apply(path, body).then(() => {
          const at = performance.now();
          resolve({ at, ms: at - seen });
        }, reject);
      };
    });
  }

  apply(path: string, body: string): Promise<void> {
    const stream = this.#session.request({
      ':method': 'PATCH',
      ':path': `${path}?fieldManager=raw&force=true`,
      authorization: `Bearer ${this.#token}`,
      accept: 'application/json',
      'content-type': 'application/apply-patch+yaml',
    });
    return new Promise((resolve, reject) => {
      stream.once('response', ({ ':status': status = 0 }) => {
        if (status >= 300) reject(new Error(`PATCH ${path} was answered with ${status}`));
      });
      stream.once('error', reject);
      stream.on('data', () => {});
      stream.once('end', () => resolve());
      stream.end(body);
    });
  }

  close(): void {
    this.#watch?.close();
    this.#session.destroy();
  }
}
