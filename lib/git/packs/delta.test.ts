import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GitError } from '../errors.ts';
import { applyDelta } from './delta.ts';

/** A size as deltas write it: seven bits a byte, the low ones first. */
function size(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) {
    bytes[bytes.length - 1]! |= 0x80;
    bytes.push(rest & 0x7f);
  }
  return bytes;
}

/** An instruction to copy, with only the bytes that are not zero, as Git writes it. */
function copy(offset: number, length: number): number[] {
  let command = 0x80;
  const bytes: number[] = [];
  const number = (value: number, count: number, firstBit: number) => {
    for (let index = 0; index < count; index++) {
      const byte = (value >>> (8 * index)) & 0xff;
      if (byte === 0) continue;
      command |= 1 << (firstBit + index);
      bytes.push(byte);
    }
  };
  number(offset, 4, 0);
  number(length === 0x10000 ? 0 : length, 3, 4);
  return [command, ...bytes];
}

const BASE = Buffer.from('the quick brown fox jumps over the lazy dog');
const delta = (target: number, ...instructions: readonly (readonly number[])[]) =>
  Buffer.from([...size(BASE.length), ...size(target), ...instructions.flat()]);

/** A base, and what copies out of it and bytes of its own make of it. */
const edits = fc.uint8Array({ minLength: 1, maxLength: 70_000, size: 'max' }).chain((base) =>
  fc.tuple(
    fc.constant(Buffer.from(base)),
    fc.array(
      fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 127 }).map((bytes) => ({ bytes })),
        fc
          .tuple(fc.nat(base.length - 1), fc.integer({ min: 1, max: 0x10000 }))
          .map(([offset, length]) => ({ offset, length: Math.min(length, base.length - offset) })),
      ),
      { maxLength: 12 },
    ),
  ),
);

describe('a delta', () => {
  test('makes what its instructions say, for any base', () => {
    fc.assert(
      fc.property(edits, ([base, instructions]) => {
        const target = Buffer.concat(
          instructions.map((edit) =>
            'bytes' in edit ? edit.bytes : base.subarray(edit.offset, edit.offset + edit.length),
          ),
        );
        const bytes = instructions.flatMap((edit) =>
          'bytes' in edit ? [edit.bytes.length, ...edit.bytes] : copy(edit.offset, edit.length),
        );
        const encoded = Buffer.from([...size(base.length), ...size(target.length), ...bytes]);
        expect(applyDelta(base, encoded).equals(target)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['for another base', Buffer.from([1, 0])],
    ['that is empty', Buffer.alloc(0)],
    ['that copies from behind the end', delta(9, copy(40, 9))],
    ['that copies from far behind the end', delta(1, copy(0xffffffff, 1))],
    ['that makes more than it promises', delta(3, copy(0, 4))],
    ['that makes less than it promises', delta(5, copy(0, 4))],
    ['with bytes cut off', delta(4, [4, 1, 2])],
    ['with a copy cut off', delta(4, [0x81 | 0x10])],
    ['with the instruction that is kept for later', delta(4, [0])],
    ['of an impossible size', Buffer.from([...size(BASE.length), ...Array(9).fill(0xff), 1])],
  ])('%s is refused', (_what, bytes) => {
    expect(() => applyDelta(BASE, bytes)).toThrow(expect.objectContaining({ code: 'BAD_PACK' }));
  });

  test('that promises more than memory has is refused before any is taken', () => {
    const bytes = Buffer.from([...size(BASE.length), 0xff, 0xff, 0xff, 0xff, 0x0f, 0x80]);
    expect(() => applyDelta(BASE, bytes)).toThrow(expect.objectContaining({ code: 'OBJECT_TOO_LARGE' }));
  });

  test('of any bytes makes an object of the promised size, or is refused with a code', () => {
    const some = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(fc.boolean(), some, (headed, bytes) => {
        const encoded = headed ? Buffer.from([BASE.length, ...bytes]) : bytes;
        try {
          expect(applyDelta(BASE, encoded)).toBeInstanceOf(Buffer);
        } catch (error) {
          expect(error).toBeInstanceOf(GitError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
