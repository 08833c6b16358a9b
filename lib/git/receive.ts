/** Takes a pack off the wire into the object store: all of it, or nothing. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type GitContext, tryGit } from './context.ts';
import { ObjectWriter, PACK_FROM, publishPack } from './object-store.ts';
import type { Oid } from './oid.ts';
import { encodeEntry, encodeIndex, type IndexEntry, packHeader } from './pack.ts';
import { badPack } from './packs/bad-pack.ts';
import { type Reference, referencesOf } from './packs/checks.ts';
import { type IncomingPack, readIncoming } from './packs/incoming.ts';

export interface Expected {
  /** What was asked for. */
  readonly wants: readonly Oid[];
  /** Commits that come without their parents. */
  readonly shallow: ReadonlySet<Oid>;
  /** Blobs and trees may have been left out, and are fetched when they are asked for. */
  readonly promised: boolean;
}

/** A pack up to this size is unpacked here; a larger one is handed to Git, which does it on the disk. */
const MAX_IN_MEMORY = 32 * 2 ** 20;

/** What is larger is not written to the disk: Git takes every pack that it is sent, however large. */
const MAX_PACK_BYTES = 4 * 2 ** 30;

/** @throws GitError `BAD_PACK` when it is damaged, or an object that it needs is neither in it nor here;
 * `UNSAFE_PATH` when a tree of it names what no tree may; `OBJECT_TOO_LARGE`. Nothing is kept then. */
export async function receivePack(
  context: GitContext,
  chunks: AsyncGenerator<Buffer, void>,
  expected: Expected,
): Promise<void> {
  const start: Buffer[] = [];
  let bytes = 0;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    start.push(Buffer.from(next.value));
    bytes += next.value.length;
    if (bytes > MAX_IN_MEMORY) return receiveByGit(context, start, chunks, expected);
  }
  await receiveHere(context, Buffer.concat(start), expected);
}

async function receiveHere(context: GitContext, pack: Buffer, expected: Expected): Promise<void> {
  const references = new Map<Oid, Reference['as']>();
  const incoming = await readIncoming(
    pack,
    (oid) => context.reader.readBase(oid),
    (oid, object) => {
      for (const reference of referencesOf(oid, object)) {
        if (reference.as === 'parent' && expected.shallow.has(oid)) continue;
        if (expected.promised && (reference.as === 'blob' || reference.as === 'tree')) continue;
        references.set(reference.oid, reference.as);
      }
    },
  );
  const arrived = new Set(incoming.entries.map(({ oid }) => oid));
  for (const oid of [...references.keys(), ...expected.wants]) {
    if (!arrived.has(oid) && !context.reader.hasNow(oid))
      throw badPack(`the pack does not hold ${oid}, which is needed and not here`);
  }
  if (incoming.entries.length < PACK_FROM && !expected.promised) {
    const writer = new ObjectWriter(context);
    for (const entry of incoming.entries) {
      const { type, body } = incoming.read(entry);
      writer.add(type, body, entry.oid);
    }
    await writer.flush();
    return;
  }
  await publishPack(context.objectsDirectory, completed(pack, incoming), { promised: expected.promised });
}

/** The pack with the objects that its deltas stand on, as it has to be to lie in a repository, and its index. */
function completed(pack: Buffer, { entries, outside, checksum }: IncomingPack) {
  const indexed: IndexEntry[] = entries.map(({ oid, offset, crc }) => ({
    oid: Buffer.from(oid, 'hex'),
    offset,
    crc,
  }));
  if (outside.size === 0)
    return { checksum: checksum.toString('hex'), pack: [pack], index: encodeIndex(indexed, checksum) };
  const chunks: Buffer[] = [
    packHeader(entries.length + outside.size),
    pack.subarray(12, pack.length - checksum.length),
  ];
  let offset = pack.length - checksum.length;
  for (const [oid, { type, body }] of outside) {
    const entry = encodeEntry({ type, body });
    indexed.push({ oid: Buffer.from(oid, 'hex'), offset, crc: crc32(entry) });
    chunks.push(entry);
    offset += entry.length;
  }
  const hash = createHash('sha1');
  for (const chunk of chunks) hash.update(chunk);
  const sum = hash.digest();
  return {
    checksum: sum.toString('hex'),
    pack: [...chunks, sum],
    index: encodeIndex(indexed, sum),
  };
}

/** The same by Git: it checks objects and names, and then that nothing is missing. */
async function receiveByGit(
  context: GitContext,
  start: readonly Buffer[],
  rest: AsyncGenerator<Buffer, void>,
  expected: Expected,
): Promise<void> {
  async function* all() {
    yield* start;
    yield* rest;
  }
  const args = [
    'index-pack',
    '--stdin',
    '--fix-thin',
    '--fsck-objects',
    `--max-input-size=${MAX_PACK_BYTES}`,
    ...(expected.promised ? ['--promisor'] : []),
  ];
  const unpacked = await tryGit(context, args, { input: all() });
  if (unpacked.exitCode !== 0) throw badPack(`Git does not take the pack: ${unpacked.stderr.trim()}`);
  // Refs are written after this, so that nothing is reached yet that might be incomplete.
  if (expected.promised || expected.shallow.size > 0) return;
  const connected = await tryGit(context, ['rev-list', '--objects', '--stdin', '--not', '--all', '--quiet'], {
    input: expected.wants.map((oid) => `${oid}\n`).join(''),
  });
  if (connected.exitCode !== 0) throw badPack(`the pack is not complete: ${connected.stderr.trim()}`);
}
