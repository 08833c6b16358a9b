/** Watches directories for files that change: by what the system tells, never by polling. Directories are watched and
 * not files, as editors put a new file in the place of the old one. */
import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join, sep } from 'node:path';
import { TruekeelError } from '../../lib/objects/index.ts';

export interface WatcherOptions {
  /** Told of the files that changed, when nothing has for {@link WatcherOptions.quietMs}. */
  readonly onChange: (paths: ReadonlySet<string>, since: number) => void;
  /** How long it has to be quiet after a change. Default: 10. Editors write, rename and set modes within few. */
  readonly quietMs?: number;
}

/** Not looked into: what is installed, built, and hidden. */
const SKIPPED = /^(?:\.|node_modules$|build$|dist$)/;

/** What editors put down beside a file for a moment. */
const TEMPORARY = /^\.|~$|\.sw[a-z]$|^4913$|^#.*#$/;

/** More directories than that are no program. */
const MOST_DIRECTORIES = 4000;

export class Watcher {
  readonly #options: WatcherOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  /** What was seen of each file, to tell a change from a mere touch of its directory. */
  readonly #seen = new Map<string, string>();
  /** What changed since it was last quiet, with what was seen of it then. */
  #changed = new Map<string, string>();
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  /** Watches a directory, and what is below it unless told otherwise; again does nothing.
   * @throws TruekeelError `WATCH_FAILED` */
  add(directory: string, { below = true }: { readonly below?: boolean } = {}): void {
    if (this.#watchers.has(directory)) return;
    if (this.#watchers.size >= MOST_DIRECTORIES)
      throw watchFailed(directory, 'there are too many directories');
    let watcher: FSWatcher;
    let entries: ReturnType<typeof list>;
    try {
      watcher = watch(directory, (_event, name) => this.#see(directory, name, below));
      entries = list(directory);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw watchFailed(directory, (error as Error).message, error);
    }
    watcher.on('error', () => this.#drop(directory));
    this.#watchers.set(directory, watcher);
    for (const entry of entries) {
      if (entry.isDirectory() && (!below || SKIPPED.test(entry.name))) continue;
      const path = join(directory, entry.name);
      this.#seen.set(path, stateOf(path));
      if (entry.isDirectory()) this.add(path);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #see(directory: string, name: string | null, below: boolean): void {
    // Without a name, anything in it may have changed.
    const names = name === null ? namesIn(directory) : [name];
    for (const one of names) if (!TEMPORARY.test(one)) this.#look(join(directory, one), one, below);
  }

  #look(path: string, name: string, below: boolean): void {
    const state = stateOf(path);
    if (isDirectory(state) && (!below || SKIPPED.test(name))) return;
    const before = this.#seen.get(path) ?? GONE;
    if (state === before) return;
    this.#note(path);
    if (isDirectory(before)) this.#drop(path);
    if (state === GONE) this.#seen.delete(path);
    else this.#seen.set(path, state);
    if (isDirectory(state)) this.#addLater(path);
  }

  /** A directory that came while watching. */
  #addLater(path: string): void {
    try {
      this.add(path);
    } catch {
      // As many are watched as can be; the program is among them.
    }
  }

  #note(path: string): void {
    if (this.#changed.size === 0) this.#since = performance.now();
    if (!this.#changed.has(path)) this.#changed.set(path, this.#seen.get(path) ?? GONE);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), this.#options.quietMs ?? 10);
  }

  #tell(): void {
    const changed = this.#changed;
    this.#changed = new Map();
    // A file that came and went was on the way to be another one.
    const paths = [...changed]
      .filter(([path, before]) => (this.#seen.get(path) ?? GONE) !== before)
      .map(([path]) => path);
    if (paths.length > 0) this.#options.onChange(new Set(paths), this.#since);
  }

  /** With what is below it. */
  #drop(directory: string): void {
    for (const [path, watcher] of this.#watchers) {
      if (path !== directory && !path.startsWith(directory + sep)) continue;
      watcher.close();
      this.#watchers.delete(path);
    }
    for (const path of this.#seen.keys()) if (path.startsWith(directory + sep)) this.#seen.delete(path);
  }
}

const GONE = '';
const DIRECTORY = 'directory ';

function isDirectory(state: string): boolean {
  return state.startsWith(DIRECTORY);
}

function stateOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (!found) return GONE;
  return found.isDirectory() ? `${DIRECTORY}${found.ino}` : `${found.ino} ${found.size} ${found.mtimeNs}`;
}

function list(directory: string) {
  return readdirSync(directory, { withFileTypes: true });
}

/** None where it is gone by now. */
function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function watchFailed(directory: string, why: string, cause?: unknown): TruekeelError {
  return new TruekeelError(`${directory} cannot be watched: ${why}`, {
    code: 'WATCH_FAILED',
    hint: 'Where the system allows no more watches, raise fs.inotify.max_user_watches; or start in the directory of the program.',
    ...(cause !== undefined && { cause }),
  });
}
