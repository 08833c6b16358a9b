/** Runs in a process of their own that is killed when each of them is at a certain request. Several at a time, since a
 * process takes longer to start than a run. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { Order, Report } from './engine-process.ts';
import { isMutating, type SeenRequest } from './fault.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import type { Scenario } from './scenario.ts';
import type { ServerUnderTest } from './servers.ts';

/** `before`: the n-th request does not get to the server. `after`: the n-th write is done, and its answer is on the
 * way. Whatever the process says later is not heard either. */
export interface Position {
  readonly when: 'before' | 'after';
  readonly number: number;
}

export interface KilledRun {
  /** Absent when it was killed. */
  readonly report?: Report;
  readonly requests: readonly SeenRequest[];
}

export class EngineProcesses implements Disposable {
  readonly #compiled = mkdtempSync(join(tmpdir(), 'truekeel-faults-'));

  /** @param positions one for each scenario; undefined: it is not killed
   * @throws Error when the process ends by itself and has not reported all runs */
  async runAndKill(
    server: ServerUnderTest,
    scenarios: readonly Scenario[],
    positions: readonly (Position | undefined)[],
  ): Promise<readonly KilledRun[]> {
    const runs = await Promise.all(
      scenarios.map((scenario, index) => startRun(server, scenario, positions[index])),
    );
    const child = spawn(
      process.execPath,
      ['--conditions=source', join(import.meta.dirname, 'engine-process.ts')],
      {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...process.env, NODE_COMPILE_CACHE: this.#compiled },
      },
    );
    const ended = once(child, 'close');
    const complaint = text(child.stderr);
    const reports = new Map<string, Report>();
    createInterface({ input: child.stdout }).on('line', (line) => {
      const report = JSON.parse(line) as Report; // by engine-process.ts
      reports.set(report.environment, report);
      runs.find(({ order }) => order.environment === report.environment)?.arrived.resolve();
    });
    child.stdin.end(JSON.stringify(runs.map(({ order }) => order)));
    const allArrived = Promise.all(runs.map(({ arrived }) => arrived.promise));
    await Promise.race([allArrived, ended]);
    // One that is done ends by itself, and leaves what it has compiled to the others.
    if (runs.some(({ order }) => !reports.has(order.environment))) child.kill('SIGKILL');
    await ended;
    await Promise.all(runs.map(({ proxy }) => proxy.idle()));
    await Promise.all(runs.map(({ proxy }) => proxy.close()));
    if (!child.killed && reports.size < runs.length)
      throw new Error(`the engines ended without a report: ${await complaint}`);
    return runs.map(({ order, proxy }) => {
      const report = reports.get(order.environment);
      return { requests: proxy.requests, ...(report && { report }) };
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.#compiled, { recursive: true, force: true });
  }
}

interface Run {
  readonly order: Order;
  readonly proxy: FaultProxy;
  /** At its position, or at its end. */
  readonly arrived: PromiseWithResolvers<void>;
}

async function startRun(
  server: ServerUnderTest,
  scenario: Scenario,
  position: Position | undefined,
): Promise<Run> {
  const arrived = Promise.withResolvers<void>();
  let isThere = false;
  let writes = 0;
  const arrive = () => {
    isThere = true;
    arrived.resolve();
  };
  let last: SeenRequest | undefined;
  const proxy = await startFaultProxy(server, {
    decide(request) {
      if (position?.when === 'before' && request.number === position.number) arrive();
      if (isThere) return { kind: 'silent stream', acted: false };
      if (isMutating(request)) writes += 1;
      if (position?.when !== 'after' || writes !== position.number || last) return undefined;
      last = request;
      return { kind: 'silent stream', acted: true };
    },
    onActed(request) {
      if (request === last) arrive();
    },
  });
  const { environment, after: program } = scenario;
  const order = { server: proxy.url, ca: proxy.ca, token: server.token, environment, program };
  return { order, proxy, arrived };
}
