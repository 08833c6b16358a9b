/** The agent as a process of its own, and what it logs. */

import { type ChildProcess, spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { counted } from '../../lib/objects/index.ts';
import { packageRoot } from '../version.ts';

export interface LogLine {
  readonly msg: string;
  /** When it arrived here, as `performance.now()`. */
  readonly at: number;
  readonly [field: string]: unknown;
}

/** What the agent speaks of: a commit by its subject, an object, a rendered commit by its size. */
export function subjectOf({ subject, object, rendered, objects }: LogLine): string {
  const named = subject ?? object;
  if (named !== undefined) return String(named);
  return objects === undefined
    ? ''
    : `${String(rendered).slice(0, 7)}, ${counted(Number(objects), 'object')}`;
}

const PATIENCE_MS = 60_000;

export class AgentProcess {
  readonly #child: ChildProcess;
  readonly #lines: LogLine[] = [];
  readonly #listeners = new Set<() => void>();
  #ended = false;

  /** @param args of `truekeel agent` */
  constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    const main = join(packageRoot(), 'synth', 'cli', 'main.ts');
    this.#child = spawn(process.execPath, ['--conditions=source', main, 'agent', ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.#lines.push({ ...JSON.parse(line), at: performance.now() });
      for (const listener of this.#listeners) listener();
    });
    this.#child.on('exit', () => {
      this.#ended = true;
      for (const listener of this.#listeners) listener();
    });
  }

  /** The first line after a moment for which `matches` holds.
   * @throws Error when the agent ended, or nothing came in a minute */
  async line(since: number, matches: (line: LogLine) => boolean): Promise<LogLine> {
    const find = (): LogLine | undefined => this.#lines.find((line) => line.at >= since && matches(line));
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        const found = find();
        if (!found && !this.#ended) return;
        clearTimeout(patience);
        this.#listeners.delete(settle);
        if (found) resolve(found);
        else reject(new Error('the agent ended'));
      };
      const patience = setTimeout(() => {
        this.#listeners.delete(settle);
        reject(
          new Error(
            `the agent said nothing of the kind:\n${this.#lines.map((line) => JSON.stringify(line)).join('\n')}`,
          ),
        );
      }, PATIENCE_MS);
      this.#listeners.add(settle);
      settle();
    });
  }

  /** Lines that arrived after a moment. */
  since(moment: number): readonly LogLine[] {
    return this.#lines.filter((line) => line.at >= moment);
  }

  /** Asks it to stop, and waits until it has. */
  async stop(): Promise<void> {
    if (this.#ended) return;
    await new Promise<void>((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.kill('SIGTERM');
    });
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}
