/** Inflates small bodies (RFC 1950 and 1951). For each of them `node:zlib` sets up a stream with buffers of its own, which
 * takes several times the time and memory that inflating some hundred bytes does. What is damaged or unusual is left to
 * `node:zlib`, which then says what is wrong with it. */

/** Up to this many bytes a body is inflated here. */
export const MAX_SMALL_BYTES = 16_384;

/** Compressors make one block of so few bytes. Setting up the codes of very many is work that little input could ask for. */
const MAX_BLOCKS = 4;

const MAX_CODE_BITS = 15;
const END_OF_BLOCK = 256;
const LITERALS = 286;
const DISTANCES = 30;

const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
  6145, 8193, 12_289, 16_385, 24_577,
];
const DISTANCE_EXTRA = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
/** The order in which the lengths of the code of code lengths are told. */
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Symbols by the bits that come next: the symbol times 16, and how many bits it takes; 0 where there is none. */
class CodeTable {
  readonly entries = new Uint16Array(1 << MAX_CODE_BITS);
  /** Takes the next bits to the index of an entry. */
  mask = 0;
  readonly #counts = new Uint16Array(MAX_CODE_BITS + 1);
  readonly #next = new Uint16Array(MAX_CODE_BITS + 1);

  /** @param lengths bits of the symbols' codes, from one place to another; 0 for those that have none
   * @returns false when no such code exists, or some of its bits stand for nothing (but for one code of one bit) */
  set(lengths: Uint8Array, from: number, to: number): boolean {
    const counts = this.#counts.fill(0);
    for (let at = from; at < to; at++) counts[lengths[at]!]!++;
    let longest = MAX_CODE_BITS;
    while (longest > 0 && counts[longest] === 0) longest--;
    let unused = 1;
    for (let length = 1, code = 0; length <= longest; length++) {
      unused = unused * 2 - counts[length]!;
      if (unused < 0) return false;
      this.#next[length] = code;
      code = (code + counts[length]!) << 1;
    }
    if (unused > 0 && longest > 1) return false;
    const size = 1 << longest;
    this.mask = size - 1;
    if (unused > 0) this.entries.fill(0, 0, size);
    for (let at = from; at < to; at++) {
      const length = lengths[at]!;
      if (length === 0) continue;
      // Codes are read from their highest bit on, all else from the lowest.
      let reversed = 0;
      for (let code = this.#next[length]!++, bit = 0; bit < length; bit++, code >>= 1)
        reversed = (reversed << 1) | (code & 1);
      const entry = ((at - from) << 4) | length;
      for (let bits = reversed; bits < size; bits += 1 << length) this.entries[bits] = entry;
    }
    return true;
  }
}

const FIXED_LITERALS = new CodeTable();
FIXED_LITERALS.set(
  Uint8Array.from({ length: 288 }, (_, symbol) =>
    symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
  ),
  0,
  288,
);
const FIXED_DISTANCES = new CodeTable();
FIXED_DISTANCES.set(new Uint8Array(32).fill(5), 0, 32);

class Inflater {
  readonly #codeLengths = new CodeTable();
  readonly #literals = new CodeTable();
  readonly #distances = new CodeTable();
  readonly #lengths = new Uint8Array(LITERALS + DISTANCES);
  #input: Uint8Array = this.#lengths;
  #output: Uint8Array = this.#lengths;
  /** The next byte of the input that is not among the bits. */
  #at = 0;
  #bits = 0;
  #count = 0;
  #filled = 0;

  /** @returns how many bytes of the input were taken; undefined when they do not make exactly this output */
  run(input: Uint8Array, output: Uint8Array): number | undefined {
    const [method = 0, flags = 0] = input;
    // Deflate, a window that exists, no dictionary (RFC 1950, 2.2).
    if ((method & 15) !== 8 || method >> 4 > 7 || (method * 256 + flags) % 31 !== 0 || flags & 32)
      return undefined;
    this.#input = input;
    this.#output = output;
    this.#at = 2;
    this.#bits = this.#count = this.#filled = 0;
    for (let block = 0; block < MAX_BLOCKS; block++) {
      const last = this.#take(1);
      if (!this.#block(this.#take(2))) return undefined;
      if (last) return this.#filled === output.length ? this.#end() : undefined;
    }
    return undefined;
  }

  #block(type: number): boolean {
    if (type === 0) return this.#stored();
    if (type === 1) return this.#compressed(FIXED_LITERALS, FIXED_DISTANCES);
    return type === 2 && this.#readCodes() && this.#compressed(this.#literals, this.#distances);
  }

