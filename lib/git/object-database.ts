/** Reads the objects of a repository: its own directory and the ones that it borrows from. What only Git itself can
 * read (partial clones, indexes of other versions) is asked of `git cat-file`. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { decodeCommit } from './commit.ts';
import { ObjectDirectory } from './object-directory.ts';
import type { GitObject, ObjectReader } from './object-reader.ts';
import { EMPTY_TREE, type ObjectFormat, type Oid } from './oid.ts';
import type { Unpacked } from './packs/unpack.ts';
import { decodeTree } from './tree.ts';

/** Objects between two breaths: reading many keeps the process from everything else it does. */
const BREATH = 256;

/** Git's own limit to how many repositories may borrow in a row. */
const DEEPEST_ALTERNATE = 5;

/** How long files and caches are kept without work. */
const IDLE_MS = 2_000;

export class ObjectDatabase {
  readonly #objectsDirectory: string;
  readonly #git: ObjectReader;
  readonly #format: ObjectFormat;
  readonly #fetchPromised: (oids: readonly Oid[]) => Promise<void>;
  #directories: readonly ObjectDirectory[] | undefined;
  #used = false;
  #idle: NodeJS.Timeout | undefined;

  /** @param git answers what this class cannot
   * @param format objects of SHA-256 are all left to Git
   * @param fetchPromised brings objects that a partial clone was promised, all of them at once: Git itself would fetch one
   * after another */
  constructor(
    objectsDirectory: string,
    git: ObjectReader,
    format: ObjectFormat = 'sha1',
    fetchPromised: (oids: readonly Oid[]) => Promise<void> = () => Promise.resolve(),
  ) {
    this.#objectsDirectory = objectsDirectory;
    this.#git = git;
    this.#format = format;
    this.#fetchPromised = fetchPromised;
  }

  /** Reads objects; the answers come in the order of the question.
   * @returns undefined in the place of each object that is not there
   * @throws GitError `BAD_PACK`, `OBJECT_TOO_LARGE` */
  async read(oids: readonly Oid[]): Promise<readonly (GitObject | undefined)[]> {
    const objects: (GitObject | undefined)[] = [];
    for (const [index, oid] of oids.entries()) {
      if (index % BREATH === BREATH - 1) await new Promise(setImmediate);
      objects.push(this.readNow(oid));
    }
    return this.#complete(objects, oids, (missing) => this.#git.read(missing.map((index) => oids[index]!)));
  }

