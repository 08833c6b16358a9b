/** Starts the process of a program and waits for what it hands over, within limits. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { bootModule, SOURCES_DESCRIPTOR, type Sources } from './boot.ts';
import { codeStore, keepCode } from './code-cache/index.ts';
import type { ContentStore } from './kept/store.ts';
import type { ChildOptions } from './limits.ts';
import { watchMemory } from './memory.ts';
import {
  type ChildInput,
  INPUT_VARIABLE,
  KNOWN_DESCRIPTOR,
  type KnownContents,
  RESULT_DESCRIPTOR,
  START_DESCRIPTOR,
} from './protocol.ts';
import { type ProgramResult, ResultReader } from './result.ts';
import { environmentFor, permissionArguments } from './sandbox.ts';
import type { SourceCache } from './source-cache.ts';
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

/** Half of what V8 takes: constructs grow old anyway, so more only adds to what the process takes (decision 0006). */
const YOUNG_MB = 8;

/** V8 would mark the whole heap at 20 MB already, when all that was made is still in use, and again each time that it has
 * grown by a half. What the process takes at its peak is the same. */
const OLD_MB = 256;

/** Stops a program that tries to fill the memory of its reader. */
const MOST_RESULT_BYTES = 1 << 30;
const MOST_WRITTEN_BYTES = 1 << 24;

const FROM_SOURCE = import.meta.url.endsWith('.ts');
const PRELOAD = new URL(FROM_SOURCE ? './child.ts' : './child.js', import.meta.url).href;
const MAKER = new URL(FROM_SOURCE ? './code-cache/make.ts' : './code-cache/make.js', import.meta.url);
const LIBRARY = new URL('../../lib/index.ts', import.meta.url).href;
/** TypeScript of our own that is loaded before a program, and by way of it. */
const OWN_SOURCES = FROM_SOURCE ? [PRELOAD] : [];
const LIBRARIES: Readonly<Record<string, string>> = FROM_SOURCE ? { truekeel: LIBRARY } : {};

/** A program that was started. */
export interface Running {
  readonly ending: Promise<Ending>;
  /** Has a function called with each thing that the program hands over as an object; it may be anything. */
  onObject(listener: (object: unknown) => void): void;
  /** Has a function called with each thing that the program asks, which may be anything, and waits for the answer to. */
  onQuestion(answer: (asked: unknown, signal: AbortSignal) => Promise<unknown>): void;
  /** Ends it at once. */
  end(): void;
  /** Told, when it has ended well, which packages it loaded: for the next time. */
  used(packages: readonly string[]): void;
  /** Present where applications are kept from run to run. */
  readonly store?: Promise<ContentStore>;
}

/** What is run: real paths. */
export interface ProgramPlace {
  readonly program: string;
  readonly root: string;
  readonly cwd: string;
}

/** @param keeps whether applications need not be made again that are known from a former run */
export function startChild(place: ProgramPlace, options: ChildOptions, keeps = false): Running {
  const started = spawnProgram(place, options, { keeps });
  const running = runningOf(started, options);
  const { child } = started;
  sendJson(child.stdio[SOURCES_DESCRIPTOR], sourcesOf([...OWN_SOURCES, place.program], LIBRARIES));
  if (!keeps) return running;
  const store = openStore(place, options);
  // Who waits for the store is told what is wrong with it; the program does not have to wait.
  store
    .then(
      (opened) => opened.known(),
      () => ({}),
    )
    .then((known) => sendJson(extraPipe(child, KNOWN_DESCRIPTOR), known));
  return { ...running, store };
}

/** Loads what judges objects, which the program need not wait for. */
async function openStore(place: ProgramPlace, options: ChildOptions): Promise<ContentStore> {
  const { contentStoreOf } = await import('./kept/index.ts');
  return contentStoreOf(place, options);
}

/** A process that has everything loaded but its program. */
export interface Waiting {
  /** False once it has ended by itself. */
  isAlive(): boolean;
  /** Has it run the program as it is now. At most once. */
  start(): Running;
  end(): void;
}

/** @param packages names of what it loads meanwhile, beside Truekeel: what the program loaded last time, say
 * @param cache kept from one process to the next */
export function startWaiting(
  place: ProgramPlace,
  options: ChildOptions,
  packages: readonly string[],
  cache: SourceCache,
): Waiting {
  const started = spawnProgram(place, options, { loads: packages });
  const { child } = started;
  // Why it could not be started is told by the one that is started in its place.
  child.on('error', () => undefined);
  sendJson(child.stdio[SOURCES_DESCRIPTOR], sourcesOf(FROM_SOURCE ? [PRELOAD, LIBRARY] : [], {}, cache));
  return {
    isAlive: () => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
    start: () => {
      const running = runningOf(started, options);
      sendJson(extraPipe(child, START_DESCRIPTOR), sourcesOf([place.program], {}, cache));
      return running;
    },
    end: () => leave(child),
  };
}

