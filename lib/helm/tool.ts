/** Runs Helm, which has to be on PATH or named by `TRUEKEEL_HELM`. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { ChartProblem } from './problem.ts';

export interface Helm {
  readonly program: string;
}

/** @throws ChartProblem `HELM_NOT_FOUND` */
export function findHelm(env: NodeJS.ProcessEnv): Helm {
  const named = env.TRUEKEEL_HELM;
  // What is relative, or empty, would be looked for in the repository.
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const places = named ? [named] : folders.map((folder) => join(folder, 'helm'));
  const program = places.find(isExecutable);
  if (program !== undefined) return { program };
  throw new ChartProblem(
    'HELM_NOT_FOUND',
    named ? `TRUEKEEL_HELM names ${named}, which cannot be run` : 'there is no helm on PATH',
    'Install Helm (https://helm.sh/docs/intro/install), or name it with TRUEKEEL_HELM.',
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** What it reads. */
  readonly input?: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  /** Has somebody look at the process while it runs.
   * @returns for clearInterval */
  readonly watch?: (pid: number | undefined, tooMuch: () => void) => NodeJS.Timeout | undefined;
}

export interface Ran {
  /** Null when it was ended. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it was ended. */
  readonly ended?: 'timeout' | 'too-much-output' | 'too-much-memory';
}

/** @throws ChartProblem `HELM_FAILED` when it cannot be started
 * @throws the signal's reason when it aborts */
export async function runHelm({ program }: Helm, args: readonly string[], options: RunOptions): Promise<Ran> {
  const { env, cwd, input = '', timeoutMs, maxBytes, signal, watch } = options;
  signal?.throwIfAborted();
  const child = spawn(program, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  let ended: Ran['ended'];
  const stop = (because: NonNullable<Ran['ended']>) => {
    ended ??= because;
    child.kill('SIGKILL');
  };
  const kill = () => void child.kill('SIGKILL');
  const timer = setTimeout(() => stop('timeout'), timeoutMs);
  const watching = watch?.(child.pid, () => stop('too-much-memory'));
  signal?.addEventListener('abort', kill, { once: true });
  process.once('exit', kill);
  try {
    let size = 0;
    const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= maxBytes) chunks.push(chunk);
        else stop('too-much-output');
      });
      return chunks;
    });
    // It may end before it has read everything.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const code = await new Promise<number | null>((done, fail) => {
      child.once('error', fail);
      child.once('close', done);
    });
    signal?.throwIfAborted();
    const text = (chunks: readonly Buffer[] = []) => Buffer.concat(chunks).toString('utf8');
    return { code, stdout: text(stdout), stderr: text(stderr), ...(ended && { ended }) };
  } catch (error) {
    signal?.throwIfAborted();
    throw new ChartProblem(
      'HELM_FAILED',
      `${program} could not be started: ${error instanceof Error ? error.message : error}`,
      'Check that it is Helm, for this machine.',
    );
  } finally {
    clearTimeout(timer);
    clearInterval(watching);
    signal?.removeEventListener('abort', kill);
    process.off('exit', kill);
  }
}
