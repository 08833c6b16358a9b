/** A pack of the object store with its index. */
import { readFileSync } from 'node:fs';
import type { Oid } from '../oid.ts';
import { ByteCache } from './byte-cache.ts';
import { decodeEntryHeader, MAX_HEADER_BYTES } from './entry.ts';
import { PackFileBytes } from './pack-bytes.ts';
import { PackIndex } from './pack-index.ts';
import { type Unpacked, unpackEntry } from './unpack.ts';

/** For what deltas of one pack stand on. */
const CACHE_BYTES = 16 * 2 ** 20;

export class StoredPack implements Disposable {
  readonly index: PackIndex;
  readonly #path: string;
  readonly #cache = new ByteCache<number, Unpacked>(CACHE_BYTES);
  #pack: PackFileBytes | undefined;

  /** @param path of the pack without `.pack`
   * @throws GitError `BAD_PACK` when its index cannot be read */
  constructor(path: string) {
    this.index = new PackIndex(readFileSync(`${path}.idx`));
    this.#path = path;
  }

  /** @returns undefined when the object is not in the pack
   * @throws GitError `BAD_PACK`, `OBJECT_TOO_LARGE` */
  read(oid: Oid): Unpacked | undefined {
    const offset = this.index.find(oid);
    if (offset === undefined) return undefined;
    const pack = this.#open();
    return unpackEntry(
      {
        pack,
        cache: this.#cache,
        find: (base) => this.index.find(base),
        endOf: (at) => this.index.endOf(at, pack.length),
      },
      offset,
    );
  }

  /** The entry of an object as it stands in the pack, if it is whole: header and deflated bytes, ready for another
   * pack. Undefined when it is a delta, or not there. */
  readWhole(oid: Oid): Buffer | undefined {
    const offset = this.index.find(oid);
    if (offset === undefined) return undefined;
    const pack = this.#open();
    if (decodeEntryHeader(pack.at(offset, MAX_HEADER_BYTES)).kind !== 'whole') return undefined;
    return Buffer.from(pack.at(offset, this.index.endOf(offset, pack.length) - offset));
  }

  [Symbol.dispose](): void {
    this.#pack?.[Symbol.dispose]();
    this.#pack = undefined;
  }

  #open(): PackFileBytes {
    this.#pack ??= new PackFileBytes(`${this.#path}.pack`);
    return this.#pack;
  }
}
