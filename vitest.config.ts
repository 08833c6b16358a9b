import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Large files first, as always, but before them the faults: small files that take minutes, beside which the others can run. */
class FaultsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isFault = ({ moduleId }: TestSpecification) => moduleId.includes('/test/faults/');
    return [...sorted.filter(isFault), ...sorted.filter((file) => !isFault(file))];
  }
}

export default defineConfig({
  resolve: { conditions: ['source', 'node'] },
  ssr: { resolve: { conditions: ['source', 'node'] } },
  test: {
    include: [
      'lib/**/*.test.ts',
      'synth/**/*.test.ts',
      'test/**/*.test.ts',
      'examples/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    setupFiles: ['test/property-seed.ts'],
    globalSetup: ['test/controlplane/global-setup.ts'],
    reporters: ['default', './test/controlplane/reporter.ts'],
    // Tests start Git and programs by the thousand. To start one copies the page tables of who starts it (some 16 ms a GB), and
    // threads share one process, with all that the whole run has loaded.
    pool: 'forks',
    // Tests on a real cluster wait for its controllers as long as they compute: two workers leave one of two cores idle.
    maxWorkers: 4,
    sequence: { sequencer: FaultsFirst },
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
