/** Where compiled code is kept: one file for each place that programs get their packages from, in the user's cache
 * directory. It is good as long as not one file that went into it was touched. Only processes that start programs write
 * here, never a program: what it wrote would run outside its sandbox. */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../../cache-directory.ts';
import { checksumName } from '../checksum.ts';
import { keepNewest } from '../newest.ts';
import {
  type CompiledModule,
  type Container,
  decodeContainer,
  encodeContainer,
  lengthOf,
} from './container.ts';
import { isUntouched } from './file-state.ts';

/** Compiling takes a second; whoever holds the lock for longer has died. */
const LONGEST_MS = 120_000;

/** Places whose code is kept: the last that had some made. */
const MOST_FILES = 16;

export interface KeptCode {
  /** Of the open container. */
  readonly descriptor: number;
  /** Names of the packages in it. */
  readonly packages: readonly string[];
}

export class CodeStore {
  readonly #directory: string;
  readonly #name: string;

  /** @param place real directory of the first package */
  constructor(place: string, env: NodeJS.ProcessEnv = process.env) {
    this.#directory = join(cacheDirectory(env), 'code');
    const { version, arch } = process;
    const identity = ['code 5', version, arch, place].join('\0');
    this.#name = checksumName(identity);
  }

  get file(): string {
    return join(this.#directory, this.#name);
  }

  /** Makes its directory. @returns it, or undefined where that cannot be */
  prepare(): string | undefined {
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      return this.#directory;
    } catch {
      return undefined;
    }
  }

  /** What is kept, when there is something and it is good. Whoever asks closes it. */
  open(): KeptCode | undefined {
    let descriptor: number | undefined;
    try {
      descriptor = openSync(this.file, 'r');
      const container = readContainer(descriptor);
      const isWhole = fstatSync(descriptor).size === lengthOf(container);
      if (isWhole && container.modules.every(isUntouched))
        return { descriptor, packages: container.packages };
    } catch {
      // There is none, or it is broken; a new one is going to be made.
    }
    if (descriptor !== undefined) closeSync(descriptor);
    return undefined;
  }

  /** @throws Error when it cannot be written */
  save(packages: readonly string[], modules: readonly CompiledModule[]): void {
    const temporary = `${this.file}.${process.pid}`;
    writeFileSync(temporary, encodeContainer(packages, modules), { mode: 0o600 });
    renameSync(temporary, this.file);
    this.#clearOut();
  }

  /** Runs a function unless somebody else is at it already. */
  exclusively(run: () => void): void {
    const lock = `${this.file}.lock`;
    if (isOlder(lock, LONGEST_MS)) rmSync(lock, { recursive: true, force: true });
    try {
      mkdirSync(lock);
    } catch {
      return;
    }
    try {
      run();
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }

  /** Code of packages and Nodes that may be gone; what is still of use is made again. */
  #clearOut(): void {
    keepNewest(this.#directory, MOST_FILES, (name) => !name.endsWith('.lock'));
  }
}

function readContainer(descriptor: number): Container {
  return decodeContainer((from, length) => {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, from));
  });
}

function isOlder(path: string, ms: number): boolean {
  const since = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return since !== undefined && Date.now() - since > ms;
}
