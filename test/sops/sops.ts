/** The real SOPS, built with Go from its module into the cache, for tests of what it and we read of each other. */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe } from 'vitest';
import { findGo } from '../controlplane/assets.ts';
import { cacheHome } from '../controlplane/binaries.ts';
import { withLock } from '../controlplane/lock.ts';

const MODULE = join(import.meta.dirname, 'module');
const COMMAND = 'github.com/getsops/sops/v3/cmd/sops';

/** From nothing it takes some five minutes on two cores. */
const BUILD_MS = 1_200_000;

/** A `describe` whose tests run the real SOPS, or are reported as skipped with the reason when it is not there and there
 * is no Go to build it.
 * @throws Error on CI, where it has to be there */
export function describeWithSops(name: string, suite: () => void): void {
  const skipReason = existsSync(sopsPath()) || findGo() !== undefined ? undefined : WHY_MISSING;
  if (skipReason !== undefined && process.env.CI) throw new Error(skipReason);
  describe(name, skipReason === undefined ? {} : { skip: true, meta: { skipReason } }, () => {
    beforeAll(buildSops, BUILD_MS);
    suite();
  });
}

const WHY_MISSING = 'no sops: the cache does not have it, and there is no Go 1.21 or newer to build it with';

/** What SOPS prints.
 * @throws Error when it refuses */
export function sops(
  args: readonly string[],
  options: { readonly cwd: string; readonly keyFile?: string },
): string {
  const { cwd, keyFile } = options;
  return execFileSync(sopsPath(), [...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    // Nothing of whoever runs the tests.
    env: { HOME: cwd, PATH: '', ...(keyFile !== undefined && { SOPS_AGE_KEY_FILE: keyFile }) },
  });
}

function sopsPath(): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of ['go.mod', 'go.sum', 'tools.go']) hash.update(readFileSync(join(MODULE, file)));
  return join(cacheHome(process.env), 'sops', hash.digest('hex').slice(0, 16), 'sops');
}

async function buildSops(): Promise<void> {
  const path = sopsPath();
  await withLock(join(dirname(path), 'build.lock'), async () => {
    const go = findGo();
    if (existsSync(path) || go === undefined) return;
    const temporary = `${path}.building-${process.pid}`;
    mkdirSync(dirname(path), { recursive: true });
    try {
      await promisify(execFile)(go, ['build', '-trimpath', '-ldflags', '-s -w', '-o', temporary, COMMAND], {
        cwd: MODULE,
        env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' },
        maxBuffer: 64 * 1024 * 1024,
      });
      renameSync(temporary, path);
    } finally {
      rmSync(temporary, { force: true });
    }
  });
}
