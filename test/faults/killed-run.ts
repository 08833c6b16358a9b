/** A run in a process of its own that is killed at one of its requests. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Order, Report } from './engine-process.ts';
import { isMutating, type SeenRequest } from './fault.ts';
import { startFaultProxy } from './fault-proxy.ts';
import type { Scenario } from './scenario.ts';
import type { ServerUnderTest } from './servers.ts';

/** `before`: the n-th request does not get to the server. `after`: the n-th write has been done, and the answer is on
 * its way. */
export interface Position {
  readonly when: 'before' | 'after';
  readonly number: number;
}

export interface KilledRun {
  /** Absent when it was killed. */
  readonly report?: Report;
  readonly requests: readonly SeenRequest[];
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts processes that know their program already when they are told what to do with it. */
export class EngineProcesses implements Disposable {
  readonly #compiled = mkdtempSync(join(tmpdir(), 'truekeel-faults-'));

  start(): Child {
    const file = join(import.meta.dirname, 'engine-process.ts');
    return spawn(process.execPath, ['--conditions=source', file], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, NODE_COMPILE_CACHE: this.#compiled },
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.#compiled, { recursive: true, force: true });
  }
}

/** @param position undefined: it is not killed
 * @throws Error when the process ends by itself without a report */
export async function runAndKill(
  child: Child,
  server: ServerUnderTest,
  scenario: Scenario,
  position: Position | undefined,
): Promise<KilledRun> {
  let writes = 0;
  const kill = () => child.kill('SIGKILL');
  const proxy = await startFaultProxy(server, {
    decide({ number }) {
      const isHere = position?.when === 'before' && number === position.number;
      if (isHere) kill();
      // What the dying process still says is not heard any more.
      return isHere || child.killed ? { kind: 'silent stream', acted: false } : undefined;
    },
    onActed(request) {
      if (!isMutating(request)) return;
      writes += 1;
      if (position?.when === 'after' && writes === position.number) kill();
    },
  });
  const ended = once(child, 'close');
  const order: Order = {
    server: proxy.url,
    ca: proxy.ca,
    token: server.token,
    environment: scenario.environment,
    program: scenario.after,
  };
  child.stdin.end(JSON.stringify(order));
  const [said, complaint] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  await proxy.idle();
  await proxy.close();
  if (child.killed) return { requests: proxy.requests };
  if (said === '') throw new Error(`the engine ended without a report: ${complaint}`);
  return { report: JSON.parse(said) as Report, requests: proxy.requests }; // by engine-process.ts
}
