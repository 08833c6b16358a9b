/** A forge that answers as one did, or as its published API description says it does: a list of exchanges, each of which
 * is expected once and in its order. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import type { ForgeIo } from '../index.ts';

export interface Exchange {
  /** `GET /repos/octocat/Hello-World/pulls?state=open`; the parameters that are left out may be anything. */
  readonly request: string;
  /** Members that the body has to have. */
  readonly sends?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default 200. */
  readonly status?: number;
  readonly answerHeaders?: Readonly<Record<string, string>>;
  /** Text is sent as it is. */
  readonly answer?: unknown;
  /** The connection is cut instead of an answer. */
  readonly cut?: true;
}

export interface RecordedForge {
  /** Without a slash at the end. */
  readonly url: string;
  /** What was asked for, in order: `GET /user`. */
  readonly requests: readonly string[];
  /** A clock that stands still but for what was slept. */
  readonly io: ForgeIo;
  readonly sleeps: readonly number[];
}

/** Now, for whoever asks the forge's clock. */
export const NOW = Date.parse('2026-03-04T10:00:00Z');

export async function recordedForge(exchanges: readonly Exchange[]): Promise<RecordedForge> {
  const pending = [...exchanges];
  const problems: string[] = [];
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const url = new URL(request.url ?? '/', 'http://localhost');
    requests.push(`${request.method} ${url.pathname}`);
    const next = pending.shift();
    const problem = next ? difference(next, request, url, body) : 'nothing more was expected';
    if (problem !== undefined) problems.push(`${request.method} ${request.url}: ${problem}`);
    if (!next || problem !== undefined) return void response.writeHead(599).end();
    if (next.cut) return void request.socket.destroy();
    const text = typeof next.answer === 'string' ? next.answer : JSON.stringify(next.answer ?? {});
    response.writeHead(next.status ?? 200, { 'content-type': 'application/json', ...next.answerHeaders });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    expect(problems, 'requests that were not as recorded').toEqual([]);
    expect(
      pending.map(({ request }) => request),
      'requests that did not come',
    ).toEqual([]);
  });
  let now = NOW;
  const sleeps: number[] = [];
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sleeps,
    io: {
      fetch: (...args) => fetch(...args),
      now: () => now,
      sleep: async (ms) => {
        sleeps.push(ms);
        now += ms;
      },
    },
  };
}

function difference(
  expected: Exchange,
  request: IncomingMessage,
  url: URL,
  body: Readonly<Record<string, unknown>>,
): string | undefined {
  const [method, target = ''] = expected.request.split(' ');
  const wanted = new URL(target, 'http://localhost');
  if (request.method !== method || url.pathname !== wanted.pathname) return `expected ${expected.request}`;
  for (const [name, value] of wanted.searchParams) {
    if (url.searchParams.get(name) !== value) return `parameter ${name} is not ${value}`;
  }
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    if (request.headers[name] !== value) return `header ${name} is ${request.headers[name]}, not ${value}`;
  }
  for (const [name, value] of Object.entries(expected.sends ?? {})) {
    if (JSON.stringify(body[name]) !== JSON.stringify(value))
      return `${name} is ${JSON.stringify(body[name])}, not ${JSON.stringify(value)}`;
  }
  return undefined;
}

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
}
