import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const unzip = promisify(gunzip);

/** The whole body as text.
 * @throws Error when the stream ends before its end */
export async function readText(stream: Readable, contentEncoding?: string): Promise<string> {
  const bytes = await readBytes(stream);
  return (contentEncoding === 'gzip' ? await unzip(bytes) : bytes).toString('utf8');
}

function readBytes(stream: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let ended = false;
    let cutOff = false;
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      ended = true;
    });
    stream.on('error', reject);
    // Node ends the readable side of a stream that was reset, too; `aborted` tells the two apart.
    stream.on('aborted', () => {
      cutOff = true;
    });
    stream.on('close', () => {
      if (ended && !cutOff) resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
      else reject(new Error('the answer was cut off'));
    });
  });
}
