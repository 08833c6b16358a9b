/** Remembers TypeScript without its types from run to run, by content. Only the process that starts programs writes
 * here, never a program. */
import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDirectory } from '../cache-directory.ts';

/** JavaScript by digest of the TypeScript that it was made of. */
type Entries = Readonly<Record<string, string>>;

export class SourceCache {
  readonly #file: string;
  readonly #known: Entries;
  readonly #used: Record<string, string> = {};
  #isNew = false;

  /** One file for this Node and this Truekeel, whatever the program: it holds what the last run asked for. */
  constructor(env: NodeJS.ProcessEnv = process.env) {
    const file = `${hash('sha256', `${process.version}\0${import.meta.url}`).slice(0, 32)}.json`;
    this.#file = join(cacheDirectory(env), 'stripped', file);
    this.#known = read(this.#file);
  }

  /** @param strip makes the JavaScript when it is not there */
  get(text: string, strip: (text: string) => string): string {
    const digest = hash('sha256', text);
    const known = this.#known[digest] ?? this.#used[digest];
    if (known === undefined) this.#isNew = true;
    const source = known ?? strip(text);
    this.#used[digest] = source;
    return source;
  }

  /** Keeps what was asked for, and nothing else. A cache that cannot be written is none. */
  save(): void {
    if (!this.#isNew) return;
    this.#isNew = false;
    const temporary = `${this.#file}.${process.pid}`;
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      writeFileSync(temporary, JSON.stringify(this.#used), { mode: 0o600 });
      renameSync(temporary, this.#file);
    } catch {
      // See above.
    }
  }
}

function read(file: string): Entries {
  try {
    // Written by `save`.
    return JSON.parse(readFileSync(file, 'utf8')) as Entries;
  } catch {
    return {};
  }
}
