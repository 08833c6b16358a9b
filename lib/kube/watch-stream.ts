import type { KubernetesObject } from '../objects/index.ts';
import type { WatchEvent } from './client.ts';
import { parseBody } from './parse-body.ts';
import type { Attempt } from './status.ts';
import { watchError } from './status.ts';

/** One line of a watch as it stands there. */
interface WatchLine {
  readonly type: string;
  readonly object: KubernetesObject;
}

const NEWLINE = 0x0a;

/** Reads the body of a watch.
 * @throws KubeError what the server reported inside the watch (`GONE` above all), `MALFORMED_RESPONSE` */
export async function* watchEvents<T>(
  stream: AsyncIterable<Buffer>,
  attempt: Attempt,
  read: (object: KubernetesObject) => T,
): AsyncGenerator<WatchEvent<T>> {
  for await (const line of lines(stream)) {
    const event = parseBody<WatchLine>({ status: 200, headers: {}, body: line }, attempt);
    switch (event.type) {
      case 'ADDED':
      case 'MODIFIED':
      case 'DELETED':
        yield { type: event.type, object: read(event.object) };
        break;
      case 'BOOKMARK':
        yield { type: 'BOOKMARK', resourceVersion: event.object.metadata.resourceVersion ?? '' };
        break;
      case 'ERROR':
        throw watchError(event.object, attempt);
    }
  }
}

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
