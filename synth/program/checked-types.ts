/** Remembers of programs that their types were right, with the state of all that this hangs on: what the compiler read,
 * and where it would have found something else first, had that been there. As long as nothing of it changes, asking again
 * would give the same answer. Only the process that starts programs writes here, never a program. */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { cacheDirectory } from '../cache-directory.ts';
import { ancestors } from './ancestors.ts';
import { checksumName } from './checksum.ts';
import type { FileState } from './code-cache/container.ts';
import { isSameState, stateOf } from './code-cache/file-state.ts';
import { keepNewest } from './newest.ts';

/** Programs of which it is remembered: the last ones. */
const MOST_PROGRAMS = 64;
/** A file that was changed so shortly before the compiler began may have been read before or after. */
const UNSURE_MS = 50;
/** Settings that have the compiler look in other places than those seen here, and configs of packages. */
const ELSEWHERE = /"(?:baseUrl|paths|plugins|references|rootDirs|typeRoots)"/;
const EXTENDS = /"extends"\s*:\s*("[^"]*")?/g;

/** By path; null where there is nothing. */
type States = Readonly<Record<string, FileState | null>>;

export class CheckedTypes {
  readonly #file: string;
  readonly #compiler: string;
  readonly #config: string;
  readonly #startedMs = Date.now();

  /** @param program all absolute paths
   * @param compiler file that is run
   * @param config of the project */
  constructor(
    program: string,
    { compiler, config }: { readonly compiler: string; readonly config: string },
    env: NodeJS.ProcessEnv = process.env,
  ) {
    this.#compiler = compiler;
    this.#config = config;
    const name = checksumName(['types 1', program, compiler, config].join('\0'));
    this.#file = join(cacheDirectory(env), 'types', name);
  }

  /** Whether they were right, and would be found so again. */
  areRight(): boolean {
    try {
      // Written by `remember`.
      const states = JSON.parse(readFileSync(this.#file, 'utf8')) as States;
      return Object.entries(states).every(([path, state]) => isSameState(state, stateOf(path)));
    } catch {
      return false;
    }
  }

  /** A cache that cannot be written is none.
   * @param files that the compiler read, beside configs */
  remember(files: readonly string[]): void {
    try {
      const configs = configsFrom(this.#config);
      const states = configs && this.#settled([...files, ...configs, this.#compiler]);
      if (states) this.#write(states);
    } catch {
      // See above.
    }
  }

  /** Undefined where some of it may have changed while the compiler was at it. */
  #settled(read: readonly string[]): States | undefined {
    const found = [...read, ...lookedAt(read)].map((path) => [path, stateOf(path) ?? null] as const);
    const last = this.#startedMs - UNSURE_MS;
    const isSettled = found.every(([, state]) => state === null || state.changedMs < last);
    return isSettled ? Object.fromEntries(found) : undefined;
  }

  #write(states: States): void {
    const temporary = `${this.#file}.${process.pid}`;
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, JSON.stringify(states), { mode: 0o600 });
    renameSync(temporary, this.#file);
    keepNewest(dirname(this.#file), MOST_PROGRAMS);
  }
}

/** The config and those that it extends. Undefined where it is not certain what they have the compiler look at. */
function configsFrom(config: string): readonly string[] | undefined {
  const found = new Set<string>();
  // A set grows while it is walked.
  for (const path of found.add(config)) {
    const text = readFileSync(path, 'utf8');
    if (ELSEWHERE.test(text)) return undefined;
    for (const [, quoted] of text.matchAll(EXTENDS)) {
      const name: string = quoted === undefined ? '' : JSON.parse(quoted);
      // Of a package, or several: they could be found, but programs seldom have them.
      if (!/^\.\.?\/.*\.json$/.test(name)) return undefined;
      found.add(resolve(dirname(path), name));
    }
  }
  return [...found];
}

/** Where the compiler looks for modules: beside what it read, and in what is called node_modules above that. A directory
 * changes with each name in it that comes or goes. */
function lookedAt(files: readonly string[]): readonly string[] {
  const directories = new Set(files.map((file) => dirname(file)));
  const above = new Set([...directories].flatMap(ancestors));
  const packages = [...above]
    .filter((path) => basename(path) !== 'node_modules')
    .map((path) => join(path, 'node_modules'));
  const manifests = [...above].map((path) => join(path, 'package.json'));
  return [...directories, ...manifests, ...packages, ...packages.flatMap(scopesIn)];
}

/** `node_modules/@types` and the like, whose packages do not change the directory above. */
function scopesIn(packages: string): readonly string[] {
  try {
    return readdirSync(packages)
      .filter((name) => name.startsWith('@'))
      .map((name) => join(packages, name));
  } catch {
    return [];
  }
}
