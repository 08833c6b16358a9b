/** Entries of a pack to objects: follows chains of deltas, keeping what was made on the way. */
import type { ObjectType, Oid } from '../oid.ts';
import { badPack } from './bad-pack.ts';
import type { ByteCache } from './byte-cache.ts';
import { applyDelta } from './delta.ts';
import { decodeEntryHeader, inflateEntry, MAX_HEADER_BYTES } from './entry.ts';
import type { PackBytes } from './pack-bytes.ts';

export interface Unpacked {
  readonly type: ObjectType;
  readonly body: Buffer;
  readonly bytes: number;
}

export interface PackLookup {
  readonly pack: PackBytes;
  /** Where an entry of this pack starts that is the base of a delta; undefined when it has none of that id. */
  readonly find: (oid: Oid) => number | undefined;
  /** Where the entry ends that starts there, or any place behind it. */
  readonly endOf: (offset: number) => number;
  /** A base that the pack does not hold: only what travels may ask for one. */
  readonly outside?: (oid: Oid) => Unpacked | undefined;
  /** What was unpacked already, by where its entry starts. */
  readonly cache: ByteCache<number, Unpacked>;
}

/** Git makes chains of 50, and at most of 4095. */
const LONGEST_CHAIN = 4096;

/** Where the first entry of a pack starts. */
export const FIRST_ENTRY = 12;

/** @throws GitError `BAD_PACK` when the entry, or one that it needs, is damaged, missing, or needs itself;
 * `OBJECT_TOO_LARGE` */
export function unpackEntry(lookup: PackLookup, offset: number): Unpacked {
  const deltas: { readonly offset: number; readonly delta: Buffer }[] = [];
  let object: Unpacked | undefined;
  for (let at = offset; ; ) {
    object = lookup.cache.get(at);
    if (object) break;
    const entry = readEntry(lookup, at);
    if (entry.header.kind === 'whole') {
      object = { type: entry.header.type, body: entry.body, bytes: entry.body.length };
      lookup.cache.set(at, object);
      break;
    }
    // A cycle is a chain that does not end.
    if (deltas.push({ offset: at, delta: entry.body }) > LONGEST_CHAIN)
      throw badPack('a chain of deltas in the pack has no end');
    if (entry.header.kind === 'offset-delta') {
      at -= entry.header.distance;
      if (entry.header.distance === 0 || at < FIRST_ENTRY)
        throw badPack('a delta has its base outside of the pack');
      continue;
    }
    const base = lookup.find(entry.header.base);
    if (base === undefined) {
      object = lookup.outside?.(entry.header.base);
      if (!object) throw badPack(`a delta needs ${entry.header.base}, which is not there`);
      break;
    }
    at = base;
  }
  for (const { offset: at, delta } of deltas.reverse()) {
    const body: Buffer = applyDelta(object.body, delta);
    object = { type: object.type, body, bytes: body.length };
    lookup.cache.set(at, object);
  }
  return object;
}

/** @param at where the entry starts
 * @returns what it holds, as it is: an object or a delta */
function readEntry({ pack, endOf }: PackLookup, at: number) {
  const header = decodeEntryHeader(pack.at(at, MAX_HEADER_BYTES));
  const start = at + header.length;
  const { body } = inflateEntry(pack.at(start, endOf(at) - start), header.size);
  return { header, body };
}
