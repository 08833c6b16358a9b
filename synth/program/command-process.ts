/** Runs a program that is not Node's: a command such as `python main.py`, which nothing holds back but the limits here. The
 * Node process of its jsii runtime writes what it makes to a file (lib/render/tree/handover.ts). */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants, rmSync } from 'node:fs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TruekeelError } from '../../lib/objects/index.ts';
import { HANDOVER_VARIABLE } from '../../lib/render/tree/index.ts';
import type { Ending, Running } from './child-process.ts';
import type { ChildOptions } from './limits.ts';
import type { ProgramResult } from './result.ts';
import { environmentFor } from './sandbox.ts';

/** Where the tools of languages, their packages and Helm are: all that a command gets of the caller's environment. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'TMPDIR',
  'VIRTUAL_ENV',
  'PYENV_VERSION',
  'JAVA_HOME',
  'GOROOT',
  'GOPATH',
  'GOCACHE',
  'GOMODCACHE',
  'GOFLAGS',
  'TRUEKEEL_HELM',
];
const MOST_WRITTEN_BYTES = 1 << 24;
const MOST_RESULT_BYTES = 1 << 29;
/** How long what a command wrote is waited for once it has ended. */
const LINGERING_MS = 1000;

/** What the person who runs Truekeel grants to commands. */
export interface CommandGrant {
  /** The caller's environment, of which a command sees little. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends it at once, with everything that it started. */
  readonly signal?: AbortSignal;
}

export function startCommand(
  words: readonly [string, ...string[]],
  cwd: string,
  grant: CommandGrant,
  limits: Pick<ChildOptions, 'timeoutMs' | 'environmentVariables'>,
): Running {
  const stop = new AbortController();
  return {
    ending: run(words, cwd, grant, limits, stop),
    onObject: () => undefined,
    // Its charts are rendered by the Node process of its jsii runtime.
    onQuestion: () => undefined,
    end: () => stop.abort(),
    used: () => undefined,
  };
}

async function run(
  [command, ...args]: readonly [string, ...string[]],
  cwd: string,
  { env, signal }: CommandGrant,
  { timeoutMs, environmentVariables }: Pick<ChildOptions, 'timeoutMs' | 'environmentVariables'>,
  stop: AbortController,
): Promise<Ending> {
  // Only we and the command can reach into it.
  const directory = await mkdtemp(join(tmpdir(), 'truekeel-handover-'));
  const file = join(directory, 'program.json');
  const clear = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', clear);
  try {
    await writeFile(file, '{"apps":[]}', { flag: 'wx', mode: 0o600 });
    const signals = [stop.signal, ...(signal ? [signal] : [])];
    const ended = await new CommandRun(command, args, {
      cwd,
      timeoutMs,
      signal: AbortSignal.any(signals),
      env: {
        ...passedOn(env),
        JSII_NODE: process.execPath,
        JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION: '1',
        ...environmentFor(environmentVariables),
        [HANDOVER_VARIABLE]: file,
      },
    }).ended;
    return { ...ended, result: await resultIn(file), timeoutMs };
  } finally {
    process.off('exit', clear);
    await rm(directory, { recursive: true, force: true });
  }
}

function passedOn(env: CommandGrant['env']): Record<string, string> {
  return Object.fromEntries(
    PASSED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}

interface CommandRunOptions {
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string>>;
}

/** A command with everything that it starts: a process group of its own, which is ended as one. */
class CommandRun {
  readonly ended: Promise<Omit<Ending, 'result' | 'timeoutMs'>>;
  readonly #child: ChildProcess;
  readonly #written: Buffer[] = [];
  #size = 0;
  /** Whether it has ended: its number can be another's soon. */
  #gone = false;
  #reason: Ending['reason'] = 'ended';

  constructor(command: string, args: readonly string[], options: CommandRunOptions) {
    options.signal.throwIfAborted();
    this.#child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // The leader of a group of its own.
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.ended = this.#untilEnded(command, options);
  }

  async #untilEnded(
    command: string,
    { timeoutMs, signal }: CommandRunOptions,
  ): Promise<Omit<Ending, 'result' | 'timeoutMs'>> {
    const { promise, resolve, reject } = Promise.withResolvers<number | null>();
    const child = this.#child;
    let lingering: NodeJS.Timeout | undefined;
    child.once('exit', (code) => {
      // What it leaves running goes with it.
      this.#kill();
      this.#gone = true;
      // Something that has left the group may hold on to the output.
      lingering = setTimeout(() => resolve(code), LINGERING_MS);
    });
    child.once('close', resolve);
    child.once('error', (cause) => reject(notStarted(command, cause)));
    const aborted = () => reject(signal.reason);
    const timer = setTimeout(() => this.#stop('timeout'), timeoutMs);
    const atExit = () => this.#kill();
    signal.addEventListener('abort', aborted);
    process.once('exit', atExit);
    try {
      const code = await promise;
      return { reason: this.#reason, code, written: Buffer.concat(this.#written).toString('utf8') };
    } finally {
      clearTimeout(timer);
      clearTimeout(lingering);
      signal.removeEventListener('abort', aborted);
      process.off('exit', atExit);
      this.#kill();
      child.stdout?.destroy();
      child.stderr?.destroy();
    }
  }

  #receive(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size <= MOST_WRITTEN_BYTES) this.#written.push(chunk);
    else this.#stop('too-much-output');
  }

  #stop(because: Ending['reason']): void {
    this.#reason = because;
    this.#kill();
  }

  #kill(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#gone) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      // Nobody is left in the group.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function notStarted(command: string, cause: Error): TruekeelError {
  const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  return new TruekeelError(
    missing ? `there is no command ${command}` : `${command} could not be started: ${cause.message}`,
    {
      code: 'PROGRAM_NOT_FOUND',
      family: 'usage',
      hint: 'Install it, or give its path with --app. A program for Node is a file that ends in .ts or .js.',
      cause,
    },
  );
}

/** The command can have put anything there: a pipe, a link, or more than fits. */
async function resultIn(file: string): Promise<ProgramResult> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const status = await handle.stat();
      if (!status.isFile() || status.size > MOST_RESULT_BYTES) return { objects: [], output: undefined };
      return { objects: [], output: JSON.parse(await handle.readFile('utf8')) };
    } finally {
      await handle.close();
    }
  } catch {
    return { objects: [], output: undefined };
  }
}
