/** Where snapshots are kept: one for each place that programs get their packages from, in the user's cache directory. It is
 * good as long as not one file that went into it was touched. Only processes that start programs write here. */
import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SCRIPT_VERSION } from './script.ts';

export interface Snapshot {
  /** The blob that Node starts from. */
  readonly file: string;
  /** Names of the packages in it. */
  readonly packages: readonly string[];
}

/** What identifies the state of a file without reading it; a change of the content changes the time of the last
 * change of the inode, which nobody can set back. */
type FileState = readonly [path: string, inode: string, size: string, changedNs: string];

interface Record {
  readonly blob: string;
  readonly packages: readonly string[];
  readonly files: readonly FileState[];
}

export class SnapshotStore {
  readonly #directory: string;
  readonly #name: string;

  /** @param place real directory of the first package */
  constructor(place: string, env: NodeJS.ProcessEnv = process.env) {
    const home = env.XDG_CACHE_HOME || join(homedir(), '.cache');
    this.#directory = join(home, 'truekeel', 'snapshots');
    const { version, arch, execPath } = process;
    this.#name = hash('sha256', [version, arch, execPath, place, SCRIPT_VERSION].join('\0')).slice(0, 32);
  }

  get #recordFile(): string {
    return join(this.#directory, `${this.#name}.json`);
  }

  /** The snapshot, when there is one and it is good. */
  find(): Snapshot | undefined {
    try {
      // Written by `save`.
      const { blob, packages, files } = JSON.parse(readFileSync(this.#recordFile, 'utf8')) as Record;
      const file = join(this.#directory, blob);
      statSync(file);
      return files.every(isUntouched) ? { file, packages } : undefined;
    } catch {
      return undefined;
    }
  }

  /** Has a snapshot made and keeps it, unless a file was touched meanwhile.
   * @param make writes the blob to the path that it is given
   * @throws Error when it cannot be made or kept */
  save(packages: readonly string[], paths: readonly string[], make: (blob: string) => void): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const files = paths.map(stateOf);
    const blob = `${this.#name}.${process.pid}.blob`;
    const file = join(this.#directory, blob);
    try {
      make(file);
      if (!files.every(isUntouched)) throw new Error('a package was changed meanwhile');
      const record: Record = { blob, packages, files };
      writeFileSync(`${file}.json`, JSON.stringify(record), { mode: 0o600 });
    } catch (error) {
      rmSync(file, { force: true });
      throw error;
    }
    const before = this.#blob();
    renameSync(`${file}.json`, this.#recordFile);
    if (before !== undefined && before !== blob) rmSync(join(this.#directory, before), { force: true });
    this.#clearOut();
  }

  /** Has nobody use it again: it did not work. */
  forget(): void {
    const blob = this.#blob();
    rmSync(this.#recordFile, { force: true });
    if (blob !== undefined) rmSync(join(this.#directory, blob), { force: true });
  }

  /** Runs a function unless somebody else is at it already. */
  exclusively(run: () => void): void {
    const lock = join(this.#directory, `${this.#name}.lock`);
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
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

  /** Snapshots of packages, Nodes and Truekeels that may be gone; what is still of use is made again. */
  #clearOut(): void {
    for (const name of readdirSync(this.#directory)) {
      const path = join(this.#directory, name);
      if (isOlder(path, KEPT_MS)) rmSync(path, { recursive: true, force: true });
    }
  }

  #blob(): string | undefined {
    try {
      return (JSON.parse(readFileSync(this.#recordFile, 'utf8')) as Record).blob; // written by `save`
    } catch {
      return undefined;
    }
  }
}

/** Making a snapshot takes a second or two; whoever holds the lock for longer has died. */
const LONGEST_MS = 120_000;
const KEPT_MS = 30 * 24 * 3_600_000;

function isOlder(path: string, ms: number): boolean {
  const since = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return since !== undefined && Date.now() - since > ms;
}

function stateOf(path: string): FileState {
  const { ino, size, ctimeNs } = statSync(path, { bigint: true });
  return [path, String(ino), String(size), String(ctimeNs)];
}

function isUntouched([path, inode, size, changedNs]: FileState): boolean {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return (
    found !== undefined &&
    String(found.ino) === inode &&
    String(found.size) === size &&
    String(found.ctimeNs) === changedNs
  );
}
