/** Writes packs and their indexes (gitformat-pack): version 2, whole objects, no deltas. A commit of 10,000
 * small files costs one file and some hundred milliseconds, where loose objects cost ten thousand files. */
import { createHash } from 'node:crypto';
import { crc32, deflateSync, type ZlibOptions } from 'node:zlib';
import type { ObjectFormat, ObjectType, Oid } from './oid.ts';
import { encodeEntryHeader } from './packs/entry.ts';

export interface PackObject {
  readonly oid: Oid;
  readonly type: ObjectType;
  readonly body: Uint8Array;
}

export interface Pack {
  /** Hash of the pack, which names it: `pack-<checksum>.pack`. */
  readonly checksum: string;
  /** Its bytes, in order. */
  readonly pack: readonly Buffer[];
  readonly index: Buffer;
}

/** Objects between two breaths: compressing many keeps the process from everything else it does. */
const BREATH = 512;

/** @param objects without duplicates */
export async function encodePack(
  objects: readonly PackObject[],
  format: ObjectFormat = 'sha1',
): Promise<Pack> {
  const hash = createHash(format);
  const pack: Buffer[] = [];
  const add = (chunk: Buffer) => {
    hash.update(chunk);
    pack.push(chunk);
  };
  add(packHeader(objects.length));
  const index: IndexEntry[] = [];
  let offset = pack[0]!.length;
  for (let at = 0; at < objects.length; at += BREATH) {
    const entries = objects.slice(at, at + BREATH).map((object) => {
      const entry = encodeEntry(object);
      index.push({ oid: Buffer.from(object.oid, 'hex'), offset, crc: crc32(entry) });
      offset += entry.length;
      return entry;
    });
    add(Buffer.concat(entries));
    await new Promise(setImmediate);
  }
  const trailer = hash.digest();
  pack.push(trailer);
  return { checksum: trailer.toString('hex'), pack, index: encodeIndex(index, trailer, format) };
}

/** What a pack starts with. */
export function packHeader(count: number): Buffer {
  const header = Buffer.alloc(12);
  header.write('PACK', 0, 'latin1');
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(count, 8);
  return header;
}

/** A whole object as an entry of a pack. */
export function encodeEntry({ type, body }: Omit<PackObject, 'oid'>): Buffer {
  return Buffer.concat([
    encodeEntryHeader(type, body.length),
    deflateSync(body, deflateOptions(body.length)),
  ]);
}

/** For a small body, a window that holds it and buffers of its size: the same bytes, without most of the memory that
 * zlib sets up each time, which costs more than compressing does, and which piles up until it is collected. */
function deflateOptions(size: number): ZlibOptions {
  return size < 4096
    ? { level: 1, windowBits: 12, memLevel: 5, chunkSize: Math.max(64, size + 32) }
    : { level: 1 };
}

export interface IndexEntry {
  readonly oid: Buffer;
  readonly offset: number;
  readonly crc: number;
}

/** Index version 2: fan-out, ids, CRCs, offsets, the 64-bit offsets of packs over 2 GiB, two checksums. */
export function encodeIndex(
  unsorted: readonly IndexEntry[],
  packChecksum: Buffer,
  format: ObjectFormat = 'sha1',
): Buffer {
  const entries = unsorted.toSorted((a, b) => Buffer.compare(a.oid, b.oid));
  const fanout = Buffer.alloc(256 * 4);
  const crcs = Buffer.alloc(entries.length * 4);
  const offsets = Buffer.alloc(entries.length * 4);
  const large: Buffer[] = [];
  const upTo = new Array<number>(256).fill(0);
  for (const [position, { oid, offset, crc }] of entries.entries()) {
    upTo[oid[0]!]!++;
    crcs.writeUInt32BE(crc, position * 4);
    if (offset < 0x80000000) offsets.writeUInt32BE(offset, position * 4);
    else {
      offsets.writeUInt32BE(0x80000000 + large.length, position * 4);
      const wide = Buffer.alloc(8);
      wide.writeBigUInt64BE(BigInt(offset));
      large.push(wide);
    }
  }
  let total = 0;
  for (const [first, count] of upTo.entries()) {
    total += count;
    fanout.writeUInt32BE(total, first * 4);
  }
  const body = Buffer.concat([
    Buffer.from([0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2]),
    fanout,
    ...entries.map((entry) => entry.oid),
    crcs,
    offsets,
    ...large,
    packChecksum,
  ]);
  return Buffer.concat([body, createHash(format).update(body).digest()]);
}
