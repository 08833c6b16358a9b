/** Starts the process of a program and waits for its end, within limits. */
import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { type ChildInput, INPUT_VARIABLE, RESULT_DESCRIPTOR } from './protocol.ts';
import { environmentFor, permissionArguments } from './sandbox.ts';

export interface ChildOptions {
  /** What the program sees of the environment besides LANG, LC_ALL, TZ and NO_COLOR, which are fixed. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** Ends the program after so long. Default: two minutes. */
  readonly timeoutMs: number;
  /** Ends the program above so much heap. Default: 2048. */
  readonly memoryMb: number;
  /** What the clock says to the program, in milliseconds since 1970: the source commit's date, say. */
  readonly time: number;
  /** Lets the program write, connect, start processes, see the clock, the environment and chance. For programs
   * of one's own that call `helm`, say; never for what others wrote. Default: false. */
  readonly unrestricted: boolean;
  readonly signal?: AbortSignal;
}

export interface Ending {
  readonly reason: 'ended' | 'timeout' | 'too-much-output';
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  /** What it wrote to standard output and standard error. */
  readonly written: string;
  /** What it wrote to the result descriptor. */
  readonly result: string;
  readonly timeoutMs: number;
}

/** Stops a program that tries to fill the memory of its reader. */
const MOST_RESULT_BYTES = 1 << 30;
const MOST_WRITTEN_BYTES = 1 << 24;

const FROM_SOURCE = import.meta.url.endsWith('.ts');
const PRELOAD = new URL(FROM_SOURCE ? './child.ts' : './child.js', import.meta.url).href;

export async function startChild(
  run: { readonly program: string; readonly root: string; readonly cwd: string },
  options: ChildOptions,
): Promise<Ending> {
  const input: ChildInput = {
    root: run.root,
    program: run.program,
    time: options.time,
    restricted: !options.unrestricted,
  };
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${options.memoryMb}`,
      '--no-warnings',
      ...(FROM_SOURCE ? ['--conditions=source'] : []),
      ...(options.unrestricted ? [] : permissionArguments(run.root, run.program)),
      `--import=${PRELOAD}`,
      run.program,
    ],
    {
      cwd: run.cwd,
      env: {
        ...(options.unrestricted ? process.env : {}),
        ...environmentFor(options.environmentVariables),
        [INPUT_VARIABLE]: JSON.stringify(input),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      ...(options.signal && { signal: options.signal }),
      killSignal: 'SIGKILL',
    },
  );
  let reason: Ending['reason'] = 'ended';
  const stop = (because: Ending['reason']) => {
    reason = because;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => stop('timeout'), options.timeoutMs);
  const tooMuch = () => stop('too-much-output');
  try {
    const [code, stdout, stderr, result] = await Promise.all([
      new Promise<number | null>((done, fail) => {
        child.once('error', fail);
        child.once('close', done);
      }),
      readText(child.stdio[1], MOST_WRITTEN_BYTES, tooMuch),
      readText(child.stdio[2], MOST_WRITTEN_BYTES, tooMuch),
      readText(child.stdio[RESULT_DESCRIPTOR], MOST_RESULT_BYTES, tooMuch),
    ]);
    return { reason, code, written: `${stdout}${stderr}`, result, timeoutMs: options.timeoutMs };
  } finally {
    clearTimeout(timer);
  }
}

function readText(stream: unknown, most: number, tooMuch: () => void): Promise<string> {
  return new Promise((done, fail) => {
    if (!(stream instanceof Readable)) throw new TypeError('the child has no such pipe');
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= most) chunks.push(chunk);
      else tooMuch();
    });
    stream.once('error', fail);
    stream.once('close', () => done(Buffer.concat(chunks).toString('utf8')));
  });
}
