import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const unzip = promisify(gunzip);

/** The whole body as text.
 * @param isComplete asked when the stream has closed: Node also ends what was cut off
 * @throws Error when the body was cut off */
export async function readText(
  stream: Readable,
  isComplete: () => boolean,
  contentEncoding?: string,
): Promise<string> {
  const bytes = await readBytes(stream, isComplete);
  return (contentEncoding === 'gzip' ? await unzip(bytes) : bytes).toString('utf8');
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
