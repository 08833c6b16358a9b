import { defineConfig } from 'vitest/config';

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
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
