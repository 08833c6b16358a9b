/** Deltas: an object as copies out of another one and bytes of its own (gitformat-pack, "Deltified representation"). */
import { badPack, tooLarge } from './bad-pack.ts';
import { MAX_OBJECT_BYTES } from './entry.ts';

/** @throws GitError `BAD_PACK` when the delta was made for another base, reaches outside of it, or does not make
 * what it promises; `OBJECT_TOO_LARGE` */
export function applyDelta(base: Uint8Array, delta: Uint8Array): Buffer {
  const reader = new DeltaReader(delta);
  const baseSize = reader.size();
  if (baseSize !== base.length)
    throw badPack(`a delta is for a base of ${baseSize} bytes, not ${base.length}`);
  const targetSize = reader.size();
  if (targetSize > MAX_OBJECT_BYTES) throw tooLarge(targetSize, MAX_OBJECT_BYTES);
  const target = Buffer.allocUnsafe(targetSize);
  let filled = 0;
  while (!reader.done) {
    const source = reader.instruction(base);
    if (filled + source.length > targetSize) throw badPack('a delta makes more than it promises');
    target.set(source, filled);
    filled += source.length;
  }
  if (filled !== targetSize) throw badPack('a delta makes less than it promises');
  return target;
}

class DeltaReader {
  readonly #delta: Uint8Array;
  #at = 0;

  constructor(delta: Uint8Array) {
    this.#delta = delta;
  }

  get done(): boolean {
    return this.#at >= this.#delta.length;
  }

  /** Seven bits a byte, the low ones first. */
  size(): number {
    let size = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = this.#byte();
      size += (byte & 0x7f) * unit;
      if (!Number.isSafeInteger(size)) throw badPack('a delta has an impossible size');
      if (!(byte & 0x80)) return size;
    }
  }

  /** The bytes that the next instruction adds. */
  instruction(base: Uint8Array): Uint8Array {
    const command = this.#byte();
    if (command === 0) throw badPack('a delta has an instruction that does not exist');
    if (!(command & 0x80)) {
      const start = this.#at;
      this.#at += command;
      if (this.#at > this.#delta.length) throw badPack('a delta is cut off');
      return this.#delta.subarray(start, this.#at);
    }
    const offset = this.#sparse(command, 4);
    // A length of zero stands for 64 KiB.
    const length = this.#sparse(command >> 4, 3) || 0x10000;
    if (offset + length > base.length) throw badPack('a delta copies from outside of its base');
    return base.subarray(offset, offset + length);
  }

  /** A number of which only those bytes are there whose bit is set. */
  #sparse(bits: number, bytes: number): number {
    let value = 0;
    for (let index = 0; index < bytes; index++) {
      if (bits & (1 << index)) value += this.#byte() * 256 ** index;
    }
    return value;
  }

  #byte(): number {
    const byte = this.#delta[this.#at++];
    if (byte === undefined) throw badPack('a delta is cut off');
    return byte;
  }
}
