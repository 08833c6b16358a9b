/** Reads the API server's audit log: what a client really sent, counted by the server. */
import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Connection, send } from './connection.ts';

export interface AuditedRequest {
  /** Kubernetes' verb: get, list, watch, create, update, patch, delete, deletecollection; of a path that is no
   * resource (discovery) the HTTP method in lower case. */
  readonly verb: string;
  readonly uri: string;
  readonly user: string;
  readonly userAgent: string;
  /** `configmaps`, `deployments/status`, …; empty for a path that is no resource. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** HTTP status of the answer. */
  readonly code: number;
  /** When it came in and when it was answered, in milliseconds since 1970. */
  readonly receivedMs: number;
  readonly answeredMs: number;
}

export interface RequestFilter {
  /** Default `admin`, the user of the kubeconfig; the control plane's own parts are other users. */
  readonly user?: string;
  /** Part of the User-Agent header. */
  readonly userAgent?: string;
}

/** A place in the log. */
export type Mark = number & { readonly __brand: 'audit mark' };

/** Everything, one line a request, written before the next is handled ("blocking", the default mode). */
export const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived', 'ResponseStarted'],
  rules: [{ level: 'Metadata' }],
};

export class AuditLog {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The end of the log, with everything in it that was answered before the call. */
  async mark(): Promise<Mark> {
    // The log is written after the answer: a request of our own, sent now, is written after all that came before.
    const path = `/readyz?mark=${randomUUID()}`;
    const from = this.#size();
    await send(this.#connection, 'GET', path);
    for (;;) {
      const { text } = this.#read(from);
      const found = text.indexOf(path);
      if (found >= 0) {
        const end = text.indexOf('\n', found) + 1;
        return (from + Buffer.byteLength(text.slice(0, end))) as Mark; // the brand's only maker
      }
      await delay(2);
    }
  }

  /** The requests that were answered since the mark, without the log's own. A watch counts when it ends. */
  async since(mark: Mark, filter: RequestFilter = {}): Promise<readonly AuditedRequest[]> {
    const end = await this.mark();
    const { text } = this.#read(mark, end);
    const { user = 'admin', userAgent = '' } = filter;
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map(parse)
      .filter(
        (request) =>
          request.user === user &&
          request.userAgent.includes(userAgent) &&
          !request.uri.startsWith('/readyz?mark='),
      );
  }

  #size(): number {
    const file = openSync(this.#connection.auditLog, 'r');
    try {
      return fstatSync(file).size;
    } finally {
      closeSync(file);
    }
  }

  #read(from: number, to: number = this.#size()): { readonly text: string } {
    const buffer = Buffer.alloc(Math.max(0, to - from));
    const file = openSync(this.#connection.auditLog, 'r');
    try {
      const length = readSync(file, buffer, 0, buffer.length, from);
      return { text: buffer.toString('utf8', 0, length) };
    } finally {
      closeSync(file);
    }
  }
}

/** How many requests there were of each verb. */
export function countByVerb(requests: readonly AuditedRequest[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { verb } of requests) counts[verb] = (counts[verb] ?? 0) + 1;
  return counts;
}

/** The fields of audit.k8s.io/v1 Event that are read here. */
interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly objectRef?: {
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
}

function parse(line: string): AuditedRequest {
  // The API server's own log: its schema is fixed by audit.k8s.io/v1.
  const event = JSON.parse(line) as AuditEvent;
  const { resource = '', subresource, namespace = '', name = '' } = event.objectRef ?? {};
  return {
    verb: event.verb,
    uri: event.requestURI,
    user: event.user.username,
    userAgent: event.userAgent ?? '',
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    namespace,
    name,
    code: event.responseStatus?.code ?? 0,
    receivedMs: milliseconds(event.requestReceivedTimestamp),
    answeredMs: milliseconds(event.stageTimestamp),
  };
}

/** Dates of JavaScript end at milliseconds; the log's have microseconds. */
function milliseconds(timestamp: string): number {
  const fraction = /\.(\d+)Z$/.exec(timestamp)?.[1] ?? '0';
  return Date.parse(timestamp.replace(/\.\d+Z$/, 'Z')) + Number(`0.${fraction}`) * 1000;
}
