/** The packages that a program imports, for a source commit that was extracted somewhere: taken from the lockfile, never
 * from what happens to be around. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { TruekeelError } from '../../lib/objects/index.ts';
import { npmEnvironment } from './npm-environment.ts';

export interface PackagesOptions {
  /** The extracted source. */
  readonly checkout: string;
  /** A work tree of the same repository, whose `node_modules` is used when its lockfile is the same. */
  readonly workTree?: string;
  /** A `node_modules` directory to use whatever the lockfile says. */
  readonly packages?: string;
  /** Where installed packages are kept, one directory a lockfile. */
  readonly cache: string;
}

/** Makes `<checkout>/node_modules` lead to the program's packages; does nothing when the source has no package.json.
 * @throws TruekeelError `NO_LOCKFILE`, `INSTALL_FAILED` */
export async function providePackages(options: PackagesOptions): Promise<void> {
  const found = options.packages ?? (await installed(options));
  if (found !== undefined) await symlink(found, join(options.checkout, 'node_modules'), 'dir');
}

async function installed({ checkout, workTree, cache }: PackagesOptions): Promise<string | undefined> {
  if (!existsSync(join(checkout, 'package.json'))) return undefined;
  const lockfile = await contentOf(join(checkout, 'package-lock.json'));
  if (workTree !== undefined && existsSync(join(workTree, 'node_modules'))) {
    const theirs = await contentOf(join(workTree, 'package-lock.json'));
    if (lockfile === theirs) return join(workTree, 'node_modules');
  }
  if (lockfile === undefined) {
    throw new TruekeelError('the source commit has a package.json and no package-lock.json', {
      code: 'NO_LOCKFILE',
      family: 'usage',
      hint: 'Run `npm install` and commit package-lock.json: the same source commit has to render to the same bytes.',
    });
  }
  const directory = join(cache, 'packages', createHash('sha256').update(lockfile).digest('hex'));
  if (!existsSync(directory)) await install(checkout, directory);
  return join(directory, 'node_modules');
}

/** Installs beside the final place and moves it there, so that a directory that exists is whole. */
async function install(checkout: string, directory: string): Promise<void> {
  await mkdir(join(directory, '..'), { recursive: true });
  const temporary = await mkdtemp(`${directory}.`);
  try {
    for (const name of ['package.json', 'package-lock.json', '.npmrc']) {
      const from = join(checkout, name);
      if (existsSync(from)) await copyFile(from, join(temporary, name));
    }
    await npm(['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'], temporary);
    await mkdir(join(temporary, 'node_modules'), { recursive: true });
    await rename(temporary, directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function npm(args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', args, {
      cwd,
      env: npmEnvironment(process.env),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (said = (said + text).slice(-4000)));
    const fail = (why: string): void =>
      reject(
        new TruekeelError(`npm ci failed: ${why}`, {
          code: 'INSTALL_FAILED',
          hint: 'Is the npm registry reachable, and is package-lock.json in step with package.json?',
        }),
      );
    child.on('error', (error) => fail(error.message));
    child.on('close', (code) => (code === 0 ? resolve() : fail(said.trim() || `exit ${code}`)));
  });
}

async function contentOf(file: string): Promise<string | undefined> {
  return existsSync(file) ? readFile(file, 'utf8') : undefined;
}
