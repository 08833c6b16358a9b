/** Installs the npm packages that Truekeel is measured against, once, into the cache outside of the repository. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheHome } from '../test/controlplane/binaries.ts';
import { withLock } from '../test/controlplane/lock.ts';
import { timeProcess } from './harness.ts';

const MANIFEST = join(import.meta.dirname, 'peers');

/** The `node_modules` that a `package-lock.json` describes.
 * @param manifest the folder that holds it
 * @throws Error when npm fails */
export async function installPeers(progress: (line: string) => void, manifest = MANIFEST): Promise<string> {
  const lock = readFileSync(join(manifest, 'package-lock.json'));
  const home = join(cacheHome(process.env), 'peers');
  const target = join(home, createHash('sha256').update(lock).digest('hex').slice(0, 16));
  await withLock(`${target}.lock`, async () => {
    if (existsSync(target)) return;
    progress('installing the peers');
    const temporary = `${target}.installing-${process.pid}`;
    mkdirSync(temporary, { recursive: true });
    try {
      cpSync(manifest, temporary, { recursive: true });
      await timeProcess(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: temporary });
      renameSync(temporary, target);
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  });
  return join(target, 'node_modules');
}

/** The version of an installed peer. */
export function versionOf(modules: string, name: string): string {
  // The manifest of an npm package always has one.
  return (JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')) as { version: string })
    .version;
}
