/** The wire format of protocol buffers, reading only. */
import { badRequest } from '../status.ts';

export class WireReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  tag(): { readonly number: number; readonly wireType: number } {
    const tag = Number(this.varint());
    return { number: tag >>> 3, wireType: tag & 7 };
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#offset++];
      if (byte === undefined) throw truncated();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw badRequest('proto: integer overflow');
  }

  /** A length, and that many bytes. */
  bytes(): Buffer {
    const length = Number(this.varint());
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw truncated();
    const bytes = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return bytes;
  }

  double(): number {
    if (this.#offset + 8 > this.#bytes.length) throw truncated();
    const value = this.#bytes.readDoubleLE(this.#offset);
    this.#offset += 8;
    return value;
  }

  skip(wireType: number): void {
    switch (wireType) {
      case 0:
        this.varint();
        break;
      case 1:
        this.#offset += 8;
        break;
      case 2:
        this.bytes();
        break;
      case 5:
        this.#offset += 4;
        break;
      default:
        throw badRequest(`proto: wire type ${wireType} is not known`);
    }
  }
}

function truncated(): Error {
  return badRequest('unexpected EOF');
}
