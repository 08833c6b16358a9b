/** Remembers TypeScript without its types from run to run, by content. Only the process that starts programs writes
 * here, never a program. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDirectory } from '../cache-directory.ts';

/** JavaScript by digest of the TypeScript that it was made of. */
type Entries = Readonly<Record<string, string>>;

/** So many times back. */
const REMEMBERED = 4;

export class SourceCache {
  readonly #file: string;
  readonly #known: Entries;
  /** What was asked for since it was last kept, and the few times before: one who runs a program again and again asks for
   * other files in between. */
  #recent: readonly Entries[] = [];
  #used: Record<string, string> = {};
  #isNew = false;

  /** One file for this Node and this Truekeel, whatever the program: it holds what the last run asked for. */
  constructor(env: NodeJS.ProcessEnv = process.env) {
    const file = `${sha256(`${process.version}\0${import.meta.url}`).slice(0, 32)}.json`;
    this.#file = join(cacheDirectory(env), 'stripped', file);
    this.#known = read(this.#file);
  }

  /** @param strip makes the JavaScript when it is not there */
  get(text: string, strip: (text: string) => string): string {
    const digest = sha256(text);
    const known =
      this.#known[digest] ??
      this.#used[digest] ??
      this.#recent.find((entries) => digest in entries)?.[digest];
    if (known === undefined) this.#isNew = true;
    const source = known ?? strip(text);
    this.#used[digest] = source;
    return source;
  }

  /** Keeps what was asked for lately, and nothing else. A cache that cannot be written is none. */
  save(): void {
    this.#recent = [this.#used, ...this.#recent].slice(0, REMEMBERED);
    this.#used = {};
    if (!this.#isNew) return;
    this.#isNew = false;
    const temporary = `${this.#file}.${process.pid}`;
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      writeFileSync(temporary, JSON.stringify(Object.assign({}, ...this.#recent)), { mode: 0o600 });
      renameSync(temporary, this.#file);
    } catch {
      // See above.
    }
  }
}

/** Importing it would have Node load it before the program is started. */
function sha256(text: string): string {
  return process.getBuiltinModule('node:crypto').hash('sha256', text);
}

function read(file: string): Entries {
  try {
    // Written by `save`.
    return JSON.parse(readFileSync(file, 'utf8')) as Entries;
  } catch {
    return {};
  }
}
