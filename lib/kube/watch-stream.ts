import type { KubernetesObject } from '../objects/index.ts';

/** One line of a watch as it stands there. */
export interface WatchLine {
  readonly type: string;
  readonly object: KubernetesObject;
}

const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines. Bytes are cut, not characters, so that a character which arrives in
 * two pieces is whole again. What follows the last line break is a line that was cut off, and is dropped. */
export async function* lines(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const piece = chunk.subarray(start, end);
      start = end + 1;
      if (rest.length === 0) {
        yield piece.toString('utf8');
      } else {
        yield Buffer.concat([...rest, piece]).toString('utf8');
        rest = [];
      }
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
}
