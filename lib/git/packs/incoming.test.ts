import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commitAll, git, workTree } from '../../../test/git/scratch.ts';
import { GitError } from '../errors.ts';
import { hashObject, type Oid } from '../oid.ts';
import { readIncoming } from './incoming.ts';
import type { Unpacked } from './unpack.ts';

const BAD = expect.objectContaining({ code: 'BAD_PACK' });

/** A pack with a right checksum around any entries. */
function pack(entries: readonly Buffer[], count = entries.length): Buffer {
  const header = Buffer.alloc(12);
  header.write('PACK');
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(count, 8);
  return sealed(Buffer.concat([header, ...entries]));
}

const sealed = (body: Buffer) => Buffer.concat([body, createHash('sha1').update(body).digest()]);

/** An entry with any header: for a size below 16 it is one byte. */
const entry = (type: number, size: number, ...parts: readonly Buffer[]) =>
  Buffer.concat([Buffer.from([(type << 4) | size]), ...parts]);
const blob = (text: string) => entry(3, text.length, deflateSync(text));
const refDelta = (base: Oid, delta: readonly number[]) =>
  entry(7, delta.length, Buffer.from(base, 'hex'), deflateSync(Buffer.from(delta)));
const offsetDelta = (distance: number, delta: readonly number[]) =>
  entry(6, delta.length, encodeDistance(distance), deflateSync(Buffer.from(delta)));

/** Seven bits a byte, the high ones first; each byte but the last stands for one more than its bits say. */
function encodeDistance(distance: number): Buffer {
  const bytes = [distance & 0x7f];
  for (let rest = distance >> 7; rest > 0; rest >>= 7) bytes.unshift(0x80 | (--rest & 0x7f));
  return Buffer.from(bytes);
}

const oidOf = (text: string) => hashObject('blob', Buffer.from(text));

/** Base of four bytes to the same with one more byte. */
const append = (byte: number, from = 4) => [from, from + 1, 0x90, from, 1, byte];

const nothing = () => undefined;

async function read(bytes: Buffer, outside: (oid: Oid) => Unpacked | undefined = nothing) {
  const objects = new Map<Oid, Unpacked>();
  const incoming = await readIncoming(bytes, outside, (oid, object) => objects.set(oid, object));
  return { incoming, objects };
}

