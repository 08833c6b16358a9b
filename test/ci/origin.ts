/** A forge as one address: its Git over HTTP, which asks who one is, and its API, recorded. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Exchange, recordedForge } from '../../lib/forge/testing/recorded.ts';
import { project } from '../e2e/clusters.ts';
import { configMap, staging } from '../e2e/programs.ts';
import type { Project } from '../e2e/project.ts';
import { serveGit } from '../git/http-server.ts';
import type { Machine } from './machine.ts';

export interface OriginOptions {
  /** `owner/name` */
  readonly repository: string;
  /** `user:password` of who may fetch, and of who may push. */
  readonly fetch: string;
  readonly push: string;
  /** The pull request's refs, as the forge calls them: of its head, of what merging it gives. */
  readonly refs: Readonly<Record<string, 'head' | 'merge'>>;
  /** What is asked of the API, told what the head of the pull request is, and what merging it gives. */
  readonly exchanges?: (head: string, merged: string) => readonly Exchange[];
}

export interface Origin {
  /** Without a slash at the end. */
  readonly url: string;
  readonly head: string;
  /** The repository itself. */
  git(...args: readonly string[]): string;
  /** Brings the pull request into `main`. */
  merge(): void;
}

/** A program on `main` with some history, and a pull request that changes it. */
export async function origin(machine: Machine, options: OriginOptions): Promise<Origin> {
  const { repository, refs } = options;
  const root = machine.path('origin');
  const bare = join(root, `${repository}.git`);
  mkdirSync(bare, { recursive: true });
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: bare, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  git('init', '--quiet', '--bare', '--initial-branch=main');
  git('config', 'http.receivepack', 'true');
  const at = project();
  const program = (a: string) => staging('shop', { web: { settings: configMap({ a }) } });
  at.commit('A program', { 'main.ts': program('1') });
  at.commit('A word about it', { 'README.md': 'A shop.\n' });
  at.git('checkout', '--quiet', '-b', 'change');
  const head = at.commit('A change', { 'main.ts': program('2') });
  at.git('checkout', '--quiet', 'main');
  at.git('merge', '--quiet', '--no-ff', '--message', 'Merge', 'change');
  publish(at, bare, { 'refs/heads/main': 'main~1', 'refs/heads/change': 'change' });
  for (const [ref, what] of Object.entries(refs))
    publish(at, bare, { [ref]: what === 'head' ? 'change' : 'main' });
  const recorded = await recordedForge(options.exchanges?.(head, at.git('rev-parse', 'main')) ?? []);
  const [fetch, push] = await Promise.all([
    serveGit({ root, credentials: options.fetch }),
    serveGit({ root, credentials: options.push }),
  ]);
  const url = await front((path) =>
    path.startsWith('/api/') ? recorded.url : /receive-pack/.test(path) ? push : fetch,
  );
  return { url, head, git, merge: () => publish(at, bare, { 'refs/heads/main': 'main' }) };
}

function publish(at: Project, bare: string, refs: Readonly<Record<string, string>>): void {
  at.git('push', '--quiet', bare, ...Object.entries(refs).map(([to, from]) => `+${from}:${to}`));
}

/** Hands each request on to the server that is in charge of its path. */
async function front(serverOf: (path: string) => string): Promise<string> {
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const { method } = request;
    // The name of a scheme is the same in any case (RFC 9110, section 11.1), which the servers of the tests do not know.
    const authorization = request.headers.authorization?.replace(/^basic /i, 'Basic ');
    const headers = { ...request.headers, ...(authorization && { authorization }) };
    const passed = send(serverOf(path) + path, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
