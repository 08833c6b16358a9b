/** Runs the system's `git`: an argument array, never a shell. */
import { spawn } from 'node:child_process';
import { gitEnvironment, withConfiguration } from './environment.ts';
import { GitError } from './errors.ts';

export interface RunOptions {
  readonly cwd: string;
  /** Written to standard input. */
  readonly input?: string | Uint8Array;
  /** Added to the scrubbed environment: identities, for the commands that need one. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Configuration for this child alone; it does not show on its command line. */
  readonly configuration?: readonly (readonly [key: string, value: string])[];
  readonly signal?: AbortSignal;
  /** The child is ended after this many milliseconds. No limit when absent. */
  readonly timeoutMs?: number;
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
  options.signal?.throwIfAborted();
  const child = spawn('git', args, {
    cwd: options.cwd,
    env: childEnvironment(options),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    ...(options.signal && { signal: options.signal }),
    ...(options.timeoutMs !== undefined && { timeout: options.timeoutMs }),
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A child that ends without reading its input closes the pipe; its exit code says what happened.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');

  const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>(
    (resolve, reject) => {
      child.on('error', (error) => reject(startError(error, options.cwd)));
      child.on('close', (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }));
    },
  );
  if (code === null) {
    throw new GitError(
      'GIT_CANCELLED',
      `git ${args.find((arg) => /^[a-z]/.test(arg)) ?? ''} was ended by ${signal}`,
      {
        hint: options.timeoutMs === undefined ? 'Run it again.' : `It was given ${options.timeoutMs} ms.`,
      },
    );
  }
  return { exitCode: code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') };
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
