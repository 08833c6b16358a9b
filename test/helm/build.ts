/** `node test/helm/build.ts`: builds the Helm of the tests into the cache, if it is not there yet, and prints its path. */
import { ensureHelm } from './helm.ts';

try {
  const found = await ensureHelm((line) => console.error(line));
  if ('reason' in found) throw new Error(found.reason);
  console.log(found.program);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
