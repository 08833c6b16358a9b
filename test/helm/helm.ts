/** The Helm that charts are rendered with in tests: that of the Go module beside this file, built once and kept in the
 * user's cache, as the control plane is. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findGo } from '../controlplane/assets.ts';
import { cacheHome } from '../controlplane/binaries.ts';
import { withLock } from '../controlplane/lock.ts';

const MODULE = join(import.meta.dirname, 'module');

/** As the module pins it: `4.3.1`. */
export const HELM_VERSION = /helm\.sh\/helm\/v4 v(\S+)/.exec(read('go.mod'))?.[1] ?? '';

const FLAGS = ['-trimpath', '-ldflags', `-s -w -X helm.sh/helm/v4/internal/version.version=v${HELM_VERSION}`];

export type TestHelm = { readonly program: string } | { readonly reason: string };

/** Builds it when it is not there yet, which takes minutes.
 * @throws Error when Go fails */
export async function ensureHelm(onProgress: (line: string) => void = () => {}): Promise<TestHelm> {
  const program = join(cacheHome(process.env), 'helm', cacheKey(), 'helm');
  if (existsSync(program)) return { program };
  const go = findGo();
  if (go === undefined)
    return { reason: `no Helm: ${program} is not there, and no Go 1.21 or newer to build it with` };
  await withLock(`${program}.lock`, async () => {
    if (existsSync(program)) return;
    onProgress('building helm');
    mkdirSync(dirname(program), { recursive: true });
    const temporary = `${program}.building-${process.pid}`;
    try {
      await promisify(execFile)(go, ['build', ...FLAGS, '-o', temporary, 'helm.sh/helm/v4/cmd/helm'], {
        cwd: MODULE,
        env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' },
        maxBuffer: 64 * 1024 * 1024,
      });
      renameSync(temporary, program);
    } finally {
      rmSync(temporary, { force: true });
    }
  });
  return { program };
}

function cacheKey(): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${FLAGS.join(' ')}\n`);
  for (const file of ['go.mod', 'go.sum', 'tools.go']) hash.update(read(file)).update('\0');
  return hash.digest('hex').slice(0, 16);
}

function read(file: string): string {
  return readFileSync(join(MODULE, file), 'utf8');
}
