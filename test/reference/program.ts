/** Programs of Go around libraries that ours are held against, built from the modules beside this file into the cache. */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe } from 'vitest';
import { findGo } from '../controlplane/assets.ts';
import { cacheHome } from '../controlplane/binaries.ts';
import { withLock } from '../controlplane/lock.ts';

const BUILD_MS = 600_000;

export class ReferenceProgram {
  readonly #module: string;

  /** @param module the name of its directory */
  constructor(module: string) {
    this.#module = join(import.meta.dirname, module);
  }

  /** A `describe` whose tests ask the program; reported as skipped, with the reason, where there is no Go to build it.
   * @throws Error on CI, where there has to be one */
  describe(name: string, suite: () => void): void {
    const isThere = existsSync(this.#path()) || findGo() !== undefined;
    const skipReason = isThere ? undefined : 'there is no Go 1.21 or newer to build the reference with';
    if (skipReason !== undefined && process.env.CI) throw new Error(skipReason);
    describe(name, skipReason === undefined ? {} : { skip: true, meta: { skipReason } }, () => {
      beforeAll(() => this.#build(), BUILD_MS);
      suite();
    });
  }

  /** @returns what it answers, in JSON as the requests are */
  ask(requests: readonly unknown[]): unknown {
    const input = JSON.stringify(requests);
    return JSON.parse(execFileSync(this.#path(), { input, encoding: 'utf8', maxBuffer: 1 << 28 }));
  }

  #path(): string {
    const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
    for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(join(this.#module, file)));
    return join(cacheHome(process.env), 'reference', hash.digest('hex').slice(0, 16), 'reference');
  }

  async #build(): Promise<void> {
    const path = this.#path();
    await withLock(join(dirname(path), 'build.lock'), async () => {
      const go = findGo();
      if (existsSync(path) || go === undefined) return;
      const temporary = `${path}.building-${process.pid}`;
      mkdirSync(dirname(path), { recursive: true });
      try {
        await promisify(execFile)(go, ['build', '-trimpath', '-ldflags', '-s -w', '-o', temporary, '.'], {
          cwd: this.#module,
          env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' },
        });
        renameSync(temporary, path);
      } finally {
        rmSync(temporary, { force: true });
      }
    });
  }
}
