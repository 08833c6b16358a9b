/** A Git server that ends with the test. */
import { onTestFinished } from 'vitest';
import { type HttpServerOptions, startGitServer } from './http-backend.ts';

/** @returns the URL of the directory, without a slash at the end */
export async function serveGit(options: HttpServerOptions): Promise<string> {
  const { url, server } = await startGitServer(options);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return url;
}
