import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cacheDirectory } from '../../synth/cache-directory.ts';
import { packageRoot } from '../../synth/version.ts';
import { scratch } from '../git/scratch.ts';
import { project } from './clusters.ts';
import type { Project } from './project.ts';

/** A program that looks at everything that may differ between two machines. */
const PROGRAM = `import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { ConfigMap, Deployment } from 'cdk8s-plus-27';
import { App, Application, Environment } from 'truekeel';

const app = new App();
const staging = new Environment(app, 'staging', { namespace: 'web' });
const web = new Application(staging, 'web', { createNamespace: true });
const files = new URL('./files/', import.meta.url);
for (const name of readdirSync(files))
  new ConfigMap(web, name, { data: { content: readFileSync(new URL(name, files), 'utf8') } });
new ConfigMap(web, 'machine', {
  data: {
    date: new Date(0).toString(),
    number: (1234567.8).toLocaleString(),
    sorted: ['ä', 'z', 'a', 'I', 'i', 'ı'].sort((a, b) => a.localeCompare(b)).join(''),
    home: homedir() === process.env.HOME ? 'at home' : 'elsewhere',
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    language: process.env.LANG ?? '',
  },
});
new Deployment(web, 'web', { replicas: 2, containers: [{ image: 'registry.k8s.io/pause:3.10' }] });
app.synth();
`;

interface Machine {
  readonly node?: string;
  readonly umask?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Renders the work tree as it is done on a machine. @returns the rendered commit */
function render(p: Project, { node = process.execPath, umask = '022', env = {} }: Machine): string {
  const command = `umask ${umask}; exec "$0" --conditions=source "$1" render --no-typecheck -o json`;
  const main = join(packageRoot(), 'synth/cli/main.ts');
  const stdout = execFileSync('/bin/sh', ['-c', command, node, main], {
    cwd: p.directory,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: scratch(), ...env },
  });
  const { rendered } = JSON.parse(stdout) as {
    readonly rendered: readonly { readonly commit: string; readonly dirty: boolean }[];
  };
  expect(rendered).toMatchObject([{ dirty: false }]);
  return rendered[0]!.commit;
}

/** A repository with the same source commit, elsewhere, whose files were made in the given order. */
function checkout(from: Project, names: readonly string[]): Project {
  const p = project();
  p.git('fetch', '--quiet', from.directory, 'main');
  rmSync(join(p.directory, 'package.json'));
  rmSync(join(p.directory, '.gitignore'));
  p.git('reset', '--quiet', 'FETCH_HEAD');
  for (const name of names) p.git('checkout', '--quiet', 'HEAD', '--', `files/${name}`);
  p.git('checkout', '--quiet', 'HEAD', '--', '.');
  return p;
}

describe('the same source commit', () => {
  const names = ['zebra', 'apple', 'mango', 'beech'];

  it('renders to the same commit whatever the machine is like, and whichever Node it has', async ({
    skip,
  }) => {
    const first = project();
    first.commit('Ünïcode and all', {
      'main.ts': PROGRAM,
      ...Object.fromEntries(names.map((name) => [`files/${name}`, `${name}\n`])),
    });
    const commit = render(first, { env: { LANG: 'C', TZ: 'UTC' } });
    const second = checkout(first, [...names].sort().reverse());
    const elsewhere = {
      LANG: 'tr_TR.UTF-8',
      LC_ALL: 'de_DE.UTF-8',
      TZ: 'Pacific/Kiritimati',
      HOME: scratch(),
    };
    expect(render(second, { umask: '077', env: elsewhere })).toBe(commit);
    expect(first.git('rev-parse', 'HEAD')).toBe(second.git('rev-parse', 'HEAD'));

    const node = node24();
    if (typeof node !== 'string') return skip(node.reason);
    const third = checkout(first, names);
    expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toMatch(/^v24\./);
    expect(render(third, { node, umask: '027', env: elsewhere })).toBe(commit);
  });
});

/** A Node 24, installed from the npm registry into the cache once. @returns its path, or why there is none */
function node24(): string | { readonly reason: string } {
  const name = `node-${process.platform}-${process.arch}`;
  const directory = join(cacheDirectory(process.env), 'tests', 'node24');
  const node = join(directory, 'node_modules', name, 'bin', 'node');
  if (existsSync(node)) return node;
  const temporary = `${directory}.${process.pid}`;
  onTestFinished(() => rmSync(temporary, { recursive: true, force: true }));
  mkdirSync(temporary, { recursive: true });
  const flags = [
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    '--no-fund',
    '--no-audit',
    '--loglevel=error',
  ];
  try {
    execFileSync('npm', ['install', '--prefix', temporary, ...flags, `${name}@24`], { stdio: 'ignore' });
    renameSync(temporary, directory);
  } catch {
    // Another run may have been quicker.
  }
  return existsSync(node) ? node : { reason: `Node 24 cannot be installed: npm install ${name}@24 failed` };
}
