/** Starts the process of a program and waits for what it hands over, within limits. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { bootModule, SOURCES_DESCRIPTOR } from './boot.ts';
import { codeStore, keepCode } from './code-cache/index.ts';
import type { ChildOptions } from './limits.ts';
import { watchMemory } from './memory.ts';
import { type ChildInput, INPUT_VARIABLE, RESULT_DESCRIPTOR } from './protocol.ts';
import { type ProgramResult, ResultReader } from './result.ts';
import { environmentFor, permissionArguments } from './sandbox.ts';
import { strippedSources } from './sources.ts';

export interface Ending {
  readonly reason: 'ended' | 'timeout' | 'too-much-output' | 'too-much-memory';
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  /** What it wrote to standard output and standard error. */
  readonly written: string;
  /** What it handed over. */
  readonly result: ProgramResult;
  readonly timeoutMs: number;
}

/** Stops a program that tries to fill the memory of its reader. */
const MOST_RESULT_BYTES = 1 << 30;
const MOST_WRITTEN_BYTES = 1 << 24;

const FROM_SOURCE = import.meta.url.endsWith('.ts');
const PRELOAD = new URL(FROM_SOURCE ? './child.ts' : './child.js', import.meta.url).href;
const MAKER = new URL(FROM_SOURCE ? './code-cache/make.ts' : './code-cache/make.js', import.meta.url);
const LIBRARY = new URL('../../lib/index.ts', import.meta.url).href;

/** A program that was started. */
export interface Running {
  readonly ending: Promise<Ending>;
  /** Has a function called with each thing that the program hands over as an object; it may be anything. */
  onObject(listener: (object: unknown) => void): void;
  /** Ends it at once. */
  end(): void;
  /** Told, when it has ended well, which packages it loaded: for the next time. */
  used(packages: readonly string[]): void;
}

/** @param run real paths */
export function startChild(
  run: { readonly program: string; readonly root: string; readonly cwd: string },
  options: ChildOptions,
): Running {
  const permissions = permissionArguments(run.root, run.program);
  const code = codeStore(run.program)?.open();
  const input: ChildInput = {
    root: run.root,
    program: run.program,
    time: options.time,
    restricted: !options.unrestricted,
    hasCode: code !== undefined,
  };
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${options.memoryMb}`,
      '--no-warnings',
      ...(FROM_SOURCE ? ['--conditions=source'] : []),
      ...(options.unrestricted ? [] : permissions),
      `--import=${bootModule()}`,
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
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', code?.descriptor ?? 'ignore'],
      ...(options.signal && { signal: options.signal }),
      killSignal: 'SIGKILL',
    },
  );
  if (code) closeSync(code.descriptor);
  const { promise: wentWell, resolve } = Promise.withResolvers<void>();
  const reader = new ResultReader(resolve);
  const ending = endingOf(child, reader, wentWell, options);
  sendSources(child.stdio[SOURCES_DESCRIPTOR], run.program);
  return {
    ending,
    onObject: (listener) => reader.onObject(listener),
    end: () => void child.kill('SIGKILL'),
    used: (packages) => void keepCode(run.program, code?.packages ?? [], packages, MAKER, permissions),
  };
}

async function endingOf(
  child: ChildProcess,
  reader: ResultReader,
  wentWell: Promise<void>,
  { timeoutMs, memoryMb }: Pick<ChildOptions, 'timeoutMs' | 'memoryMb'>,
): Promise<Ending> {
  let reason: Ending['reason'] = 'ended';
  const stop = (because: Ending['reason']) => {
    reason = because;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => stop('timeout'), timeoutMs);
  const watch = watchMemory(child.pid, memoryMb, () => stop('too-much-memory'));
  const tooMuch = () => stop('too-much-output');
  const written = [1, 2].map((descriptor) => {
    const chunks: Buffer[] = [];
    read(child, descriptor, MOST_WRITTEN_BYTES, tooMuch, (chunk) => chunks.push(chunk));
    return chunks;
  });
  read(child, RESULT_DESCRIPTOR, MOST_RESULT_BYTES, tooMuch, (chunk) => reader.receive(chunk));
  const closed = new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  try {
    const code = await Promise.race([closed, wentWell.then(() => 0)]);
    const text = written.map((chunks) => Buffer.concat(chunks).toString('utf8')).join('');
    return { reason, code, written: text, result: reader.result(), timeoutMs };
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    leave(child);
  }
}

function read(
  child: ChildProcess,
  descriptor: number,
  most: number,
  tooMuch: () => void,
  receive: (chunk: Buffer) => void,
): void {
  const stream = child.stdio[descriptor];
  if (!(stream instanceof Readable)) throw new TypeError('the child has no such pipe');
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= most) receive(chunk);
    else tooMuch();
  });
}

/** Nothing waits for it any longer. */
function leave(child: ChildProcess): void {
  child.kill('SIGKILL');
  child.unref();
  for (const stream of child.stdio) stream?.destroy();
}

/** While the child comes up. */
function sendSources(stream: unknown, program: string): void {
  if (!(stream instanceof Writable)) throw new TypeError('the child has no such pipe');
  // A child that ends before it has read them says why in another way.
  stream.on('error', () => undefined);
  const entries = [...(FROM_SOURCE ? [PRELOAD] : []), pathToFileURL(program).href].filter((url) =>
    url.endsWith('.ts'),
  );
  stream.end(JSON.stringify(strippedSources(entries, FROM_SOURCE ? { truekeel: LIBRARY } : {})));
}
