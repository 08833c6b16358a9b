import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { packageRoot } from '../../synth/version.ts';

/** `truekeel` as a process. */
export class Running {
  readonly #child: ChildProcess;
  readonly #closed: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly #waiting = new Map<RegExp, (line: string) => void>();
  /** Of both streams, which reach us in any order. */
  readonly lines: string[] = [];
  readonly printed: string[] = [];

  constructor(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const main = join(packageRoot(), 'synth/cli/main.ts');
    this.#child = spawn(process.execPath, ['--conditions=source', main, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: cwd, ...env },
    });
    onTestFinished(() => void this.#child.kill('SIGKILL'));
    const { stdout, stderr } = this.#child;
    for (const stream of [stdout, stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.#onLine(line));
    }
    if (stdout) createInterface({ input: stdout }).on('line', (line) => this.printed.push(line));
    this.#closed = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  /** The first line that matches; waits for it. */
  async line(pattern: RegExp): Promise<string> {
    const found = this.lines.find((line) => pattern.test(line));
    if (found !== undefined) return found;
    const ended = this.#closed.then(({ code }) => {
      throw new Error(`the process ended with ${code}:\n${this.lines.join('\n')}`);
    });
    return Promise.race([ended, new Promise<string>((resolve) => this.#waiting.set(pattern, resolve))]);
  }

  /** Sends a signal and waits for the end. @returns the exit code */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    return (await this.#closed).code;
  }

  #onLine(line: string): void {
    this.lines.push(line);
    for (const [pattern, resolve] of this.#waiting) if (pattern.test(line)) resolve(line);
  }
}
