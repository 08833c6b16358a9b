/** constructs makes a digest of the path of each object that has no name of its own, with Node's digests: those take longer to
 * load than a thousand names take here. */
import { join } from 'node:path';
import { checksum } from './checksum.ts';

/** constructs' `lib/private/uniqueid.js`. */
export interface AddressModule {
  addressOf(components: readonly string[]): string;
}

/** {@link checksum} of what is replaced, in constructs 10.4; others are left as they are. */
const KNOWN = 1_822_623_835;

const ROUNDS = 80;
const BLOCK_WORDS = 16;

/** @param directory of `constructs`, in which its entry is @param cache of `require` */
export function addressFaster(directory: string, cache: NodeJS.Dict<NodeJS.Module>): void {
  const module: AddressModule | undefined = cache[join(directory, 'private', 'uniqueid.js')]?.exports;
  if (!module || checksum(String(module.addressOf)) !== KNOWN) return;
  module.addressOf = fasterAddressOf(module.addressOf);
}

/** @param addressOf asked where a name is not ASCII throughout */
export function fasterAddressOf(addressOf: AddressModule['addressOf']): AddressModule['addressOf'] {
  return (components) => {
    let text = '';
    for (const component of components) if (component !== 'Default') text += `${component}\n`;
    const digest = sha1(text);
    return digest === undefined ? addressOf(components) : `c8${digest}`;
  };
}

const schedule = new Int32Array(ROUNDS);

/** SHA-1 (FIPS 180-4, section 6.1) in hexadecimal digits. Undefined for a text that is not ASCII throughout. */
function sha1(text: string): string | undefined {
  const { length } = text;
  const words = new Int32Array((((length + 8) >> 6) + 1) * BLOCK_WORDS);
  for (let at = 0; at < length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) return undefined;
    words[at >> 2]! |= unit << (24 - (at & 3) * 8);
  }
  words[length >> 2]! |= 0x80 << (24 - (length & 3) * 8);
  words[words.length - 1] = length * 8;
  let h0 = 0x67452301;
  let h1 = 0xefcdab89 | 0;
  let h2 = 0x98badcfe | 0;
  let h3 = 0x10325476;
  let h4 = 0xc3d2e1f0 | 0;
  for (let start = 0; start < words.length; start += BLOCK_WORDS) {
    let [a, b, c, d, e] = [h0, h1, h2, h3, h4];
    for (let round = 0; round < ROUNDS; round += 1) {
      const word =
        round < BLOCK_WORDS
          ? words[start + round]!
          : rotated(
              schedule[round - 3]! ^ schedule[round - 8]! ^ schedule[round - 14]! ^ schedule[round - 16]!,
              1,
            );
      schedule[round] = word;
      const mixed =
        round < 20
          ? ((b & c) | (~b & d)) + 0x5a827999
          : round < 40
            ? (b ^ c ^ d) + 0x6ed9eba1
            : round < 60
              ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
              : (b ^ c ^ d) + 0xca62c1d6;
      const next = (rotated(a, 5) + mixed + e + word) | 0;
      e = d;
      d = c;
      c = rotated(b, 30);
      b = a;
      a = next;
    }
    h0 = (h0 + a) | 0;
    h1 = (h1 + b) | 0;
    h2 = (h2 + c) | 0;
    h3 = (h3 + d) | 0;
    h4 = (h4 + e) | 0;
  }
  return [h0, h1, h2, h3, h4].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
