/** The endpoint that forges call when something happened. A push only makes the agent look at the repository now instead of at
 * the next poll; what else is told is handed on, once its signature was checked and that it did not come before. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  deliveryOf,
  type ForgeEvent,
  ReplayGuard,
  receiveWebhook,
  WebhookError,
} from '../../lib/forge/index.ts';

export interface WebhookOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host: string;
  /** Shared with the forge. */
  readonly secret: string;
  /** Called once for each accepted push. */
  readonly onPush: () => void;
  /** Called once for each event that was accepted; the call is answered when it is written down.
   * @throws when that cannot be done: the forge may tell of it again */
  readonly onEvent?: (event: ForgeEvent) => Promise<void>;
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
  const replays = new ReplayGuard();
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    handle(request, response, options, replays).catch(() => answer(response, 400, 'bad request'));
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
  replays: ReplayGuard,
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
  let event: ForgeEvent;
  try {
    event = receiveWebhook({ headers: request.headers, body }, { secret: options.secret, replays });
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    // Somebody who knows the secret says that something happened, such as a hook of one's own.
    if (error.code === 'WEBHOOK_UNREADABLE') options.onPush();
    return answer(response, STATUS[error.code], error.message);
  }
  if (event.type === 'push') options.onPush();
  try {
    await options.onEvent?.(event);
  } catch {
    replays.forget({ id: deliveryOf(request.headers), body });
    return answer(response, 503, 'not for the moment');
  }
  return answer(response, 202, 'accepted');
}

const STATUS = { WEBHOOK_SIGNATURE: 401, WEBHOOK_REPLAYED: 409, WEBHOOK_UNREADABLE: 400 } as const;

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
