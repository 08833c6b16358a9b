import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { packageRoot, version } from '../../version.ts';
import type { Command, CommandContext } from '../command.ts';
import { Exit } from '../exit.ts';
import { projectFiles } from '../init-template.ts';
import { text } from '../settings.ts';

interface Manifest {
  readonly [member: string]: unknown;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export const command: Command = async ([given], flags, context) => {
  const { terminal } = context;
  const directory = resolve(context.cwd, given ?? '.');
  const name = projectName(text(flags.name) ?? basename(directory));
  const files = projectFiles(name);
  const taken = Object.keys(files).filter((file) => TAKEN.has(file) && existsSync(join(directory, file)));
  if (taken.length > 0) {
    throw new TruekeelError(`${directory} already has ${taken.join(', ')}`, {
      code: 'PROJECT_EXISTS',
      family: 'usage',
      hint: 'Name another directory: truekeel init DIRECTORY.',
    });
  }
  await mkdir(directory, { recursive: true });
  const written: string[] = [];
  for (const [file, content] of Object.entries(files)) {
    if (existsSync(join(directory, file))) continue;
    await writeFile(join(directory, file), content);
    written.push(file);
  }
  await writeManifest(directory, name);
  terminal.out(`Wrote ${[...written, 'package.json'].join(', ')}.`);

  if (flags.install !== false) {
    await install(directory);
    terminal.out('Installed the packages.');
  }
  await commit(directory, context);

  const where = relative(context.cwd, directory);
  terminal.out('');
  terminal.out('Next:');
  if (where !== '') terminal.out(`  cd ${where}`);
  terminal.out('  npm test');
  terminal.out('  npx truekeel sync');
  return Exit.done;
};

/** Files that are the user's when they are there; the others are kept as they are. */
const TAKEN: ReadonlySet<string> = new Set(['program.ts', 'main.ts', 'program.test.ts']);

/** A directory's name as a namespace can have it. */
function projectName(wanted: string): string {
  const name = wanted
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  return /^[a-z]/.test(name) ? name : `app${name === '' ? '' : `-${name}`}`;
}

async function writeManifest(directory: string, name: string): Promise<void> {
  const file = join(directory, 'package.json');
  const found: Manifest = existsSync(file)
    ? JSON.parse(await readFile(file, 'utf8'))
    : { name, private: true };
  const ours: Manifest = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  const range = (dependency: string): string => {
    const declared = { ...ours.devDependencies, ...(ours.peerDependencies as Record<string, string>) }[
      dependency
    ];
    return declared === undefined || /^[\^~]/.test(declared) ? (declared ?? '*') : `^${declared}`;
  };
  const ranges = (...dependencies: readonly string[]): Record<string, string> =>
    Object.fromEntries(dependencies.map((dependency) => [dependency, range(dependency)]));
  const manifest: Manifest = {
    ...found,
    type: 'module',
    scripts: { test: 'vitest run', ...withoutPlaceholder(found.scripts) },
    dependencies: {
      ...ranges('cdk8s', 'cdk8s-plus-27', 'constructs'),
      truekeel: `^${version()}`,
      ...found.dependencies,
    },
    devDependencies: { ...ranges('@types/node', 'typescript', 'vitest'), ...found.devDependencies },
  };
  await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** What `npm init` writes for a test is none. */
function withoutPlaceholder(
  scripts: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const { test, ...others } = scripts;
  return test === undefined || /no test specified/.test(test) ? others : { ...others, test };
}

function install(directory: string): Promise<void> {
  return new Promise((done, reject) => {
    const args = ['install', '--no-fund', '--no-audit', '--loglevel=error'];
    const child = spawn('npm', args, { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });
    const fail = (why: string): void =>
      reject(
        new TruekeelError(`npm install failed: ${why}`, {
          code: 'INSTALL_FAILED',
          hint: `The files are written. Run npm install in ${directory} when the registry is reachable.`,
        }),
      );
    child.on('error', (error) => fail(error.message));
    child.on('close', (code) => (code === 0 ? done() : fail(`exit ${code}`)));
  });
}

/** Every rendered commit names its source commit, so a new project begins with one. In a repository that is there already,
 * committing is left to its owner. */
async function commit(directory: string, { terminal }: CommandContext): Promise<void> {
  const git = (...args: readonly string[]) => promisify(execFile)('git', [...args], { cwd: directory });
  const inside = await git('rev-parse', '--is-inside-work-tree').then(
    () => true,
    () => false,
  );
  if (inside) {
    terminal.out('This is in a Git repository already: commit the new files when you have read them.');
    return;
  }
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  const known = await git('var', 'GIT_COMMITTER_IDENT').then(
    () => true,
    () => false,
  );
  const identity = known ? [] : ['-c', 'user.name=truekeel init', '-c', 'user.email=init@localhost'];
  await git(...identity, 'commit', '--quiet', '--message', 'Begin with truekeel init');
  terminal.out('Made a Git repository and the first commit.');
}
