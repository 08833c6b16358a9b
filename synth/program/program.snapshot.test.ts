/** All that holds for programs holds for those that are started from a snapshot. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, vi } from 'vitest';
import { snapshotStore } from './snapshot/index.ts';

const cache = mkdtempSync(join(tmpdir(), 'truekeel-snapshots-'));

beforeAll(() => {
  vi.stubEnv('XDG_CACHE_HOME', cache);
  vi.stubEnv('TRUEKEEL_SNAPSHOTS', 'true');
  const [make, program] = ['./snapshot/make.ts', './program.test.ts'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  execFileSync(process.execPath, [make!, program!, 'cdk8s', 'cdk8s-plus-27'], { stdio: 'pipe' });
  if (!snapshotStore(program!)?.find()) throw new Error('there is no snapshot');
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true, force: true });
});

await import('./program.test.ts');
