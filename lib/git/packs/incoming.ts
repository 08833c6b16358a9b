/** A pack that travelled: every object of it is unpacked, named and looked at before any of it is kept. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { hashObject, type ObjectType, type Oid } from '../oid.ts';
import { badPack } from './bad-pack.ts';
import { ByteCache } from './byte-cache.ts';
import { decodeEntryHeader, inflateEntry, MAX_HEADER_BYTES } from './entry.ts';
import { bytesInMemory } from './pack-bytes.ts';
import { FIRST_ENTRY, type PackLookup, type Unpacked, unpackEntry } from './unpack.ts';

const CHECKSUM_BYTES = 20;
const CACHE_BYTES = 32 * 2 ** 20;

/** The most bytes that a pack may hold once inflated. A pack of some megabytes that holds more is a bomb. */
const MAX_INFLATED_BYTES = 4 * 2 ** 30;

/** Objects between two breaths. */
const BREATH = 256;

interface IncomingEntry {
  readonly oid: Oid;
  readonly type: ObjectType;
  /** Where it starts in the pack, and its checksum there. */
  readonly offset: number;
  readonly crc: number;
}

export interface IncomingPack {
  readonly checksum: Buffer;
  readonly entries: readonly IncomingEntry[];
  /** Objects that deltas stand on and the pack does not hold: it is "thin". */
  readonly outside: ReadonlyMap<Oid, Unpacked>;
  readonly read: (entry: IncomingEntry) => Unpacked;
}

/** @param pack the whole of it
 * @param outside looks up bases that the pack does not hold
 * @param onObject gets each object once, with its body
 * @throws GitError `BAD_PACK`, `OBJECT_TOO_LARGE`, and what `onObject` throws */
export async function readIncoming(
  pack: Buffer,
  outside: (oid: Oid) => Unpacked | undefined,
  onObject: (oid: Oid, object: Unpacked) => void,
): Promise<IncomingPack> {
  return new Incoming(pack, outside, onObject).read();
}

/** Where an entry starts and ends. */
interface Span {
  readonly offset: number;
  readonly end: number;
}

class Incoming {
  readonly #pack: Buffer;
  readonly #onObject: (oid: Oid, object: Unpacked) => void;
  readonly #lookup: PackLookup;
  readonly #entries: IncomingEntry[] = [];
  readonly #offsets = new Map<Oid, number>();
  readonly #ends = new Map<number, number>();
  readonly #outside = new Map<Oid, Unpacked>();
  /** Deltas that wait for their base, by where it starts or by its id. */
  readonly #waiting = new Map<number | Oid, Span[]>();
  #inflated = 0;
  #steps = 0;

