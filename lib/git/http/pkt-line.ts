/** pkt-lines: four hexadecimal digits of length, then the bytes (gitprotocol-common, "pkt-line Format"). */
import { protocolError } from './protocol-error.ts';

export type PktLine =
  | { readonly kind: 'data'; readonly data: Buffer }
  | { readonly kind: 'flush' | 'delimiter' | 'response-end' };

const MAX_DATA = 65_516;
const SPECIAL: Readonly<Record<number, PktLine>> = {
  0: { kind: 'flush' },
  1: { kind: 'delimiter' },
  2: { kind: 'response-end' },
};

export const FLUSH = Buffer.from('0000');
export const DELIMITER = Buffer.from('0001');

/** @throws RangeError when it is more than one line can hold */
export function pktLine(content: string | Buffer): Buffer {
  const data = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  if (data.length > MAX_DATA) throw new RangeError(`a pkt-line holds no ${data.length} bytes`);
  return Buffer.concat([Buffer.from((data.length + 4).toString(16).padStart(4, '0'), 'latin1'), data]);
}

/** Cuts a stream of bytes, in pieces of any size, into lines. */
export class PktLineParser {
  #rest: Buffer = Buffer.alloc(0);

  /** @returns the lines that are complete with it; their data is not to be kept
   * @throws GitError `REMOTE_PROTOCOL` */
  push(chunk: Buffer): readonly PktLine[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const lines: PktLine[] = [];
    let at = 0;
    while (bytes.length - at >= 4) {
      const digits = bytes.toString('latin1', at, at + 4);
      const length = /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
      if (!(length <= MAX_DATA + 4) || length === 3) throw protocolError('the answer is not in pkt-lines');
      const special = SPECIAL[length];
      if (special) lines.push(special);
      else if (bytes.length - at < length) break;
      else lines.push({ kind: 'data', data: bytes.subarray(at + 4, at + length) });
      at += special ? 4 : length;
    }
    this.#rest = bytes.subarray(at);
    return lines;
  }

  /** @throws GitError `REMOTE_PROTOCOL` when a line is not complete */
  end(): void {
    if (this.#rest.length > 0) throw protocolError('the answer ends in the middle of a line');
  }
}

/** The lines of an answer, as they arrive.
 * @throws GitError `REMOTE_PROTOCOL` */
export async function* readPktLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<PktLine, void> {
  const parser = new PktLineParser();
  for await (const chunk of chunks) yield* parser.push(chunk);
  parser.end();
}

/** More than the refs of any repository take; what goes on for longer does so to fill our memory. */
const MAX_TEXT_BYTES = 128 * 2 ** 20;

/** Counts the lines of one answer that are kept. */
export class TextBudget {
  #bytes = 0;

  /** @throws GitError `REMOTE_PROTOCOL` when it is spent */
  spend(data: Buffer): void {
    this.#bytes += data.length;
    if (this.#bytes > MAX_TEXT_BYTES) throw protocolError('the answer has no end');
  }
}

/** The text of a line, without the line feed at its end. */
export function lineText(data: Buffer): string {
  return data.toString('utf8', 0, data.at(-1) === 0x0a ? data.length - 1 : data.length);
}

/** Reads to the end of an answer, so that its connection can serve the next request. */
export async function drain(lines: AsyncIterator<PktLine>): Promise<void> {
  while (!(await lines.next()).done);
}
