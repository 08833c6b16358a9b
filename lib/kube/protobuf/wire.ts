/** The wire format of protocol buffers (protobuf.dev, "Encoding"), reading only. It reads where the bytes lie: lists hold
 * hundreds of thousands of fields, and a view for each would take longer than what is in them. */
export class WireReader {
  readonly #bytes: Buffer;
  #at: number;
  #end: number;
  #wireType = 0;

  constructor(bytes: Buffer, start = 0) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = bytes.length;
  }

  /** The number of the message's next field; 0 at its end. */
  next(): number {
    if (this.#at >= this.#end) return 0;
    const tag = this.integer();
    this.#wireType = tag & 7;
    return tag >>> 3;
  }

  /** @returns a number that is exact up to 2^53 */
  integer(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 70; factor *= 128) {
      const byte = this.#at < this.#end ? this.#bytes[this.#at++]! : undefined;
      if (byte === undefined) throw cutOff();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new Error('an integer has no end');
  }

  text(): string {
    const end = this.#limit();
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end;
    return text;
  }

  /** Reads the message that the field holds.
   * @param field reads one field of it, by its number, or skips it */
  message(field: (number: number) => void): void {
    const end = this.#limit();
    const outer = this.#end;
    this.#end = end;
    for (let number = this.next(); number !== 0; number = this.next()) field(number);
    this.#end = outer;
  }

  skip(): void {
    if (this.#wireType === 0) this.integer();
    else if (this.#wireType === 1) this.#at += 8;
    else if (this.#wireType === 2) this.#at = this.#limit();
    else if (this.#wireType === 5) this.#at += 4;
    else throw new Error(`there is no wire type ${this.#wireType}`);
  }

  /** Where what begins with its length ends. */
  #limit(): number {
    const length = this.integer();
    const end = this.#at + length;
    if (end > this.#end) throw cutOff();
    return end;
  }
}

function cutOff(): Error {
  return new Error('it is cut off');
}
