import { defineConfig } from 'vitest/config';

const controlplane = new URL('../../', import.meta.url).pathname;

/** A run of its own, which a test starts as a child process and reads the output of. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.case.ts'],
    pool: 'threads',
    maxWorkers: 1,
    globalSetup: [`${controlplane}global-setup.ts`],
    reporters: ['default', `${controlplane}reporter.ts`],
  },
});
