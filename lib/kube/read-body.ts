import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { PROTOBUF_TYPE } from './protobuf/index.ts';
import type { Response } from './request.ts';

const unzip = promisify(gunzip);

/** The whole body: as bytes where it is protobuf, else as text.
 * @param isComplete asked when the stream has closed: Node also ends what was cut off
 * @throws Error when the body was cut off */
export async function readBody(
  stream: Readable,
  isComplete: () => boolean,
  headers: Pick<IncomingHttpHeaders, 'content-encoding' | 'content-type'>,
): Promise<Pick<Response, 'body' | 'bytes'>> {
  const sent = await readBytes(stream, isComplete);
  const bytes = headers['content-encoding'] === 'gzip' ? await unzip(sent) : sent;
  return headers['content-type']?.startsWith(PROTOBUF_TYPE)
    ? { body: '', bytes }
    : { body: bytes.toString('utf8') };
}

function readBytes(stream: Readable, isComplete: () => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('close', () => {
      if (!stream.readableEnded || !isComplete()) reject(new Error('the answer was cut off'));
      else resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
  });
}