  constructor(
    pack: Buffer,
    outside: (oid: Oid) => Unpacked | undefined,
    onObject: (oid: Oid, object: Unpacked) => void,
  ) {
    this.#pack = pack;
    this.#onObject = onObject;
    this.#lookup = {
      pack: bytesInMemory(pack),
      cache: new ByteCache(CACHE_BYTES),
      find: (oid) => this.#offsets.get(oid),
      endOf: (offset) => this.#ends.get(offset) ?? pack.length,
      outside: (oid) => {
        const found = this.#outside.get(oid) ?? outside(oid);
        if (found) this.#outside.set(oid, found);
        return found;
      },
    };
  }

  async read(): Promise<IncomingPack> {
    const count = this.#checkFrame();
    const end = this.#pack.length - CHECKSUM_BYTES;
    let at = FIRST_ENTRY;
    for (let index = 0; index < count; index++) {
      await this.#breathe();
      if (at >= end) throw badPack('the pack holds fewer objects than it promises');
      at = this.#scan(at, end);
    }
    if (at !== end) throw badPack('the pack goes on behind its last object');
    // Deltas on whole objects, and with them those that stand on these; what is left stands on objects from outside.
    for (const { oid, offset } of [...this.#entries])
      for (const base of [offset, oid]) for (const delta of this.#take(base)) await this.#settle(delta);
    for (const base of [...this.#waiting.keys()]) {
      if (typeof base === 'number' || !this.#lookup.outside?.(base)) continue;
      for (const delta of this.#take(base)) await this.#settle(delta);
    }
    if (this.#entries.length !== count)
      throw badPack('deltas of the pack stand on objects that are not there, or on each other');
    return {
      checksum: this.#pack.subarray(end),
      entries: this.#entries,
      outside: this.#outside,
      read: ({ offset }) => unpackEntry(this.#lookup, offset),
    };
  }

  /** @returns how many objects the pack says it has */
  #checkFrame(): number {
    const pack = this.#pack;
    if (pack.length < FIRST_ENTRY + CHECKSUM_BYTES || pack.toString('latin1', 0, 4) !== 'PACK')
      throw badPack('what arrived is not a pack, or only the start of one');
    const version = pack.readUInt32BE(4);
    if (version !== 2 && version !== 3) throw badPack(`a pack of version ${version} is not known`);
    const end = pack.length - CHECKSUM_BYTES;
    const sum = createHash('sha1').update(pack.subarray(0, end)).digest();
    if (!sum.equals(pack.subarray(end))) throw badPack('the pack is damaged: its checksum is another');
    return pack.readUInt32BE(8);
  }

  /** Inflates an entry, which finds its end, and names it if it is whole. Its bytes are not kept: most objects are
   * asked for by no delta.
   * @returns where the next one starts */
  #scan(at: number, end: number): number {
    const header = decodeEntryHeader(this.#pack.subarray(at, Math.min(at + MAX_HEADER_BYTES, end)));
    const start = at + header.length;
    const { body, taken } = inflateEntry(this.#pack.subarray(start, end), header.size);
    const entry = { offset: at, end: start + taken };
    this.#ends.set(at, entry.end);
    if (header.kind === 'whole') this.#name(entry, { type: header.type, body, bytes: body.length });
    else {
      const base = header.kind === 'ref-delta' ? header.base : at - header.distance;
      if (typeof base === 'number' && !(this.#ends.has(base) && base < at))
        throw badPack('a delta has its base outside of the pack');
      const waiting = this.#waiting.get(base);
      if (waiting) waiting.push(entry);
      else this.#waiting.set(base, [entry]);
    }
    return entry.end;
  }

  /** Unpacks a delta whose base is settled, and then those that stand on it. A stack, not a recursion: chains are long. */
  async #settle(first: Span): Promise<void> {
    const stack = [first];
    for (let entry = stack.pop(); entry; entry = stack.pop()) {
      await this.#breathe();
      const oid = this.#name(entry, unpackEntry(this.#lookup, entry.offset));
      for (const base of [entry.offset, oid]) for (const delta of this.#take(base)) stack.push(delta);
    }
  }

  #name({ offset, end }: Span, object: Unpacked): Oid {
    this.#inflated += object.body.length;
    if (this.#inflated > MAX_INFLATED_BYTES)
      throw badPack(
        `the pack of ${this.#pack.length} bytes holds more than ${MAX_INFLATED_BYTES} of objects`,
      );
    const oid = hashObject(object.type, object.body);
    if (this.#offsets.has(oid)) throw badPack(`the pack holds ${oid} twice`);
    this.#offsets.set(oid, offset);
    this.#entries.push({ oid, type: object.type, offset, crc: crc32(this.#pack.subarray(offset, end)) });
    this.#onObject(oid, object);
    return oid;
  }

  #take(base: number | Oid): readonly Span[] {
    const waiting = this.#waiting.get(base) ?? [];
    this.#waiting.delete(base);
    return waiting;
  }

  async #breathe(): Promise<void> {
    if (++this.#steps % BREATH === 0) await new Promise(setImmediate);
  }
}