  /** Reads what a tree (or a commit's) has at some paths, as {@link read} does.
   * @throws GitError as {@link read} */
  async readAt(tree: Oid, paths: readonly string[]): Promise<readonly (GitObject | undefined)[]> {
    const trees = new Map<string, ReadonlyMap<string, Oid> | undefined>();
    const oids = paths.map((path) => this.#oidAt(tree, path, trees));
    const objects = oids.map((oid) => oid && this.readNow(oid));
    // Git is asked by lines.
    const askable = (index: number) => !paths[index]!.includes('\n');
    return this.#complete(objects, oids, (missing) =>
      this.#git.readAt(
        tree,
        missing.filter(askable).map((index) => paths[index]!),
      ),
    );
  }

  /** Fetches those of the objects that a partial clone was promised and does not have yet: for commands of Git that would fetch
   * one after another.
   * @throws GitError as `fetch` when the remote cannot be asked */
  async complete(oids: Iterable<Oid>): Promise<void> {
    if (!this.#isPromised()) return;
    const missing = [...new Set(oids)].filter((oid) => !this.hasNow(oid));
    if (missing.length > 0) await this.#fetchPromised(missing);
  }

  /** Reads one object without asking Git. */
  readNow(oid: Oid): GitObject | undefined {
    const found = this.#first((directory) => directory.read(oid));
    if (found) return { oid, type: found.type, body: found.body };
    return oid === EMPTY_TREE ? { oid, type: 'tree', body: Buffer.alloc(0) } : undefined;
  }

  /** Whether the objects are in the repository, whole or promised. */
  hasNow(oid: Oid): boolean {
    return this.#first((directory) => directory.has(oid) || undefined) === true;
  }

  /** The object as it stands in a pack, deflated, when it stands there whole. */
  readWhole(oid: Oid): Buffer | undefined {
    return this.#first((directory) => directory.readWhole(oid));
  }

  /** The base of a delta. */
  readBase(oid: Oid): Unpacked | undefined {
    return this.#first((directory) => directory.read(oid));
  }

  /** Lets go of files and of the child process. The database may be used again. */
  close(): void {
    this.#git.close();
    this.#release();
  }

  #release(): void {
    clearInterval(this.#idle);
    this.#idle = undefined;
    for (const directory of this.#directories ?? []) directory[Symbol.dispose]();
    this.#directories = undefined;
  }

  #releaseWhenIdle(): void {
    if (!this.#used) this.#release();
    this.#used = false;
  }

  #first<T>(ask: (directory: ObjectDirectory) => T | undefined): T | undefined {
    this.#directories ??= this.#open();
    this.#used = true;
    this.#idle ??= setInterval(() => this.#releaseWhenIdle(), IDLE_MS).unref();
    for (const directory of this.#directories) {
      const found = ask(directory);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #isPromised(): boolean {
    return this.#first((directory) => directory.promised || undefined) === true;
  }

  /** Fills in what was promised, and then what Git alone can read.
   * @param oids of the objects, as far as they are known */
  async #complete(
    objects: (GitObject | undefined)[],
    oids: readonly (Oid | undefined)[],
    ask: (missing: readonly number[]) => Promise<readonly (GitObject | undefined)[]>,
  ): Promise<readonly (GitObject | undefined)[]> {
    const gaps = () => [...objects.keys()].filter((index) => objects[index] === undefined);
    let missing = gaps();
    if (missing.length === 0) return objects;
    if (this.#isPromised()) {
      const wanted = new Set(missing.flatMap((index) => oids[index] ?? []));
      if (wanted.size > 0) await this.#fetchPromised([...wanted]);
      for (const index of missing) objects[index] = oids[index] && this.readNow(oids[index]);
      missing = gaps();
    }
    const asksGit = this.#format !== 'sha1' || this.#directories?.some((directory) => directory.foreign);
    if (missing.length === 0 || !asksGit) return objects;
    const found = await ask(missing);
    for (const [position, index] of missing.entries()) objects[index] = found[position];
    return objects;
  }

  #oidAt(tree: Oid, path: string, trees: Map<string, ReadonlyMap<string, Oid> | undefined>): Oid | undefined {
    let oid: Oid | undefined = tree;
    let walked = '';
    for (const segment of path.split('/')) {
      if (!trees.has(walked)) trees.set(walked, this.#entries(oid));
      oid = trees.get(walked)?.get(segment);
      if (oid === undefined) return undefined;
      walked += `${segment}/`;
    }
    return oid;
  }

  #entries(oid: Oid): ReadonlyMap<string, Oid> | undefined {
    const object = this.readNow(oid);
    if (object?.type === 'commit') return this.#entries(decodeCommit(oid, object.body).tree);
    if (object?.type !== 'tree') return undefined;
    return new Map(decodeTree(object.body).map((entry) => [entry.name, entry.oid]));
  }

  #open(): readonly ObjectDirectory[] {
    if (this.#format !== 'sha1') return [];
    const found = new Map<string, ObjectDirectory>();
    const visit = (path: string, depth: number) => {
      if (found.has(path) || depth > DEEPEST_ALTERNATE) return;
      found.set(path, new ObjectDirectory(path));
      for (const alternate of alternatesOf(path)) visit(alternate, depth + 1);
    };
    visit(this.#objectsDirectory, 0);
    return [...found.values()];
  }
}

/** The directories that a directory of objects borrows from (gitrepository-layout, "objects/info/alternates"). */
function alternatesOf(objectsDirectory: string): readonly string[] {
  const file = join(objectsDirectory, 'info', 'alternates');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => resolve(objectsDirectory, line));
}
