/** What the benchmark programs share: timing of whole processes, medians, and the JSON that they print. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const REPOSITORY = dirname(import.meta.dirname);

/** A program and its arguments. */
export type Command = readonly [string, ...(readonly string[])];

export interface ProcessRun {
  /** From before the process was started until it ended and its output was read. */
  readonly ms: number;
  readonly stdout: string;
  /** The most memory that the program itself held at a time, as the kernel counts it; 0 where it does not say (it is
   * asked every few milliseconds, and a program that ends between is not seen at its end). */
  readonly peakRssMb: number;
}

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Fed to standard input. */
  readonly input?: Buffer;
}

/** Runs a program from start to end and takes the time.
 * @throws Error with the end of its output when it does not end with 0 */
export function timeProcess(
  [program, ...args]: Command,
  { cwd = REPOSITORY, env = {}, input }: ProcessOptions = {},
): Promise<ProcessRun> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, args, {
      cwd,
      // The same Node for whatever the program starts in its turn.
      env: {
        ...process.env,
        PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
        NO_COLOR: '1',
        ...env,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    let peakRssMb = 0;
    const watch = setInterval(() => {
      peakRssMb = Math.max(peakRssMb, peakRss(child.pid));
    }, 20);
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    // A program that ends before it has read everything is judged by its exit code.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const ms = performance.now() - started;
      clearInterval(watch);
      const stdout = Buffer.concat(output).toString('utf8');
      if (code === 0) return resolve({ ms, stdout, peakRssMb });
      const said = (Buffer.concat(errors).toString('utf8') + stdout).trim().slice(-2000);
      reject(new Error(`${program} ${args.join(' ')} ended with ${signal ?? code}\n${said}`));
    });
  });
}

/** Linux' `VmHWM`: the high-water mark of the resident set, in MB. */
function peakRss(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

/** The middle one, or the mean of the two in the middle.
 * @throws Error when there is none */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new Error('no values to take the median of');
  return (low + high) / 2;
}

export interface Timing {
  readonly medianMs: number;
  /** Every round, in order. */
  readonly ms: readonly number[];
}

export function timing(ms: readonly number[]): Timing {
  return { medianMs: Math.round(median(ms)), ms: ms.map(Math.round) };
}

/** How much of the peer's time was taken, by medians; two decimals. */
export function ratio(own: readonly number[], peer: readonly number[]): number {
  return Math.round((median(own) / median(peer)) * 100) / 100;
}

/** Runs the contestants of one round one after another, in every round beginning with the next of them, so that none
 * always has the warmer machine.
 * @returns their results, in the order in which they were given */
export async function takeTurns<T>(
  round: number,
  contestants: readonly (() => Promise<T>)[],
): Promise<readonly T[]> {
  const results = new Map<number, T>();
  const order = [...contestants.entries()];
  const first = round % order.length;
  for (const [index, contestant] of [...order.slice(first), ...order.slice(0, first)]) {
    results.set(index, await contestant());
  }
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}

/** Runs all rounds.
 * @returns for each contestant its results, in the order of rounds */
export async function alternate<T>(
  rounds: number,
  contestants: readonly (() => Promise<T>)[],
): Promise<readonly (readonly T[])[]> {
  const results: T[][] = contestants.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    const turn = await takeTurns(round, contestants);
    for (const [index, result] of turn.entries()) results[index]?.push(result);
  }
  return results;
}

export interface Settings {
  readonly objects: number;
  readonly rounds: number;
  /** The command line's main file, relative to the repository. */
  readonly cli: string;
}

/** From `--objects N --rounds N --cli FILE`. The command line is run unbuilt, as in a checkout, unless told
 * otherwise: people have it built, `build/synth/cli/main.js`, which starts faster.
 * @throws Error when a number is not positive and whole */
export function settingsFrom(
  args: readonly string[],
  defaults: { readonly objects: number; readonly rounds: number },
): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      objects: { type: 'string' },
      rounds: { type: 'string' },
      cli: { type: 'string', default: 'synth/cli/main.ts' },
    },
  });
  const whole = (name: keyof typeof defaults) => {
    const value = values[name] === undefined ? defaults[name] : Number(values[name]);
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a positive whole number`);
    return value;
  };
  return { objects: whole('objects'), rounds: whole('rounds'), cli: values.cli };
}

/** The command that runs Truekeel with these arguments. */
export function truekeelCommand({ cli }: Settings, ...args: readonly string[]): Command {
  return [process.execPath, resolve(REPOSITORY, cli), ...args];
}

/** What the figures were taken on: they mean nothing elsewhere, the ratios do. */
export function machine(): object {
  return {
    system: `${type()} ${release()} ${process.arch}`,
    processors: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    loadAverage: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

/** Takes the machine's state, runs the benchmark, prints one JSON document. Says on standard error what it is at. */
export async function report(
  benchmark: string,
  settings: Settings,
  run: (progress: (line: string) => void) => Promise<object>,
): Promise<void> {
  const before = machine();
  const results = await run((line) => console.error(`${benchmark}: ${line}`));
  console.log(JSON.stringify({ benchmark, machine: before, settings, ...results }, null, 2));
}