interface Started {
  readonly place: ProgramPlace;
  readonly child: ChildProcess;
  readonly permissions: readonly string[];
  readonly keptPackages: readonly string[];
}

interface SpawnOptions {
  /** Present: it waits for its start. */
  readonly loads?: readonly string[];
  /** Whether it asks for what is known of applications. */
  readonly keeps?: boolean;
}

function spawnProgram(
  place: ProgramPlace,
  options: ChildOptions,
  { loads, keeps = false }: SpawnOptions = {},
): Started {
  const permissions = permissionArguments(place.root, place.program);
  const code = codeStore(place.program)?.open();
  const input: ChildInput = {
    root: place.root,
    program: place.program,
    time: options.time,
    restricted: !options.unrestricted,
    hasCode: code !== undefined,
    keeps,
    ...(loads && { loads }),
  };
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${options.memoryMb}`,
      `--initial-old-space-size=${Math.min(OLD_MB, options.memoryMb)}`,
      `--max-semi-space-size=${YOUNG_MB}`,
      '--no-warnings',
      ...(FROM_SOURCE ? ['--conditions=source'] : []),
      ...(options.unrestricted ? [] : permissions),
      `--import=${bootModule()}`,
      `--import=${PRELOAD}`,
      place.program,
    ],
    {
      cwd: place.cwd,
      env: {
        ...(options.unrestricted ? process.env : {}),
        ...environmentFor(options.environmentVariables),
        [INPUT_VARIABLE]: JSON.stringify(input),
      },
      stdio: [
        'ignore',
        'pipe',
        'pipe',
        'pipe',
        'pipe',
        code?.descriptor ?? 'ignore',
        ...(loads ? (['pipe'] as const) : []),
        ...(keeps ? (['ignore', 'pipe'] as const) : []),
      ],
      ...(options.signal && { signal: options.signal }),
      killSignal: 'SIGKILL',
    },
  );
  if (code) closeSync(code.descriptor);
  return { place, child, permissions, keptPackages: code?.packages ?? [] };
}

function runningOf({ place, child, permissions, keptPackages }: Started, limits: ChildOptions): Running {
  const { promise: wentWell, resolve } = Promise.withResolvers<void>();
  const reader = new ResultReader(resolve);
  const ended = new AbortController();
  const { promise: unanswered, reject: fail } = Promise.withResolvers<never>();
  const ending = Promise.race([endingOf(child, reader, wentWell, limits), unanswered]).finally(() => {
    ended.abort();
    leave(child);
  });
  return {
    ending,
    onObject: (listener) => reader.onObject(listener),
    onQuestion: (answer) =>
      reader.onQuestion((asked) => {
        answer(asked, ended.signal).then((answered) => reply(child, answered), fail);
      }),
    end: () => void child.kill('SIGKILL'),
    used: (packages) => void keepCode(place.program, keptPackages, packages, MAKER, permissions),
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

/** On the descriptor on which it was asked. */
function reply(child: ChildProcess, answered: unknown): void {
  const stream = child.stdio[RESULT_DESCRIPTOR];
  if (!(stream instanceof Writable) || stream.destroyed) return;
  stream.on('error', () => undefined);
  stream.write(`${JSON.stringify(answered)}\n`);
}

/** Nothing waits for it any longer. */
function leave(child: ChildProcess): void {
  child.kill('SIGKILL');
  child.unref();
  for (const stream of child.stdio) stream?.destroy();
}

/** Node's types know of five descriptors only. */
function extraPipe({ stdio }: ChildProcess, descriptor: number): unknown {
  return (stdio as readonly unknown[])[descriptor];
}

/** Goes out while the child comes up. */
function sendJson(stream: unknown, value: Sources | KnownContents): void {
  if (!(stream instanceof Writable)) throw new TypeError('the child has no such pipe');
  // A child that ends before it has read them says why in another way.
  stream.on('error', () => undefined);
  stream.end(JSON.stringify(value));
}

function sourcesOf(
  files: readonly string[],
  packages: Readonly<Record<string, string>>,
  cache?: SourceCache,
): Sources {
  const entries = files.map((file) => (file.startsWith('file:') ? file : pathToFileURL(file).href));
  return strippedSources(
    entries.filter((url) => url.endsWith('.ts')),
    packages,
    cache,
  );
}
