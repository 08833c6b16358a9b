/** Reads the index of a pack: which objects it has, and where (gitformat-pack, "Version 2 pack-*.idx files"). */
import { asOid, type Oid } from '../oid.ts';
import { badPack } from './bad-pack.ts';

const MAGIC = Buffer.from([0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2]);
const FANOUT_AT = 8;
const IDS_AT = FANOUT_AT + 256 * 4;
const ID_BYTES = 20;

export class PackIndex {
  /** How many objects the pack has. */
  readonly count: number;
  readonly #bytes: Buffer;
  readonly #offsetsAt: number;
  /** Where entries start, in order; the last value is where the last one ends. */
  #starts: Float64Array | undefined;

  /** @throws GitError `BAD_PACK` when it is no index of version 2, or its tables do not fit */
  constructor(bytes: Buffer) {
    if (bytes.length < IDS_AT + 40 || !bytes.subarray(0, 8).equals(MAGIC))
      throw badPack('the index of the pack is not one of version 2');
    this.#bytes = bytes;
    this.count = bytes.readUInt32BE(FANOUT_AT + 255 * 4);
    this.#offsetsAt = IDS_AT + this.count * (ID_BYTES + 4);
    for (let first = 1; first < 256; first++) {
      if (this.#upTo(first) < this.#upTo(first - 1)) throw badPack('the index of the pack is not in order');
    }
    if (this.#wideAt + 40 > bytes.length) throw badPack('the index of the pack is cut off');
  }

  /** Bytes that it takes in memory. */
  get size(): number {
    return this.#bytes.length;
  }

  /** @returns where the object's entry starts; undefined when it is not in the pack */
  find(oid: Oid): number | undefined {
    const id = Buffer.from(oid, 'hex');
    const first = id[0]!;
    let low = first === 0 ? 0 : this.#upTo(first - 1);
    let high = this.#upTo(first);
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = IDS_AT + middle * ID_BYTES;
      const order = id.compare(this.#bytes, at, at + ID_BYTES);
      if (order === 0) return this.#offset(middle);
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    return undefined;
  }

  /** The object ids, in order. */
  *oids(): Generator<Oid> {
    for (let position = 0; position < this.count; position++) {
      const at = IDS_AT + position * ID_BYTES;
      yield asOid(this.#bytes.toString('hex', at, at + ID_BYTES));
    }
  }

  /** Where the entry ends that starts there: where the next one starts.
   * @param packLength bytes of the pack
   * @throws GitError `BAD_PACK` when no entry starts there */
  endOf(offset: number, packLength: number): number {
    this.#starts ??= this.#sortedStarts(packLength);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    const end = this.#starts[low + 1];
    if (this.#starts[low] !== offset || end === undefined)
      throw badPack('the index of the pack points at no entry');
    return end;
  }

  #sortedStarts(packLength: number): Float64Array {
    const starts = new Float64Array(this.count + 1);
    for (let position = 0; position < this.count; position++) starts[position] = this.#offset(position);
    starts[this.count] = packLength - ID_BYTES;
    return starts.sort();
  }

  get #wideAt(): number {
    return this.#offsetsAt + this.count * 4;
  }

  /** How many ids start with a byte that is at most this one. */
  #upTo(first: number): number {
    return this.#bytes.readUInt32BE(FANOUT_AT + first * 4);
  }

  #offset(position: number): number {
    const offset = this.#bytes.readUInt32BE(this.#offsetsAt + position * 4);
    if (offset < 0x80000000) return offset;
    const at = this.#wideAt + (offset - 0x80000000) * 8;
    if (at + 8 > this.#bytes.length - 40) throw badPack('the index of the pack points outside of its tables');
    return Number(this.#bytes.readBigUInt64BE(at));
  }
}
