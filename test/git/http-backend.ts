/** Git over smart HTTP on loopback: `git http-backend` behind node:http. */
import { execFileSync, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface HttpServerOptions {
  /** Directory that holds the bare repositories. */
  readonly root: string;
  /** Answers every request without this `user:password` with 401. */
  readonly credentials?: string;
  /** Called before each request is handed on, to let something else happen first. */
  readonly before?: (request: IncomingMessage) => Promise<void> | void;
}

export interface GitServer {
  /** URL of the directory, without a slash at the end. */
  readonly url: string;
  readonly server: Server;
}

export async function startGitServer(options: HttpServerOptions): Promise<GitServer> {
  const backend = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
  const server = createServer((request, response) => {
    answer(backend, options, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

async function answer(
  backend: string,
  options: HttpServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const expected = options.credentials && `Basic ${Buffer.from(options.credentials).toString('base64')}`;
  if (expected && request.headers.authorization !== expected) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    return;
  }
  await options.before?.(request);
  const url = new URL(request.url ?? '/', 'http://localhost');
  const child = spawn(backend, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: options.root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'test',
      REQUEST_METHOD: request.method,
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    },
  });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  const output = Buffer.concat(chunks);
  const end = output.indexOf('\r\n\r\n');
  let status = 200;
  const headers: Record<string, string> = {};
  for (const line of output.toString('latin1', 0, end).split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (name === 'status') status = Number.parseInt(line.slice(colon + 1), 10);
    else headers[name] = line.slice(colon + 1).trim();
  }
  response.writeHead(status, headers).end(output.subarray(end + 4));
}