describe('a pack off the wire', () => {
  test.each([
    ['with deltas by offset', ['--delta-base-offset']],
    ['with deltas by id', []],
    ['without deltas', ['--window=0']],
    ['with chains of fifty', ['--delta-base-offset', '--depth=50', '--window=50']],
  ])('that Git made %s has the same objects', async (_what, options) => {
    const directory = workTree();
    for (let round = 0; round < 15; round++) {
      const lines = [...Array(150).keys()].map((line) => `line ${line} ${line % 15 <= round ? round : ''}`);
      writeFileSync(join(directory, 'file'), lines.join('\n'));
      writeFileSync(join(directory, 'empty'), '');
      commitAll(directory, `round ${round}`);
    }
    const bytes = execFileSync(
      'git',
      ['-C', directory, 'pack-objects', '--all', '--stdout', '-q', ...options],
      {
        maxBuffer: 2 ** 26,
      },
    );
    const { incoming, objects } = await read(bytes);
    const names = git(
      directory,
      'cat-file',
      '--batch-all-objects',
      '--batch-check=%(objectname) %(objecttype) %(objectsize)',
    );
    const ours = [...objects].map(([oid, { type, body }]) => `${oid} ${type} ${body.length}`).sort();
    expect(ours).toEqual(names.split('\n').sort());
    expect(incoming.outside.size).toBe(0);
    for (const item of incoming.entries)
      expect(incoming.read(item).body).toEqual(objects.get(item.oid)?.body);
  });

  test('may be thin: its deltas stand on what is here, and on each other in any order', async () => {
    const base: Unpacked = { type: 'blob', body: Buffer.from('base'), bytes: 4 };
    const bytes = pack([
      refDelta(oidOf('baseAB'), append(0x43, 6)),
      refDelta(oidOf('baseA'), append(0x42, 5)),
      refDelta(oidOf('base'), append(0x41)),
    ]);
    const { incoming, objects } = await read(bytes, (oid) => (oid === oidOf('base') ? base : undefined));
    expect([...objects.values()].map(({ body }) => body.toString())).toEqual(['baseA', 'baseAB', 'baseABC']);
    expect([...incoming.outside.keys()]).toEqual([oidOf('base')]);
    await expect(read(bytes)).rejects.toThrow(BAD);
  });

  const whole = pack([blob('one'), blob('two')]);
  test.each<[string, Buffer]>([
    ['that is empty', Buffer.alloc(0)],
    ['that is none', Buffer.from(`<html>${'x'.repeat(60)}`)],
    [
      'of a version that does not exist',
      sealed(Buffer.concat([Buffer.from('PACK\0\0\0\x09\0\0\0\0', 'latin1')])),
    ],
    ['that is cut off', whole.subarray(0, -5)],
    ['with a wrong checksum', Buffer.concat([whole.subarray(0, -1), Buffer.from([whole.at(-1)! ^ 1])])],
    ['with fewer objects than promised', pack([blob('one')], 2)],
    ['with more objects than promised', pack([blob('one'), blob('two')], 1)],
    ['with four thousand million objects promised', pack([], 0xffffffff)],
    ['with an object twice', pack([blob('one'), blob('one')])],
    ['with an entry of no type', pack([entry(5, 3, deflateSync('one'))])],
    ['with an entry that is larger than it says', pack([entry(3, 2, deflateSync('one'))])],
    ['with an entry that is smaller than it says', pack([entry(3, 4, deflateSync('one'))])],
    ['with an entry that is a bomb', pack([entry(3, 1, deflateSync(Buffer.alloc(50_000_000)))])],
    ['with an entry that is no zlib', pack([entry(3, 3, Buffer.from('one'))])],
    ['with a header that does not end', pack([Buffer.alloc(30, 0xff)])],
    ['with a delta on nothing', pack([refDelta(oidOf('gone'), append(0x41))])],
    ['with a delta on itself', pack([offsetDelta(0, append(0x41))])],
    ['with a delta before the pack', pack([blob('base'), offsetDelta(120, append(0x41))])],
    ['with a delta on the middle of an entry', pack([blob('base'), offsetDelta(3, append(0x41))])],
    ['with a delta that copies from outside', pack([blob('base'), refDelta(oidOf('base'), [4, 9, 0x90, 9])])],
    [
      'with a delta on a base of another size',
      pack([blob('base'), refDelta(oidOf('base'), append(0x41, 5))]),
    ],
  ])('%s is refused', async (_what, bytes) => {
    await expect(read(bytes)).rejects.toThrow(BAD);
  });

  test('whose deltas stand on each other in a circle is refused', async () => {
    // No such circle can have its ids come true: each is what the other would make of it.
    const circle = pack([refDelta(oidOf('a'), append(0x41)), refDelta(oidOf('b'), append(0x42))]);
    await expect(read(circle)).rejects.toThrow(BAD);
  });

  test('with an object that says it is enormous is refused before memory is taken', async () => {
    const huge = Buffer.concat([Buffer.from([0xbf, 0xff, 0xff, 0xff, 0xff, 0x0f]), deflateSync('x')]);
    await expect(read(pack([huge]))).rejects.toThrow(expect.objectContaining({ code: 'OBJECT_TOO_LARGE' }));
  });

  test('with very many deltas on one base is read without recursion', async () => {
    const count = 3_000;
    const entries = [...Array(count).keys()].map((index) =>
      refDelta(oidOf('base'), [4, 6, 0x90, 4, 2, index & 0xff, index >> 8]),
    );
    expect((await read(pack([blob('base'), ...entries]))).objects.size).toBe(count + 1);
  });

  test('of any entries on each other is read when all of them lead to whole objects, and refused otherwise', async () => {
    const whole = fc.record({
      text: fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 9 }),
    });
    const delta = fc.record({ by: fc.constantFrom('offset', 'id'), base: fc.nat(9), byte: fc.nat(255) });
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(whole, delta), { minLength: 1, maxLength: 10 }), async (plan) => {
        const contentOf = (index: number, depth = 0): Buffer | undefined => {
          const entry = plan[index];
          if (!entry || depth > plan.length) return undefined;
          if ('text' in entry) return Buffer.from(entry.text);
          const base = contentOf(entry.base, depth + 1);
          return base && Buffer.concat([base, Buffer.from([entry.byte])]);
        };
        const contents = plan.map((_, index) => contentOf(index));
        const starts: number[] = [];
        const bytes: Buffer[] = [];
        let at = 12;
        let possible = true;
        for (const [index, planned] of plan.entries()) {
          starts.push(at);
          let made: Buffer;
          if ('text' in planned) made = blob(planned.text);
          else {
            const length = contents[planned.base]?.length ?? 4;
            const instructions = append(planned.byte, length);
            if (planned.by === 'id')
              made = refDelta(
                hashObject('blob', contents[planned.base] ?? Buffer.from('gone')),
                instructions,
              );
            else {
              possible &&= planned.base < index;
              made = offsetDelta(Math.max(0, at - (starts[planned.base] ?? at)), instructions);
            }
          }
          bytes.push(made);
          at += made.length;
        }
        const known = contents.flatMap((content) => content ?? []);
        possible &&= known.length === plan.length;
        possible &&= new Set(known.map((content) => content.toString('latin1'))).size === plan.length;
        if (!possible) {
          await expect(read(pack(bytes))).rejects.toThrow(BAD);
          return;
        }
        taken++;
        const { objects } = await read(pack(bytes));
        expect([...objects.keys()].sort()).toEqual(
          known.map((content) => hashObject('blob', content)).sort(),
        );
      }),
      { numRuns: 400 },
    );
    // Or nothing was read.
    expect(taken).toBeGreaterThan(10);
  });

  test('with any byte changed is refused with a code, or has objects that are what their ids say', async () => {
    const good = pack([
      blob('base'),
      refDelta(oidOf('base'), append(0x41)),
      blob('something longer'.slice(0, 15)),
    ]);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 21), fc.nat(255), async (at, value) => {
        const body = Buffer.from(good.subarray(0, -20));
        body[at] = value;
        try {
          const { objects } = await read(sealed(body));
          for (const [oid, { type, body: content }] of objects) expect(hashObject(type, content)).toBe(oid);
        } catch (error) {
          expect(error).toBeInstanceOf(GitError);
        }
      }),
      { numRuns: 400 },
    );
  });
});
