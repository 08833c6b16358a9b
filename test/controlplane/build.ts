/** `node test/controlplane/build.ts`: builds the control plane for tests into the cache, if it is not there
 * yet, and prints the folder. Starts nothing. */
import { cacheDirectory } from './binaries.ts';
import { ensureAssets } from './go.ts';

try {
  await ensureAssets('nodes', { onProgress: (line) => console.error(line) });
  console.log(cacheDirectory());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
