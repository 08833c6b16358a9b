/** An agent under test: a repository served over HTTP with a password, a developer's clone of it, and a log that can be
 * waited on. */
import { createHmac, randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { expect, onTestFailed, onTestFinished } from 'vitest';
import type { KubeClient } from '../../lib/kube/index.ts';
import { NO_KEYS } from '../../lib/sealed/index.ts';
import { type AgentOptions, runAgent } from '../../synth/agent/agent.ts';
import type { AgentLog } from '../../synth/agent/log.ts';
import { serveGit } from '../git/http-server.ts';
import { bare, scratch } from '../git/scratch.ts';
import { project } from './clusters.ts';
import type { Project } from './project.ts';

export interface LogLine {
  readonly level: keyof AgentLog;
  readonly msg: string;
  readonly [data: string]: unknown;
}

const PASSWORD = 'pass-word-of-the-repository';
const SECRET = 'secret-of-the-webhook';

export class AgentBench {
  readonly project: Project;
  readonly lines: LogLine[] = [];
  /** Path of the bare repository. */
  readonly remote: string;
  /** While true, every request to the repository fails. */
  gitIsAway = false;
  /** Happens once, when the agent next pushes. */
  beforePush: (() => Promise<void>) | undefined;
  readonly #controller = new AbortController();
  #listeners: (() => void)[] = [];
  #stopped: Promise<void> | undefined;

  constructor() {
    this.project = project();
    this.remote = bare('shop.git');
    this.project.git('remote', 'add', 'origin', this.remote);
  }

  /** Commits a program and pushes it. @returns the source commit */
  push(text: string, subject = 'A change'): string {
    const commit = this.project.commit(subject, { 'main.ts': text });
    this.project.git('push', '--quiet', 'origin', 'main');
    return commit;
  }

  /** Starts the agent; it looks again only when it is woken, or after `pollMs`. */
  async start(
    client: KubeClient,
    { renders = true, ...options }: Partial<AgentOptions> & { readonly renders?: boolean } = {},
  ): Promise<void> {
    const server = await serveGit({
      root: dirname(this.remote),
      credentials: `agent:${PASSWORD}`,
      before: async ({ method, url }) => {
        if (this.gitIsAway) throw new Error('the repository is away');
        if (method !== 'POST' || !url?.endsWith('/git-receive-pack')) return;
        const action = this.beforePush;
        this.beforePush = undefined;
        await action?.();
      },
    });
    this.#stopped = runAgent(
      {
        client,
        url: `${server.replace('http://', `http://agent:${PASSWORD}@`)}/shop.git`,
        environment: 'staging',
        ...(renders && { program: 'main.ts' }),
        state: scratch(),
        packages: `${this.project.directory}/node_modules`,
        pollMs: 600_000,
        timeoutMs: 60_000,
        limits: {},
        programLimits: {},
        auditMs: 600_000,
        openSecret: NO_KEYS,
        log: this.#log(),
        webhook: { port: 0, host: '127.0.0.1', secret: SECRET },
        ...options,
      },
      this.#controller.signal,
    );
    onTestFinished(() => this.stop());
    onTestFailed(() => console.log(this.lines.map((line) => JSON.stringify(line)).join('\n')));
    await this.line('started');
  }

  /** Stops the agent, which has to end well and to have told nothing that it must not. */
  async stop(): Promise<void> {
    this.#controller.abort();
    await this.#stopped;
    const told = JSON.stringify(this.lines);
    expect(told).not.toContain(PASSWORD);
    expect(told).not.toContain(SECRET);
  }

  /** The first line with the message, at or after a place in the log; waits for it. */
  async line(msg: string | RegExp, from = 0): Promise<LogLine> {
    for (;;) {
      const found = this.lines.slice(from).find((line) => line.msg.match(msg));
      if (found) return found;
      await new Promise<void>((resolve) => void this.#listeners.push(resolve));
    }
  }

  /** Calls the webhook as a forge does. @returns the HTTP status */
  async callWebhook(signed: 'signed' | 'unsigned' = 'signed'): Promise<number> {
    const { url } = await this.line('listening for pushes');
    const body = JSON.stringify({
      ref: 'refs/heads/main',
      before: '0'.repeat(40),
      // No two calls are alike: what comes again is refused.
      after: randomBytes(20).toString('hex'),
      repository: { full_name: 'agent/shop' },
    });
    const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
    const response = await fetch(String(url), {
      method: 'POST',
      body,
      headers: { 'x-github-event': 'push', ...(signed === 'signed' && { 'x-hub-signature-256': signature }) },
    });
    return response.status;
  }

  /** The HTTP status of `/readyz`. */
  async readiness(): Promise<number> {
    const { url } = await this.line('listening for pushes');
    return (await fetch(new URL('/readyz', String(url)))).status;
  }

  #log(): AgentLog {
    const at = (level: keyof AgentLog) => (data: object, msg: string) => {
      this.lines.push({ level, msg, ...data });
      const listeners = this.#listeners;
      this.#listeners = [];
      for (const listener of listeners) listener();
    };
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  }
}
