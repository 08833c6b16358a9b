import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResultReader } from './result.ts';

const text = '[{"object":1},{"object":2}]\n[{"object":"ü"}]\n{"apps":[]}\n';

function reading() {
  const seen: unknown[] = [];
  let ends = 0;
  const reader = new ResultReader(() => {
    ends++;
  });
  return { reader, seen, ends: () => ends };
}

describe('what a program hands over', () => {
  it('is the same however it is cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: Buffer.byteLength(text) })), (cuts) => {
        const { reader, seen, ends } = reading();
        reader.onObject((object) => seen.push(object));
        const bytes = Buffer.from(text);
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        for (const [index, at] of places.entries())
          reader.receive(bytes.subarray(at, places[index + 1] ?? at));
        expect(reader.result()).toEqual({
          objects: [{ object: 1 }, { object: 2 }, { object: 'ü' }],
          output: { apps: [] },
        });
        expect(seen).toEqual(reader.result().objects);
        expect(ends()).toBe(1);
      }),
    );
  });

  it('is told to a listener that comes late, too', () => {
    const { reader, seen } = reading();
    reader.receive(Buffer.from('[1]\n'));
    reader.onObject((object) => seen.push(object));
    reader.receive(Buffer.from('[2]\n'));
    expect(seen).toEqual([1, 2]);
  });

  it('has not ended well while the last line has no end', () => {
    const { reader, ends } = reading();
    reader.receive(Buffer.from('{"apps":[]}'));
    expect(ends()).toBe(0);
    expect(reader.result().output).toEqual({ apps: [] });
  });

  it('is nothing when a line of it is not JSON', () => {
    const { reader, ends } = reading();
    reader.receive(Buffer.from('[{"object":\n{"apps":[]}\n'));
    expect(ends()).toBe(0);
    expect(reader.result().output).toBeUndefined();
  });
});
