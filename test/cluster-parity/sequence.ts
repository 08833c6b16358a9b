/** Sequences of requests that are sent to the real server and to the embedded one, and the answers made comparable. */
import { request } from 'node:https';
import { canonicalJson, type JsonValue } from '../../lib/objects/index.ts';

export interface ParityRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `$NS` stands for the sequence's namespace. */
  readonly path: string;
  readonly body?: unknown;
  /** Default `application/json`, for PATCH `application/merge-patch+json`. */
  readonly contentType?: string;
  readonly accept?: string;
  /** Asked again until this is the status: what the real server does a moment later. */
  readonly untilStatus?: number;
  /** The answer is not compared: it depends on how far the real server has come. */
  readonly isUnsettled?: boolean;
}

export interface Sequence {
  readonly name: string;
  readonly requests: readonly ParityRequest[];
}

export interface Server {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
}

export interface ParityAnswer {
  readonly status: number;
  readonly warnings: readonly string[];
  readonly body: unknown;
}

/** Sends the requests one after the other. */
export async function play(
  server: Server,
  sequence: Sequence,
  namespace: string,
): Promise<readonly ParityAnswer[]> {
  const answers: ParityAnswer[] = [];
  for (const one of sequence.requests) answers.push(await settledAnswer(server, one, namespace));
  return answers;
}

/** The real server serves a definition within a second; each question is a round trip. */
const ATTEMPTS = 2_000;

async function settledAnswer(server: Server, one: ParityRequest, namespace: string): Promise<ParityAnswer> {
  let answer = await answerTo(server, one, namespace);
  for (let i = 0; i < ATTEMPTS && one.untilStatus !== undefined && answer.status !== one.untilStatus; i++) {
    answer = await answerTo(server, one, namespace);
  }
  return one.isUnsettled ? { ...answer, body: undefined } : answer;
}

function answerTo(server: Server, one: ParityRequest, namespace: string): Promise<ParityAnswer> {
  const fill = (text: string) => text.replaceAll('$NS', namespace);
  const body =
    one.body === undefined
      ? undefined
      : fill(typeof one.body === 'string' ? one.body : JSON.stringify(one.body));
  const { promise, resolve, reject } = Promise.withResolvers<ParityAnswer>();
  const outgoing = request(new URL(fill(one.path), server.server), {
    method: one.method,
    ca: server.ca,
    agent: false,
    headers: {
      authorization: `Bearer ${server.token}`,
      accept: one.accept ?? 'application/json',
      'user-agent': 'parity/1.0',
      ...(body !== undefined && {
        'content-type':
          one.contentType ?? (one.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'),
        'content-length': Buffer.byteLength(body),
      }),
    },
  });
  outgoing.once('error', reject);
  outgoing.once('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.once('error', reject);
    response.once('end', () => {
      const text = Buffer.concat(chunks).toString('utf8').replaceAll(namespace, '$NS');
      const warning = response.headers.warning;
      resolve({
        status: response.statusCode ?? 0,
        warnings: warning === undefined ? [] : [warning],
        body: comparable(parsed(text)),
      });
    });
  });
  outgoing.end(body);
  return promise;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What differs from one server to the next whatever they do. */
const VARYING: Readonly<Record<string, string>> = {
  uid: '<uid>',
  resourceVersion: '<resourceVersion>',
  creationTimestamp: '<time>',
  deletionTimestamp: '<time>',
  time: '<time>',
  lastTransitionTime: '<time>',
  clusterIP: '<address>',
  nodePort: '<port>',
  healthCheckNodePort: '<port>',
  continue: '<continue>',
};
const UID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

function comparable(value: unknown): unknown {
  if (typeof value === 'string')
    return value.replace(UID, '<uid>').replace(/resource version: \d+/i, 'resource version: N');
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const varying = VARYING[name];
      if (varying !== undefined && (typeof item === 'string' || typeof item === 'number')) {
        return [name, item === 'None' ? item : varying];
      }
      if (name === 'clusterIPs' && Array.isArray(item))
        return [name, item.map((address) => (address === 'None' ? address : '<address>'))];
      // Their order is not part of the answer: the servers walk maps.
      if (name === 'causes' && Array.isArray(item)) return [name, item.map(comparable).sort(byText)];
      if (name === 'managedFields' && Array.isArray(item)) return [name, item.map(comparable).sort(byText)];
      return [name, comparable(item)];
    }),
  );
}

function byText(a: unknown, b: unknown): number {
  const [left, right] = [a, b].map((value) => canonicalJson(value as JsonValue)); // parts of parsed JSON
  return left! < right! ? -1 : 1;
}
