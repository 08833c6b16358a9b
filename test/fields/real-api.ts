/** Requests to a real API server, one object at a time, for comparing its answers with ours. */
import { Agent, request } from 'node:https';
import type { KubernetesObject } from '../../lib/objects/index.ts';

export interface Target {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
}

export interface Reply {
  readonly status: number;
  /** An object, or a Status. */
  readonly body: KubernetesObject;
}

export interface Cause {
  readonly field: string;
  readonly message: string;
}

export class RealApi {
  readonly #target: Target;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(target: Target) {
    this.#target = target;
  }

  get(path: string): Promise<Reply> {
    return this.#send('GET', path);
  }

  create(path: string, object: object): Promise<Reply> {
    return this.#send('POST', path, object, 'application/json');
  }

  /** @param path with the query `fieldManager` */
  update(path: string, object: object): Promise<Reply> {
    return this.#send('PUT', path, object, 'application/json');
  }

  apply(path: string, object: object): Promise<Reply> {
    return this.#send('PATCH', path, object, 'application/apply-patch+yaml');
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, body?: object, contentType?: string): Promise<Reply> {
    const { server, ca, token } = this.#target;
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, server), {
        method,
        ca,
        agent: this.#agent,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(contentType !== undefined && { 'content-type': contentType }),
        },
      });
      outgoing.once('error', reject);
      outgoing.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, body: parse(text) });
        });
      });
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

/** Paths that are not served are answered in plain text. */
function parse(text: string): KubernetesObject {
  const json = text.startsWith('{') ? text : JSON.stringify({ kind: 'Status', message: text });
  return JSON.parse(json) as KubernetesObject;
}
