/** A server that takes notifications, and answers them as a test wants it to. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

interface Posted {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Sink {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly posted: readonly Posted[];
  /** The first one that fits; waits for it. */
  when(fits: (posted: Posted) => boolean): Promise<Posted>;
}

/** @param answers to the first requests; those after them are taken */
export async function startSink(...answers: readonly Answer[]): Promise<Sink> {
  const posted: Posted[] = [];
  const listeners: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    const { status, headers } = answers[posted.length] ?? { status: 204 };
    posted.push({ path: request.url ?? '', headers: request.headers, body: await json(request) });
    response.writeHead(status, headers).end();
    for (const listener of listeners.splice(0)) listener();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posted,
    async when(fits) {
      for (;;) {
        const found = posted.find(fits);
        if (found) return found;
        await new Promise<void>((resolve) => void listeners.push(resolve));
      }
    },
  };
}