  #stored(): boolean {
    this.#align();
    const length = this.#take(16);
    if (length !== (this.#take(16) ^ 0xffff)) return false;
    this.#align();
    const end = this.#at + length;
    if (end > this.#input.length || this.#filled + length > this.#output.length) return false;
    this.#output.set(this.#input.subarray(this.#at, end), this.#filled);
    this.#filled += length;
    this.#at = end;
    return true;
  }

  /** The codes of a block that brings its own (RFC 1951, 3.2.7). */
  #readCodes(): boolean {
    const literals = this.#take(5) + 257;
    const distances = this.#take(5) + 1;
    const known = this.#take(4) + 4;
    if (literals > LITERALS || distances > DISTANCES) return false;
    const lengths = this.#lengths.fill(0, 0, CODE_ORDER.length);
    for (let index = 0; index < known; index++) lengths[CODE_ORDER[index]!] = this.#take(3);
    if (!this.#codeLengths.set(lengths, 0, CODE_ORDER.length)) return false;
    const all = literals + distances;
    for (let at = 0; at < all; ) {
      const symbol = this.#symbol(this.#codeLengths);
      if (symbol < 0) return false;
      if (symbol < 16) {
        lengths[at++] = symbol;
        continue;
      }
      if (symbol === 16 && at === 0) return false;
      const value = symbol === 16 ? lengths[at - 1]! : 0;
      const times =
        symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7);
      if (at + times > all) return false;
      lengths.fill(value, at, at + times);
      at += times;
    }
    return (
      lengths[END_OF_BLOCK] !== 0 &&
      this.#literals.set(lengths, 0, literals) &&
      this.#distances.set(lengths, literals, all)
    );
  }

  /** Where nearly all of the work is done: what changes is kept in variables, and read bytes are counted for a whole match. */
  #compressed(literals: CodeTable, distances: CodeTable): boolean {
    const input = this.#input;
    const output = this.#output;
    const room = output.length;
    let at = this.#at;
    let bits = this.#bits;
    let count = this.#count;
    let filled = this.#filled;
    for (;;) {
      // Enough for a length with its extra bits.
      while (count < 20) {
        bits |= (at < input.length ? input[at]! : 0) << count;
        at++;
        count += 8;
      }
      const entry = literals.entries[bits & literals.mask]!;
      const symbol = entry >> 4;
      bits >>>= entry & 15;
      count -= entry & 15;
      if (symbol < END_OF_BLOCK) {
        if (entry === 0 || filled === room) return false;
        output[filled++] = symbol;
        continue;
      }
      if (symbol === END_OF_BLOCK) break;
      if (symbol >= LITERALS) return false;
      const extra = LENGTH_EXTRA[symbol - END_OF_BLOCK - 1]!;
      const length = LENGTH_BASE[symbol - END_OF_BLOCK - 1]! + (bits & ((1 << extra) - 1));
      bits >>>= extra;
      count -= extra;
      while (count < MAX_CODE_BITS) {
        bits |= (at < input.length ? input[at]! : 0) << count;
        at++;
        count += 8;
      }
      const far = distances.entries[bits & distances.mask]!;
      bits >>>= far & 15;
      count -= far & 15;
      if (far === 0 || far >> 4 >= DISTANCES) return false;
      const more = DISTANCE_EXTRA[far >> 4]!;
      while (count < more) {
        bits |= (at < input.length ? input[at]! : 0) << count;
        at++;
        count += 8;
      }
      const distance = DISTANCE_BASE[far >> 4]! + (bits & ((1 << more) - 1));
      bits >>>= more;
      count -= more;
      const end = filled + length;
      if (distance > filled || end > room) return false;
      // One byte after another: what is copied may be what the copy makes.
      for (; filled < end; filled++) output[filled] = output[filled - distance]!;
    }
    this.#at = at;
    this.#bits = bits;
    this.#count = count;
    this.#filled = filled;
    return true;
  }

  /** @returns the next symbol; -1 when the bits stand for none */
  #symbol(table: CodeTable): number {
    this.#need(MAX_CODE_BITS);
    const entry = table.entries[this.#bits & table.mask]!;
    const length = entry & 15;
    this.#bits >>>= length;
    this.#count -= length;
    return length === 0 ? -1 : entry >> 4;
  }

  /** @param count at most 16 */
  #take(count: number): number {
    this.#need(count);
    const value = this.#bits & ((1 << count) - 1);
    this.#bits >>>= count;
    this.#count -= count;
    return value;
  }

  /** Behind the end of the input there are zeros; whether it was long enough is asked in the end. */
  #need(count: number): void {
    while (this.#count < count) {
      this.#bits |= (this.#at < this.#input.length ? this.#input[this.#at]! : 0) << this.#count;
      this.#at++;
      this.#count += 8;
    }
  }

  /** Goes to the next whole byte, and gives back those that were read too far. */
  #align(): void {
    this.#at -= this.#count >> 3;
    this.#bits = this.#count = 0;
  }

  /** Compares the checksum behind the last block. */
  #end(): number | undefined {
    this.#align();
    const end = this.#at + 4;
    if (end > this.#input.length) return undefined;
    const [high = 0, middle = 0, low = 0, lowest = 0] = this.#input.subarray(this.#at, end);
    const sum = ((high << 24) | (middle << 16) | (low << 8) | lowest) >>> 0;
    return sum === adler32(this.#output) ? end : undefined;
  }
}

/** RFC 1950, section 8. The sums of so few bytes need their remainder taken only seldom. */
function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let at = 0; at < bytes.length; ) {
    for (const end = Math.min(at + 3800, bytes.length); at < end; at++) {
      a += bytes[at]!;
      b += a;
    }
    a %= 65_521;
    b %= 65_521;
  }
  return b * 65_536 + a;
}

const inflater = new Inflater();

/** @param deflated may go on behind the end of what was deflated
 * @param output is filled
 * @returns how many deflated bytes they took; undefined when it is for `node:zlib` to inflate them, or to say why not */
export function inflateSmall(deflated: Uint8Array, output: Uint8Array): number | undefined {
  return output.length > MAX_SMALL_BYTES ? undefined : inflater.run(deflated, output);
}
