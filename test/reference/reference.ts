/** The libraries that Flux and Argo CD fill texts in with, built with Go from the module beside this file into the cache, for
 * tests that ours do the same. */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe } from 'vitest';
import type { JsonValue } from '../../lib/objects/index.ts';
import { findGo } from '../controlplane/assets.ts';
import { cacheHome } from '../controlplane/binaries.ts';
import { withLock } from '../controlplane/lock.ts';

const MODULE = join(import.meta.dirname, 'module');
const BUILD_MS = 600_000;

/** A text with variables as Flux has them, or a template of Go with the functions that Argo CD gives it. */
export type Request =
  | { readonly variables: string; readonly values: Readonly<Record<string, string>> }
  | { readonly template: string; readonly values: JsonValue; readonly options?: readonly string[] };

/** Undefined where the library refuses the text. */
export type Answer = string | undefined;

/** A `describe` whose tests ask the libraries; reported as skipped, with the reason, where there is no Go to build them.
 * @throws Error on CI, where there has to be one */
export function describeWithReference(name: string, suite: () => void): void {
  const isThere = existsSync(programPath()) || findGo() !== undefined;
  const skipReason = isThere ? undefined : 'there is no Go 1.21 or newer to build the reference with';
  if (skipReason !== undefined && process.env.CI) throw new Error(skipReason);
  describe(name, skipReason === undefined ? {} : { skip: true, meta: { skipReason } }, () => {
    beforeAll(build, BUILD_MS);
    suite();
  });
}

export function askReference(requests: readonly Request[]): readonly Answer[] {
  const said = execFileSync(programPath(), { input: JSON.stringify(requests), encoding: 'utf8' });
  const answers = JSON.parse(said) as readonly { readonly Result: string; readonly Error: string }[];
  return answers.map(({ Result, Error: refusal }) => (refusal === '' ? Result : undefined));
}

function programPath(): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(join(MODULE, file)));
  return join(cacheHome(process.env), 'reference', hash.digest('hex').slice(0, 16), 'reference');
}

async function build(): Promise<void> {
  const path = programPath();
  await withLock(join(dirname(path), 'build.lock'), async () => {
    const go = findGo();
    if (existsSync(path) || go === undefined) return;
    const temporary = `${path}.building-${process.pid}`;
    mkdirSync(dirname(path), { recursive: true });
    try {
      await promisify(execFile)(go, ['build', '-trimpath', '-ldflags', '-s -w', '-o', temporary, '.'], {
        cwd: MODULE,
        env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' },
      });
      renameSync(temporary, path);
    } finally {
      rmSync(temporary, { force: true });
    }
  });
}
