/** The API server's own limit: server-side apply PATCHes over one HTTP/2 session, with nothing around them. */
import { type ClientHttp2Session, connect } from 'node:http2';
import type { Connection } from '../test/controlplane/index.ts';
import type { WorkloadObject } from './workload.ts';

/** Applies all objects, `inFlight` at a time. The session is opened and the bodies are written before the clock starts.
 * @returns milliseconds from the first request to the last answer
 * @throws Error when an answer is no success */
export async function rawApply(
  connection: Connection,
  objects: readonly WorkloadObject[],
  inFlight: number,
): Promise<number> {
  const requests = objects.map(({ object, path }) => ({ path, body: JSON.stringify(object) }));
  const session = connect(connection.server, { ca: connection.ca });
  try {
    await new Promise<void>((resolve, reject) => {
      session.once('error', reject);
      session.once('remoteSettings', () => resolve());
    });
    const started = performance.now();
    const next = requests.values();
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        for (const { path, body } of next) await patch(session, connection.token, path, body);
      }),
    );
    return performance.now() - started;
  } finally {
    session.close();
  }
}

function patch(session: ClientHttp2Session, token: string, path: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'PATCH',
      ':path': `${path}?fieldManager=raw&force=true`,
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      'content-type': 'application/apply-patch+yaml',
    });
    let status = 0;
    const chunks: Buffer[] = [];
    stream.once('response', (headers) => {
      status = headers[':status'] ?? 0;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('error', reject);
    stream.once('end', () => {
      if (status === 200 || status === 201) resolve();
      else reject(new Error(`PATCH ${path} was answered with ${status}: ${Buffer.concat(chunks)}`));
    });
    stream.end(body);
  });
}
