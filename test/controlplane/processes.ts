/** Server processes that never outlive the process that started them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { GuardOrder } from './guard.ts';

export interface Server {
  readonly name: string;
  readonly pid: number;
  /** Rejects when the process ends before {@link ProcessGroup.stop} was called; never resolves. */
  readonly failed: Promise<never>;
}

/** Starts servers in one folder, keeps their output there as `NAME.log`, and removes everything at the end. */
export class ProcessGroup {
  readonly #directory: string;
  readonly #guard: ChildProcess;
  readonly #children = new Map<string, ChildProcess>();
  readonly #ended = new WeakSet<ChildProcess>();
  #stopping = false;

  /** @param directory must exist; it is removed when the group is stopped, or its owner dies */
  constructor(directory: string) {
    this.#directory = directory;
    this.#guard = spawn(process.execPath, [join(import.meta.dirname, 'guard.ts')], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // A program that forgets to stop its servers may still end: the guard cleans up behind it.
    this.#guard.unref();
    if (this.#guard.stdin instanceof Socket) this.#guard.stdin.unref();
    this.#order({ remove: directory });
  }

  start(name: string, command: string, args: readonly string[]): Server {
    const log = openSync(this.#log(name), 'a');
    // Detached, so that Ctrl-C in a terminal reaches only the owner, which then stops things in order.
    const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log], cwd: this.#directory });
    closeSync(log);
    child.unref();
    this.#children.set(name, child);
    const { pid } = child;
    if (pid !== undefined) this.#order({ kill: pid });
    const failed = new Promise<never>((_, reject) => {
      child.once('error', (error) => reject(new Error(`${name} did not start`, { cause: error })));
      child.once('exit', (code, signal) => {
        if (pid !== undefined) this.#order({ spare: pid });
        const isMeant = this.#stopping || this.#ended.has(child);
        if (!isMeant) reject(new Error(`${name} ended with ${signal ?? code}\n${this.tail(name)}`));
      });
    });
    // Whoever waits for the server races against this; nobody waiting is no reason to end the process.
    failed.catch(() => {});
    return { name, pid: pid ?? 0, failed };
  }

  /** Kills one server, which may then be started again. Nobody who waits for it is told that it failed. */
  async end(name: string): Promise<void> {
    const child = this.#children.get(name);
    if (!child || !isRunning(child)) return;
    this.#ended.add(child);
    const exited = exitOf(child);
    child.kill('SIGKILL');
    await exited;
  }

  /** The last lines that a server wrote. */
  tail(name: string, lines = 15): string {
    return readFileSync(this.#log(name), 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }

  /** Kills the servers at once (their data is thrown away) and resolves when all are gone, and the folder too. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const running = [...this.#children.values()].filter(isRunning);
    const ended = running.map(exitOf);
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(ended);
    if (!isRunning(this.#guard)) return;
    const guardEnded = exitOf(this.#guard);
    this.#guard.stdin?.end();
    await guardEnded;
  }

  #order(order: GuardOrder): void {
    this.#guard.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  #log(name: string): string {
    return join(this.#directory, `${name}.log`);
  }
}

/** Asks again and again until the answer is yes; a server that cannot be reached yet says no.
 * @throws Error when the server's process ends first, or it takes longer than a minute */
export async function until(server: Server, isReady: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  const ask = async () => {
    while (performance.now() < deadline) {
      if (await isReady().catch(() => false)) return;
      await delay(25);
    }
    throw new Error(`${server.name} was not ready after a minute`);
  };
  await Promise.race([ask(), server.failed]);
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function exitOf(child: ChildProcess): Promise<unknown> {
  child.ref();
  return once(child, 'exit');
}
