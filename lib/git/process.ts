/** Runs the system's `git`: an argument array, never a shell. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gitEnvironment, withConfiguration } from './environment.ts';
import { GitError } from './errors.ts';

export interface RunOptions {
  readonly cwd: string;
  /** Written to standard input. */
  readonly input?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Added to the scrubbed environment: identities, for the commands that need one. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Configuration for this child alone; it does not show on its command line. */
  readonly configuration?: readonly (readonly [key: string, value: string])[];
  readonly signal?: AbortSignal;
  /** The child is ended after this many milliseconds. No limit when absent. */
  readonly timeoutMs?: number;
  /** The command talks to a remote. It gets a session of its own: no terminal on which ssh could ask for
   * something, and its helpers can be ended with it. */
  readonly transfer?: boolean;
}

export interface RunResult {
  /** 0 when it went well. */
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs `git` and returns whatever it answered, also when it failed.
 * @throws GitError `GIT_NOT_FOUND` when there is no git, `GIT_CANCELLED` when it was aborted or took too long */
export async function runGit(args: readonly string[], options: RunOptions): Promise<RunResult> {
  const name = args.find((arg) => /^[a-z]+(?:-[a-z]+)*$/.test(arg)) ?? '';
  if (options.signal?.aborted) throw new GitError('GIT_CANCELLED', `git ${name} was cancelled`);
  const child = spawn('git', args, {
    cwd: options.cwd,
    env: childEnvironment(options),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    detached: options.transfer === true && process.platform !== 'win32',
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A child that ends without reading its input closes the pipe; its exit code says what happened.
  child.stdin.on('error', () => undefined);
  const feeding = feed(child.stdin, options.input ?? '');

  const { code, ended } = await outcome(child, options);
  await feeding;
  if (code === null) {
    throw new GitError('GIT_CANCELLED', `git ${name} was ended: ${ended ?? 'by somebody else'}`, {
      hint: 'Run it again when the other side answers.',
    });
  }
  return { exitCode: code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') };
}

/** @throws what the input throws while it is read; that the child did not want all of it is no error */
async function feed(stdin: Writable, input: NonNullable<RunOptions['input']>): Promise<void> {
  if (typeof input === 'string' || input instanceof Uint8Array) {
    stdin.end(input);
    return;
  }
  let failed: unknown;
  async function* chunks(source: AsyncIterable<Uint8Array>) {
    try {
      yield* source;
    } catch (error) {
      failed = error;
    }
  }
  await pipeline(chunks(input), stdin).catch(() => undefined);
  if (failed !== undefined) throw failed;
}

/** Waits for the child, and ends it when the caller does not want to wait any longer. */
async function outcome(
  child: ChildProcess,
  options: RunOptions,
): Promise<{ readonly code: number | null; readonly ended: string | undefined }> {
  let ended: string | undefined;
  const end = (why: string) => {
    ended ??= why;
    endChild(child, options.transfer === true);
  };
  const onAbort = () => end('it was cancelled');
  const { signal, timeoutMs } = options;
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => end(`no end after ${timeoutMs} ms`), timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (options.transfer) endWithProcess(child);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', (error) => reject(startError(error, options.cwd)));
      child.on('close', resolve);
    });
    return { code: ended === undefined ? code : null, ended };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    transfers.delete(child);
  }
}

/** Transfers under way. In a session of their own they would outlive a process that is interrupted. */
const transfers = new Set<ChildProcess>();
let watchesExit = false;

function endWithProcess(child: ChildProcess): void {
  transfers.add(child);
  if (watchesExit) return;
  watchesExit = true;
  process.once('exit', () => {
    for (const transfer of transfers) endChild(transfer, true);
  });
}

/** Ends a child with the helpers that it started: `git-remote-https` would wait for its answer alone. */
function endChild(child: ChildProcess, transfer: boolean): void {
  if (child.pid === undefined) return;
  try {
    if (transfer && process.platform !== 'win32') process.kill(-child.pid, 'SIGTERM');
    else child.kill();
  } catch {
    // It has ended by itself.
  }
}

export function childEnvironment(
  options: Pick<RunOptions, 'environment' | 'configuration'>,
): Record<string, string> {
  const environment = { ...gitEnvironment(process.env), ...options.environment };
  return options.configuration ? withConfiguration(environment, options.configuration) : environment;
}

export function startError(error: Error, cwd: string): GitError {
  const code = 'code' in error ? error.code : undefined;
  if (error.name === 'AbortError')
    return new GitError('GIT_CANCELLED', 'git was cancelled', { cause: error });
  if (code === 'ENOENT') {
    return new GitError('GIT_NOT_FOUND', `git could not be started in ${cwd}`, {
      hint: 'Install git 2.30 or newer and put it on PATH; check that the directory exists.',
      cause: error,
    });
  }
  return new GitError('GIT_FAILED', `git could not be started: ${error.message}`, { cause: error });
}
