import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lines } from './watch-stream.ts';

async function collect(chunks: readonly Buffer[]): Promise<string[]> {
  async function* stream() {
    yield* chunks;
  }
  const found: string[] = [];
  for await (const line of lines(stream())) found.push(line);
  return found;
}

/** Cuts bytes at the places given. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

describe('the lines of a watch', () => {
  it('are the same wherever the network cuts them, also within a character', async () => {
    const line = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', '⏎'));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(fc.nat()), async (texts, places) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
        expect(await collect(cut(bytes, places))).toEqual(texts.map((text) => Buffer.from(text).toString()));
      }),
    );
  });

  it('leave out one that was cut off', async () => {
    expect(await collect([Buffer.from('{"a":1}\n{"b"')])).toEqual(['{"a":1}']);
  });
});
