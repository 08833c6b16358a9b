/** A machine as CI systems give one to a job: folders of its own, and `truekeel` and `npm` where an image or the registry
 * would have put them. What is called so is this checkout's. */
import { execFile, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { linkPackages } from '../../synth/program/testing/project.ts';
import { packageRoot } from '../../synth/version.ts';

export interface Step {
  readonly script: string;
  readonly shell?: readonly string[];
  readonly cwd: string;
  /** What the system sets, beside what every process has. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

const ROOT = packageRoot();

export class Machine {
  readonly directory: string;

  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), 'truekeel-ci-'));
    onTestFinished(() => rmSync(this.directory, { recursive: true, force: true }));
    for (const name of ['bin', 'home', 'temp']) mkdirSync(join(this.directory, name));
    const main = join(ROOT, 'synth/cli/main.ts');
    this.#command('truekeel', `exec '${process.execPath}' --conditions=source '${main}' "$@"`);
    this.#command('npm', NPM);
  }

  path(...names: readonly string[]): string {
    return join(this.directory, ...names);
  }

  read(...names: readonly string[]): string {
    const path = this.path(...names);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** A file of the system's, by its content. */
  file(name: string, content: string): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  /** Clones as CI systems do: one commit, detached, and nothing else.
   * @param url may hold a password, which stays
   * @param config what stays in the clone's configuration, such as the header that `actions/checkout` leaves */
  async clone(url: string, ref: string, config: Readonly<Record<string, string>> = {}): Promise<string> {
    const at = this.path('workspace');
    // A server of the tests may be this very process.
    const git = (...args: readonly string[]) => promisify(execFile)('git', args, { cwd: at });
    mkdirSync(at);
    await git('init', '--quiet');
    await git('remote', 'add', 'origin', url);
    for (const [key, value] of Object.entries(config)) await git('config', key, value);
    await git('fetch', '--quiet', '--no-tags', '--depth=1', 'origin', `+${ref}:refs/remotes/ci/head`);
    await git('checkout', '--quiet', '--detach', 'refs/remotes/ci/head');
    // Packages come from the registry otherwise.
    linkPackages(at);
    return at;
  }

  /** Runs a step; what the process of the tests has in its environment is not there. */
  async run({ script, shell = ['bash', '-e', '-o', 'pipefail', '-c'], cwd, env }: Step): Promise<Ran> {
    const [command, ...args] = shell;
    const child = spawn(command!, [...args, script], {
      cwd,
      env: {
        PATH: `${this.path('bin')}:${process.env.PATH}`,
        HOME: this.path('home'),
        STUB_ROOT: ROOT,
        STUB_NODE: process.execPath,
        STUB_LOG: this.path('npm.log'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ran = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => (ran.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (ran.stderr += text));
    const exit = await new Promise<number>((done, failed) => {
      child.on('error', failed);
      child.on('close', (code) => done(code ?? -1));
    });
    return { exit, ...ran };
  }

  #command(name: string, text: string): void {
    const path = this.path('bin', name);
    writeFileSync(path, `#!/usr/bin/env bash\nset -eu\n${text}\n`);
    chmodSync(path, 0o755);
  }
}

/** Puts this checkout where npm would have put the package, and this Node where its package has it. The real packing and
 * installing is in .ci/check-package.mjs. */
const NPM = `
{ echo "cwd $PWD"; echo "args $*"; env | sed 's/^/env /'; } >>"$STUB_LOG"
[ "$1" = install ] && [ -z "\${STUB_FAILS:-}" ]
for package in "$@"; do
  case $package in
    node-*) at="node_modules/\${package%@*}/bin"; mkdir -p "$at"; ln -s "$STUB_NODE" "$at/node" ;;
    truekeel@*)
      at=node_modules/truekeel/build/synth/cli
      mkdir -p "$at"
      printf '%s\\n' "import { spawnSync } from 'node:child_process';" \\
        "const args = ['--conditions=source', '$STUB_ROOT/synth/cli/main.ts', ...process.argv.slice(2)];" \\
        "process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status;" >"$at/main.js"
      echo '{ "type": "module" }' >node_modules/truekeel/package.json ;;
  esac
done`;
