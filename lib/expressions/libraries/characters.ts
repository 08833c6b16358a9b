/** Functions that count the characters of a text (cel-go, ext/strings.go), and `int` as Go reads numbers: the library counts UTF-16's
 * units, and takes an empty text for zero. */
import type { Environment } from '@marcbachmann/cel-js';

export function registerCharacters(environment: Environment): void {
  environment
    .registerFunction('string.placeOf(string): int', (text: string, part: string) =>
      indexOf([...text], [...part], 0n),
    )
    .registerFunction('string.placeOf(string, int): int', (text: string, part: string, from: bigint) =>
      indexOf([...text], [...part], from),
    )
    .registerFunction('string.lastPlaceOf(string): int', (text: string, part: string) => {
      const whole = [...text];
      return part === '' ? BigInt(whole.length) : lastIndexOf(whole, [...part], BigInt(whole.length) - 1n);
    })
    .registerFunction('string.lastPlaceOf(string, int): int', (text: string, part: string, from: bigint) =>
      lastIndexOf([...text], [...part], from),
    )
    .registerFunction('string.partOf(int): string', (text: string, start: bigint) => {
      const whole = [...text];
      return partOf(whole, start, BigInt(whole.length));
    })
    .registerFunction('string.partOf(int, int): string', (text: string, start: bigint, end: bigint) =>
      partOf([...text], start, end),
    )
    .registerFunction('string.partsOf(string): list<string>', (text: string, separator: string) =>
      partsOf(text, separator),
    )
    .registerFunction(
      'string.partsOf(string, int): list<string>',
      (text: string, separator: string, most: bigint) => partsOf(text, separator, most),
    )
    .registerFunction('toInt(int): int', (value: bigint) => value)
    .registerFunction('toInt(uint): int', (value: { valueOf(): bigint }) => inRange(value.valueOf()))
    .registerFunction('toInt(double): int', (value: number) => {
      if (!Number.isFinite(value)) throw new Error(`${value} is no whole number`);
      return inRange(BigInt(Math.trunc(value)));
    })
    .registerFunction('toInt(string): int', (text: string) => {
      if (!/^[+-]?\d+$/.test(text)) throw new Error('the text is no whole number');
      return inRange(BigInt(text));
    })
    .registerFunction('toInt(google.protobuf.Timestamp): int', (time: Date) =>
      BigInt(Math.floor(time.getTime() / 1000)),
    );
}

function isAt(text: readonly string[], part: readonly string[], at: number): boolean {
  return part.every((character, index) => text[at + index] === character);
}

function indexOf(text: readonly string[], part: readonly string[], from: bigint): bigint {
  if (from < 0n) throw new Error(`there is no character ${from}`);
  if (part.length === 0) return atEnd(text, from);
  for (let at = Number(from); at <= text.length - part.length; at++)
    if (isAt(text, part, at)) return BigInt(at);
  return -1n;
}

/** Where nothing is looked for. Behind the end, releases answer differently. */
function atEnd(text: readonly string[], from: bigint): bigint {
  if (from > text.length) throw new Error(`what is at ${from} is left to the server`);
  return from;
}

function lastIndexOf(text: readonly string[], part: readonly string[], from: bigint): bigint {
  if (from < 0n) throw new Error(`there is no character ${from}`);
  if (part.length === 0) return atEnd(text, from);
  if (from >= text.length) return -1n;
  for (let at = Math.min(Number(from), text.length - part.length); at >= 0; at--)
    if (isAt(text, part, at)) return BigInt(at);
  return -1n;
}

function partOf(text: readonly string[], start: bigint, end: bigint): string {
  if (start < 0n || end > text.length || start > end) throw new Error(`there is no part ${start} to ${end}`);
  return text.slice(Number(start), Number(end)).join('');
}

/** @param most parts, of which the last is what is left; all when negative */
function partsOf(text: string, separator: string, most = -1n): readonly string[] {
  if (most === 0n) return [];
  const parts = separator === '' ? [...text] : text.split(separator);
  if (most < 0n || parts.length <= most) return parts;
  const last = Number(most) - 1;
  return [...parts.slice(0, last), parts.slice(last).join(separator)];
}

const LEAST = -(2n ** 63n);

function inRange(value: bigint): bigint {
  if (value < LEAST || value >= -LEAST) throw new Error(`${value} does not fit into 64 bits`);
  return value;
}
