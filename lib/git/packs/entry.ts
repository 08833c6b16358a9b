/** Entries of a pack: type and size, where the base of a delta is, and the deflated bytes (gitformat-pack). */
import { inflateSync, type ZlibOptions } from 'node:zlib';
import { asOid, type ObjectType, type Oid } from '../oid.ts';
import { badPack, tooLarge } from './bad-pack.ts';
import { inflateSmall, MAX_SMALL_BYTES } from './inflate.ts';

/** No object that Truekeel has to do with comes near it, and what claims to be larger is not unpacked. */
export const MAX_OBJECT_BYTES = 256 * 2 ** 20;

/** The most bytes that stand before the deflated ones: ten of type and size, ten of offset or twenty of id. */
export const MAX_HEADER_BYTES = 32;

const TYPES: Readonly<Record<number, ObjectType>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };
const TYPE_BITS: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3, tag: 4 };
const OFS_DELTA = 6;
const REF_DELTA = 7;

export type EntryHeader = {
  /** Bytes once inflated: of the object, or of the delta. */
  readonly size: number;
  /** Bytes of the header itself. */
  readonly length: number;
} & (
  | { readonly kind: 'whole'; readonly type: ObjectType }
  /** The base is that many bytes further up in the pack. */
  | { readonly kind: 'offset-delta'; readonly distance: number }
  | { readonly kind: 'ref-delta'; readonly base: Oid }
);

/** @param bytes from the start of the entry on; {@link MAX_HEADER_BYTES} of them are enough
 * @throws GitError `BAD_PACK`, `OBJECT_TOO_LARGE` */
export function decodeEntryHeader(bytes: Uint8Array): EntryHeader {
  let at = 0;
  const next = () => {
    const byte = bytes[at++];
    if (byte === undefined) throw badPack('an entry of the pack is cut off');
    return byte;
  };
  let byte = next();
  const type = (byte >> 4) & 7;
  let size = byte & 0x0f;
  for (let unit = 16; byte & 0x80; unit *= 128) {
    byte = next();
    size += (byte & 0x7f) * unit;
    if (!Number.isSafeInteger(size)) throw badPack('an entry of the pack has an impossible size');
  }
  if (size > MAX_OBJECT_BYTES) throw tooLarge(size, MAX_OBJECT_BYTES);
  if (type === OFS_DELTA) {
    byte = next();
    let distance = byte & 0x7f;
    while (byte & 0x80) {
      byte = next();
      distance = (distance + 1) * 128 + (byte & 0x7f);
      if (!Number.isSafeInteger(distance)) throw badPack('a delta of the pack has an impossible base');
    }
    return { kind: 'offset-delta', distance, size, length: at };
  }
  if (type === REF_DELTA) {
    if (bytes.length < at + 20) throw badPack('an entry of the pack is cut off');
    const base = asOid(Buffer.from(bytes.subarray(at, at + 20)).toString('hex'));
    return { kind: 'ref-delta', base, size, length: at + 20 };
  }
  const known = TYPES[type];
  if (known === undefined) throw badPack(`an entry of the pack has type ${type}, which does not exist`);
  return { kind: 'whole', type: known, size, length: at };
}

/** The header of a whole object: type in bits 4–6 of the first byte, size in the low four and then seven bits a byte. */
export function encodeEntryHeader(type: ObjectType, size: number): Buffer {
  const bytes = [(TYPE_BITS[type] << 4) | (size & 0x0f)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1]! |= 0x80;
    bytes.push(rest & 0x7f);
  }
  return Buffer.from(bytes);
}

/** Inflates what an entry holds; never more than it said.
 * @param deflated may go on behind the end of the entry
 * @returns the bytes, and how many deflated ones they took
 * @throws GitError `BAD_PACK` when they are not `size` bytes */
export function inflateEntry(
  deflated: Uint8Array,
  size: number,
): { readonly body: Buffer; readonly taken: number } {
  if (size <= MAX_SMALL_BYTES) {
    const body = Buffer.allocUnsafe(size);
    const taken = inflateSmall(deflated, body);
    if (taken !== undefined) return { body, taken };
  }
  const options: ZlibOptions = {
    info: true,
    // Room for one byte too many, so that the end is found in one go; not what a lying header asks for.
    chunkSize: Math.min(Math.max(size + 1, 64), 2 ** 20),
    maxOutputLength: size + 1,
  };
  let result: { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };
  try {
    // With `info` the answer is not the Buffer that the types of node:zlib promise.
    result = inflateSync(deflated, options) as unknown as typeof result;
  } catch (error) {
    throw badPack(`an entry of the pack cannot be inflated to ${size} bytes`, error);
  }
  if (result.buffer.length !== size)
    throw badPack(`an entry of the pack says ${size} bytes and holds ${result.buffer.length}`);
  return { body: result.buffer, taken: result.engine.bytesWritten };
}
