/** Where the demo plays: numbered steps with their times, commands as a person would type them. */
import { execFileSync } from 'node:child_process';
import { run } from '../cli/program.ts';
import { seconds } from '../cli/seconds.ts';
import { processTerminal, type Terminal } from '../cli/terminal.ts';

export class Stage {
  readonly terminal: Terminal;
  readonly #startedAt = performance.now();
  #step = 0;

  constructor() {
    const terminal = processTerminal(process, { color: true });
    // One stream, in order: a demo is read, not piped. Nothing to ask, nothing to redraw.
    this.terminal = { ...terminal, err: terminal.out, live: false, interactive: false };
  }

  /** Does one step and prints how long it took. */
  async step<T>(title: string, play: () => Promise<T>): Promise<T> {
    const { out, paint } = this.terminal;
    out('');
    out(paint('bold', `── ${++this.#step}. ${title}`));
    const started = performance.now();
    const value = await play();
    out(paint('dim', `   ${seconds(performance.now() - started)}`));
    return value;
  }

  /** Runs `truekeel` as it is run in a shell. @throws Error when the exit code is another than expected */
  async truekeel(cwd: string, args: readonly string[], expected = 0): Promise<void> {
    this.terminal.out(`${this.terminal.paint('cyan', '$')} truekeel ${args.join(' ')}`);
    const exit = await run(args, { terminal: this.terminal, cwd });
    if (exit !== expected) throw new Error(`truekeel ${args[0]} ended with ${exit}`);
  }

  /** Runs Git and prints what it says. */
  git(cwd: string, ...args: readonly string[]): void {
    this.terminal.out(`${this.terminal.paint('cyan', '$')} git ${args.join(' ')}`);
    const said = quietGit(cwd, ...args);
    for (const line of said.split('\n').filter((line) => line !== '')) this.terminal.out(`  ${line}`);
  }

  say(line: string): void {
    this.terminal.out(line);
  }

  get elapsed(): string {
    return seconds(performance.now() - this.#startedAt);
  }
}

/** Runs Git as the demo's developer. */
export function quietGit(cwd: string, ...args: readonly string[]): string {
  const identity = [
    '-c',
    'user.name=Demo',
    '-c',
    'user.email=demo@example.com',
    '-c',
    'advice.detachedHead=false',
  ];
  return execFileSync('git', [...identity, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trimEnd();
}
