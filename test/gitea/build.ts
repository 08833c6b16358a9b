/** `node test/gitea/build.ts`: builds the forge for tests into the cache, if it is not there yet, and prints the
 * folder. Starts nothing. */
import { ensureGitea, giteaDirectory } from './binary.ts';

try {
  await ensureGitea({ onProgress: (line) => console.error(line) });
  console.log(giteaDirectory());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
