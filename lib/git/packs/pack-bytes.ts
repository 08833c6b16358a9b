/** The bytes of a pack, wherever they are. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { badPack } from './bad-pack.ts';
import { ByteCache } from './byte-cache.ts';

export interface PackBytes {
  /** Bytes of the whole pack, with header and checksum. */
  readonly length: number;
  /** @returns fewer bytes only where the pack ends. Not to be changed, and not to be kept: it is part of more. */
  at(offset: number, length: number): Buffer;
}

export function bytesInMemory(pack: Buffer): PackBytes {
  return { length: pack.length, at: (offset, length) => pack.subarray(offset, offset + length) };
}

/** What is read of a file at a time. Objects that are written together are read together. */
const BLOCK_BYTES = 256 * 1024;

/** A pack as a file. It stays open, so that it can be read when "git gc" has put another in its place. */
export class PackFileBytes implements PackBytes, Disposable {
  readonly length: number;
  readonly #file: number;
  readonly #blocks = new ByteCache<number, { readonly data: Buffer; readonly bytes: number }>(8 * 2 ** 20);

  constructor(path: string) {
    this.#file = openSync(path, 'r');
    this.length = fstatSync(this.#file).size;
  }

  at(offset: number, length: number): Buffer {
    const first = Math.floor(offset / BLOCK_BYTES);
    const within = offset - first * BLOCK_BYTES;
    if (within + length <= BLOCK_BYTES) return this.#block(first).subarray(within, within + length);
    return this.#read(offset, Math.min(length, Math.max(0, this.length - offset)));
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  #block(number: number): Buffer {
    const known = this.#blocks.get(number);
    if (known) return known.data;
    const start = number * BLOCK_BYTES;
    const data = this.#read(start, Math.min(BLOCK_BYTES, Math.max(0, this.length - start)));
    this.#blocks.set(number, { data, bytes: data.length });
    return data;
  }

  #read(offset: number, length: number): Buffer {
    const data = Buffer.allocUnsafe(length);
    for (let filled = 0; filled < length; ) {
      const count = readSync(this.#file, data, filled, length - filled, offset + filled);
      if (count === 0) throw badPack('the pack is shorter than it was');
      filled += count;
    }
    return data;
  }
}
