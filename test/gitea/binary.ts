/** Finds the forge that tests use, or builds it with Go from the module beside this file, and keeps it in the user's
 * cache folder: Gitea and the folders that it reads while it runs. */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findGo } from '../controlplane/assets.ts';
import { cacheHome } from '../controlplane/binaries.ts';
import { withLock } from '../controlplane/lock.ts';

export interface GiteaBinary {
  readonly command: string;
  /** Holds `templates`, `options` and `public`. */
  readonly staticRoot: string;
}

const MODULE = join(import.meta.dirname, 'module');
const PACKAGE = 'code.gitea.io/gitea';
/** What the command reads at run time, and a build from the module does not embed. */
const STATIC = ['options', 'public', 'templates'] as const;

/** The version that `module/go.mod` requires, with its `v`.
 * @throws Error when it requires none */
function giteaVersion(): string {
  const version = /^require code\.gitea\.io\/gitea (v\S+)$/m.exec(read('go.mod'))?.[1];
  if (version === undefined) throw new Error(`module/go.mod does not require ${PACKAGE}`);
  return version;
}

function buildFlags(): readonly string[] {
  return [
    '-trimpath',
    '-tags=sqlite sqlite_unlock_notify',
    `-ldflags=-s -w -X main.Version=${giteaVersion().slice(1)}`,
    // More at a time takes several GB of memory for SQLite's C file and the largest packages.
    '-p=1',
  ];
}

/** Where the built forge lies. Another module, other flags or another machine have another folder. */
export function giteaDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of ['go.mod', 'go.sum', 'tools.go']) hash.update(read(file)).update('\0');
  const key = hash.update(buildFlags().join('\n')).digest('hex').slice(0, 16);
  return join(cacheHome(environment), 'gitea', key);
}

/** @returns undefined where it has not been built yet */
function findGitea(environment: NodeJS.ProcessEnv = process.env): GiteaBinary | undefined {
  const directory = giteaDirectory(environment);
  const command = join(directory, 'gitea');
  // Written last, so that it stands for the whole.
  return existsSync(command) ? { command, staticRoot: join(directory, 'static') } : undefined;
}

/** Why there is no forge and can be none, as one sentence for people; undefined when there is one or can be. */
export function whyNoGitea(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (findGitea(environment) || findGo(environment) !== undefined) return undefined;
  return 'no forge: the cache does not have Gitea, and there is no Go 1.21 or newer to build it with';
}

export interface BuildOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Called with a line for people at every step. */
  readonly onProgress?: (line: string) => void;
}

/** Finds it, or builds it, which takes some five minutes; one builder at a time on a machine.
 * @throws Error when there is no Go, or Go fails */
export async function ensureGitea(options: BuildOptions = {}): Promise<GiteaBinary> {
  const { environment = process.env, onProgress = () => {} } = options;
  const found = findGitea(environment);
  if (found) return found;
  const go = findGo(environment);
  if (go === undefined) throw new Error(whyNoGitea(environment));
  const directory = giteaDirectory(environment);
  return withLock(
    join(directory, 'build.lock'),
    async () => {
      // Looked for again: another builder may have finished while we waited.
      const built = findGitea(environment);
      if (built) return built;
      const started = performance.now();
      onProgress(`forge: building Gitea ${giteaVersion()}`);
      await build(go, directory, environment);
      onProgress(`forge: built in ${Math.round((performance.now() - started) / 1000)} s`);
      const result = findGitea(environment);
      if (!result) throw new Error('Go built Gitea, and it is not there');
      return result;
    },
    { onWait: (holder) => onProgress(`forge: waiting for another build (process ${holder})`) },
  );
}

async function build(go: string, directory: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const env = { ...environment, CGO_ENABLED: '1', GOFLAGS: '-mod=readonly' };
  const options = { cwd: MODULE, env, encoding: 'utf8' } as const;
  execFileSync(go, ['mod', 'download', PACKAGE], options);
  const source = execFileSync(go, ['list', '-m', '-f', '{{.Dir}}', PACKAGE], options).trim();
  const temporary = join(directory, `gitea.building-${process.pid}`);
  mkdirSync(directory, { recursive: true });
  try {
    await promisify(execFile)(go, ['build', ...buildFlags(), '-o', temporary, PACKAGE], {
      ...options,
      maxBuffer: 64 * 1024 * 1024,
    });
    const target = join(directory, 'static');
    rmSync(target, { recursive: true, force: true });
    for (const name of STATIC) {
      // Go keeps modules read-only; a copy must be removable.
      cpSync(join(source, name), join(target, name), { recursive: true, mode: 0 });
    }
    renameSync(temporary, join(directory, 'gitea'));
  } finally {
    rmSync(temporary, { force: true });
  }
}

function read(file: string): string {
  return readFileSync(join(MODULE, file), 'utf8');
}
