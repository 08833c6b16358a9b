import {
  constants,
  deflateRawSync,
  deflateSync,
  gzipSync,
  inflateRawSync,
  inflateSync,
  type ZlibOptions,
} from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inflateSmall, MAX_SMALL_BYTES } from './inflate.ts';

/** Bytes that repeat themselves near and far, as text does, and bytes that do not. */
const body = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ maxLength: 80 }).map((text) => Buffer.from(text)),
      fc
        .tuple(fc.constantFrom('metadata:\n  name: ', 'ab', '\0'), fc.nat(400))
        .map(([text, times]) => Buffer.from(text.repeat(times))),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts).subarray(0, MAX_SMALL_BYTES));

const options: fc.Arbitrary<ZlibOptions> = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  windowBits: fc.integer({ min: 9, max: 15 }),
  memLevel: fc.integer({ min: 7, max: 9 }),
  strategy: fc.constantFrom(
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_FILTERED,
    constants.Z_HUFFMAN_ONLY,
    constants.Z_RLE,
    constants.Z_FIXED,
  ),
});

/** What node:zlib makes of it: the bytes, and how many deflated ones they took. */
function byZlib(deflated: Uint8Array, size: number) {
  try {
    // With `info` the answer is not the Buffer that the types of node:zlib promise.
    const { buffer, engine } = inflateSync(deflated, {
      info: true,
      maxOutputLength: size + 1,
      chunkSize: Math.max(64, size + 1),
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return buffer.length === size ? { body: buffer, taken: engine.bytesWritten } : undefined;
  } catch {
    return undefined;
  }
}

test('whatever zlib deflates is inflated, and its end is found, whatever follows', () => {
  fc.assert(
    fc.property(body, options, fc.uint8Array({ maxLength: 20 }), (bytes, how, behind) => {
      const deflated = deflateSync(bytes, how);
      const output = Buffer.alloc(bytes.length);
      expect(inflateSmall(Buffer.concat([deflated, behind]), output)).toBe(deflated.length);
      expect(output.equals(bytes)).toBe(true);
      expect(inflateSmall(deflated, Buffer.alloc(bytes.length + 1))).toBeUndefined();
      if (bytes.length > 0) expect(inflateSmall(deflated, Buffer.alloc(bytes.length - 1))).toBeUndefined();
      expect(inflateSmall(deflated.subarray(0, -1), output)).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});

const change = fc.record({ at: fc.nat(), bits: fc.integer({ min: 1, max: 255 }) });

test('of what is damaged nothing is made that zlib would not make', () => {
  fc.assert(
    fc.property(body, options, fc.array(change, { minLength: 1, maxLength: 4 }), (bytes, how, changes) => {
      const deflated = deflateSync(bytes, how);
      for (const { at, bits } of changes) deflated[at % deflated.length]! ^= bits;
      const output = Buffer.alloc(bytes.length);
      const taken = inflateSmall(deflated, output);
      if (taken === undefined) return;
      expect({ body: output, taken }).toEqual(byZlib(deflated, bytes.length));
    }),
    { numRuns: 600 },
  );
});

/** Deflates nothing: the blocks are given. The checksum is that of what zlib's own raw inflater makes of them. */
function framed(blocks: Uint8Array): { readonly deflated: Buffer; readonly size: number } | undefined {
  try {
    const body = inflateRawSync(blocks, { maxOutputLength: MAX_SMALL_BYTES });
    // The checksum of these bytes stands at the end of what deflates them.
    const sum = deflateSync(body, { level: 0 }).subarray(-4);
    return { deflated: Buffer.concat([Buffer.from([0x78, 0x9c]), blocks, sum]), size: body.length };
  } catch {
    return undefined;
  }
}

test('of blocks that no compressor makes nothing is made that zlib would not make', () => {
  const damaged = fc
    .tuple(body, options, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([bytes, how, changes]) => {
      const blocks = deflateRawSync(bytes, how);
      // At the start, where the codes are told.
      for (const { at, bits } of changes) blocks[at % Math.min(blocks.length, 40)]! ^= bits;
      return blocks;
    });
  let compared = 0;
  fc.assert(
    fc.property(fc.oneof(damaged, fc.uint8Array({ minLength: 1, maxLength: 60 })), (blocks) => {
      const frame = framed(blocks);
      if (!frame) return;
      const output = Buffer.alloc(frame.size);
      const taken = inflateSmall(frame.deflated, output);
      if (taken === undefined) return;
      compared++;
      expect({ body: output, taken }).toEqual(byZlib(frame.deflated, frame.size));
    }),
    { numRuns: 2_000 },
  );
  // Or nothing was compared.
  expect(compared).toBeGreaterThan(20);
});

test('a stream of more blocks than anybody makes of so few bytes is left to zlib', () => {
  const empty = Buffer.from([0, 0, 0, 0xff, 0xff]);
  const last = Buffer.from([1, 0, 0, 0xff, 0xff]);
  const stream = (blocks: number) =>
    Buffer.concat([
      Buffer.from([0x78, 0x9c]),
      ...Array(blocks - 1).fill(empty),
      last,
      Buffer.from([0, 0, 0, 1]),
    ]);
  expect(inflateSmall(stream(4), Buffer.alloc(0))).toBe(stream(4).length);
  expect(inflateSmall(stream(5), Buffer.alloc(0))).toBeUndefined();
  expect(byZlib(stream(5), 0)?.taken).toBe(stream(5).length);
});

test('what is large, has a dictionary or is no zlib stream is left to zlib', () => {
  const large = Buffer.alloc(MAX_SMALL_BYTES + 1);
  expect(inflateSmall(deflateSync(large), Buffer.alloc(large.length))).toBeUndefined();
  const bytes = Buffer.from('a body');
  for (const deflated of [
    deflateSync(bytes, { dictionary: bytes }),
    deflateRawSync(bytes),
    gzipSync(bytes),
    Buffer.alloc(0),
    Buffer.from([0x78]),
  ])
    expect(inflateSmall(deflated, Buffer.alloc(bytes.length))).toBeUndefined();
});
