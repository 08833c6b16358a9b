/** Suites of tests that need a real forge. */
import { afterAll, beforeAll, describe } from 'vitest';
import { whyNoGitea } from './binary.ts';
import { type Gitea, startGitea } from './start.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Why the tests of a suite do not run on this machine; printed at the end of the run. */
    skipReason?: string;
  }
}

/** Building it takes some minutes. */
const BUILD_MS = 30 * 60_000;
/** A forge, a cluster and several programs are at work at a time. */
const TEST_MS = 3 * 60_000;

/** A `describe` whose tests have a Gitea of their own, or are reported as skipped with the reason when there is none and
 * none can be built. On CI that is an error.
 * @param suite gets a function, to be called in hooks and tests only */
export function describeOnGitea(name: string, suite: (gitea: () => Gitea) => void): void {
  const skipReason = whyNoGitea();
  if (skipReason !== undefined && process.env.CI === 'true') throw new Error(skipReason);
  const options = skipReason === undefined ? { timeout: TEST_MS } : { skip: true, meta: { skipReason } };
  describe(name, options, () => {
    let gitea: Gitea | undefined;
    beforeAll(async () => {
      gitea = await startGitea();
    }, BUILD_MS);
    afterAll(() => gitea?.stop());
    suite(() => {
      if (!gitea) throw new Error('Gitea is started before the first test, not earlier');
      return gitea;
    });
  });
}
