/** The endpoint that forges call when something was pushed. It believes nothing that they say: a call with a good
 * signature only makes the agent look at the repository now instead of at the next poll. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isGenuine } from '../../lib/forge/index.ts';

export interface WebhookOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host: string;
  /** Shared with the forge. */
  readonly secret: string;
  /** Called once for each accepted push. */
  readonly onPush: () => void;
  /** Whether the agent does its work; answers `/readyz`. */
  readonly ready: () => boolean;
}

export interface Webhook {
  readonly url: string;
  close(): Promise<void>;
}

/** Bodies of push events are small; GitHub's limit is 25 MB. */
const BODY_LIMIT = 25 * 1024 * 1024;

/** Listens for pushes at `POST /webhook`, and answers `GET /healthz` and `GET /readyz`. */
export async function listen(options: WebhookOptions): Promise<Webhook> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    handle(request, response, options).catch(() => answer(response, 400, 'bad request'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://${options.host}:${port}/webhook`, close: () => close(server) };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: WebhookOptions,
): Promise<void> {
  const path = (request.url ?? '').split('?')[0];
  if (request.method === 'GET' && path === '/healthz') return answer(response, 200, 'ok');
  if (request.method === 'GET' && path === '/readyz') {
    return options.ready() ? answer(response, 200, 'ok') : answer(response, 503, 'not ready');
  }
  if (path !== '/webhook') return answer(response, 404, 'not found');
  if (request.method !== 'POST') return answer(response, 405, 'only POST');
  const body = await read(request);
  if (body === undefined) return answer(response, 413, 'too large');
  if (!isGenuine(request.headers, body, options.secret))
    return answer(response, 401, 'the signature is wrong or missing');
  if (isPush(request.headers)) options.onPush();
  return answer(response, 202, 'accepted');
}

function isPush(headers: IncomingMessage['headers']): boolean {
  const event = headers['x-github-event'] ?? headers['x-gitea-event'] ?? headers['x-gitlab-event'];
  return event === undefined || /^(push|create|delete|Push Hook|Tag Push Hook)$/.test(String(event));
}

async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > BODY_LIMIT) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => void server.close(() => resolve()));
}
