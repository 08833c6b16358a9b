/** One directory of objects: packs and loose files. Looks again when something is not there, for others write too. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isGitError } from './errors.ts';
import { hasLoose, readLoose } from './loose-objects.ts';
import type { Oid } from './oid.ts';
import { StoredPack } from './packs/stored-pack.ts';
import type { Unpacked } from './packs/unpack.ts';

/** Indexes over this many bytes are left to Git, which maps them into memory. */
const MAX_INDEX_BYTES = 64 * 2 ** 20;

export class ObjectDirectory implements Disposable {
  readonly #path: string;
  readonly #packs = new Map<string, StoredPack>();
  #packsChanged: number | undefined;
  #foreign = false;
  #promised = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Whether it may hold, or get from elsewhere, objects that this class does not see: what is {@link promised}, and indexes of
   * another version. */
  get foreign(): boolean {
    this.#scan();
    return this.#foreign || this.#promised;
  }

  /** Whether its objects name others that are fetched when they are asked for: packs of a partial clone. */
  get promised(): boolean {
    this.#scan();
    return this.#promised;
  }

  /** @throws GitError `BAD_PACK`, `OBJECT_TOO_LARGE` */
  read(oid: Oid): Unpacked | undefined {
    return (
      this.#fromPacks((pack) => pack.read(oid)) ??
      readLoose(this.#path, oid) ??
      this.#again((pack) => pack.read(oid))
    );
  }

  has(oid: Oid): boolean {
    const find = (pack: StoredPack) => pack.index.find(oid);
    return (
      this.#fromPacks(find) !== undefined || hasLoose(this.#path, oid) || this.#again(find) !== undefined
    );
  }

  /** The object as it stands in a pack ({@link StoredPack.readWhole}). */
  readWhole(oid: Oid): Buffer | undefined {
    return this.#fromPacks((pack) => pack.readWhole(oid));
  }

  [Symbol.dispose](): void {
    for (const pack of this.#packs.values()) pack[Symbol.dispose]();
    this.#packs.clear();
    this.#packsChanged = undefined;
  }

  #again<T>(ask: (pack: StoredPack) => T | undefined): T | undefined {
    return this.#scan() ? this.#fromPacks(ask) : undefined;
  }

  #fromPacks<T>(ask: (pack: StoredPack) => T | undefined): T | undefined {
    if (this.#packsChanged === undefined) this.#scan();
    for (const [name, pack] of this.#packs) {
      try {
        const found = ask(pack);
        if (found !== undefined) return found;
      } catch (error) {
        // "git gc" took it away before it was opened; what it held is in another by now.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
        this.#packs.delete(name);
        this.#packsChanged = undefined;
      }
    }
    return undefined;
  }

  /** @returns whether the packs may be others than before */
  #scan(): boolean {
    const directory = join(this.#path, 'pack');
    const changed = statSync(directory, { throwIfNoEntry: false })?.mtimeMs;
    if (changed === undefined || changed === this.#packsChanged) return false;
    this.#packsChanged = changed;
    const names = readdirSync(directory);
    const present = new Set(names.filter((name) => name.endsWith('.idx')).map((name) => name.slice(0, -4)));
    for (const [name, pack] of this.#packs) {
      if (present.has(name)) continue;
      pack[Symbol.dispose]();
      this.#packs.delete(name);
    }
    this.#promised = names.some((name) => name.endsWith('.promisor'));
    for (const name of present) if (!this.#packs.has(name)) this.#add(join(directory, name), name);
    return true;
  }

  #add(path: string, name: string): void {
    const size = statSync(`${path}.idx`, { throwIfNoEntry: false })?.size;
    if (size === undefined) return;
    try {
      if (size > MAX_INDEX_BYTES) this.#foreign = true;
      else this.#packs.set(name, new StoredPack(path));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
      if (!isGitError(error, 'BAD_PACK')) throw error;
      this.#foreign = true;
    }
  }
}
