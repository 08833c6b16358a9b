/** Packages the constructs for Python, Java and Go, runs examples/languages with these packages through `truekeel render`,
 * and holds what each renders to what TypeScript does: the bytes of all objects, the digests, construct paths. A language
 * whose tools this machine lacks is skipped, and said to be. Needs `npm run build`. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const CLI = join(ROOT, 'build/synth/cli/main.js');
const ENVIRONMENTS = ['staging', 'production'];

interface Language {
  readonly name: string;
  /** Commands that print a version, without which it cannot be checked. */
  readonly tools: readonly (readonly [string, ...string[]])[];
  /** Gets the example ready to run in its directory. @returns what to give as --app */
  readonly prepare: (directory: string) => string;
}

const LANGUAGES: readonly Language[] = [
  {
    name: 'python',
    tools: [['python3', '--version']],
    prepare: (directory) => {
      const [wheel] = readdirSync(join(DIST, 'python')).filter((name) => name.endsWith('.whl'));
      run('python3', ['-m', 'venv', '.venv'], directory);
      const python = join(directory, '.venv/bin/python');
      run(python, ['-m', 'pip', 'install', '--quiet', join(DIST, 'python', wheel!)], directory);
      return '.venv/bin/python main.py';
    },
  },
  {
    name: 'java',
    tools: [
      ['javac', '-version'],
      ['mvn', '--version'],
    ],
    prepare: (directory) => {
      const [version] = readdirSync(join(DIST, 'java/dev/truekeel/truekeel'), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name);
      const artifact = join(DIST, `java/dev/truekeel/truekeel/${version}/truekeel-${version}`);
      const install = ['install:install-file', `-Dfile=${artifact}.jar`, `-DpomFile=${artifact}.pom`];
      run('mvn', ['--quiet', '--batch-mode', ...install], directory);
      run('mvn', ['--quiet', '--batch-mode', 'compile'], directory);
      return 'mvn --quiet --batch-mode compile exec:java';
    },
  },
  {
    name: 'go',
    tools: [['go', 'version']],
    prepare: (directory) => {
      const module = 'github.com/truekeel/truekeel-go/truekeel';
      run('go', ['mod', 'edit', `-replace=${module}=${join(DIST, 'go/truekeel')}`], directory);
      run('go', ['mod', 'tidy'], directory);
      return 'go run .';
    },
  },
];

function run(command: string, args: readonly string[], cwd: string): string {
  console.log(`$ ${command} ${args.join(' ')}`);
  const env = { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: '1' };
  return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function lacks({ tools }: Language): string | undefined {
  const missing = tools.find(([command, ...args]) => spawnSync(command, args).status !== 0);
  return missing && `${missing[0]} does not run here`;
}

/** Every file of the rendered branches, with what may differ between languages taken out. */
function rendered(directory: string, app: string): ReadonlyMap<string, string> {
  run('git', ['init', '--quiet'], directory);
  run('git', ['config', 'user.name', 'A Developer'], directory);
  run('git', ['config', 'user.email', 'developer@example.com'], directory);
  run('git', ['add', '--all'], directory);
  run('git', ['commit', '--quiet', '--message', 'The example'], directory);
  run(process.execPath, [CLI, 'render', '--no-typecheck', '--allow-commands', '--app', app], directory);
  const files = new Map<string, string>();
  for (const environment of ENVIRONMENTS) {
    const branch = `rendered/${environment}`;
    const names = run('git', ['ls-tree', '-r', '--name-only', '-z', branch], directory).split('\0');
    for (const name of names.filter((name) => name !== '')) {
      const content = run('git', ['show', `${branch}:${name}`], directory);
      files.set(`${environment}/${name}`, name.endsWith('.json') ? withoutSource(content) : content);
    }
  }
  return files;
}

/** The commit and the program in `truekeel.json`, and the place of each object in `application.json`. */
function withoutSource(manifest: string): string {
  return JSON.stringify(
    JSON.parse(manifest, (key, value) => (key === 'source' ? undefined : value)),
    null,
    2,
  );
}

function differences(
  expected: ReadonlyMap<string, string>,
  actual: ReadonlyMap<string, string>,
): readonly string[] {
  const names = new Set([...expected.keys(), ...actual.keys()]);
  return [...names].filter((name) => expected.get(name) !== actual.get(name));
}

const work = mkdtempSync(join(tmpdir(), 'truekeel-languages-'));
try {
  const example = (name: string): string => {
    const directory = join(work, name);
    cpSync(join(ROOT, 'examples/languages', name), directory, { recursive: true });
    writeFileSync(join(directory, '.gitignore'), 'node_modules\n.venv\ntarget\n');
    return directory;
  };
  const typescript = example('typescript');
  mkdirSync(join(typescript, 'node_modules'));
  for (const name of ['cdk8s', 'constructs'])
    symlinkSync(join(ROOT, 'node_modules', name), join(typescript, 'node_modules', name));
  symlinkSync(ROOT, join(typescript, 'node_modules/truekeel'));
  const expected = rendered(typescript, 'main.ts');
  if (expected.size < 14) throw new Error(`TypeScript rendered ${expected.size} files only`);

  const chosen = LANGUAGES.filter((language) => {
    const reason = lacks(language);
    if (reason !== undefined) console.log(`skipped ${language.name}: ${reason}`);
    return reason === undefined;
  });
  const targets = chosen.flatMap(({ name }) => ['--targets', name]);
  if (targets.length > 0) run('jsii-pacmak', targets, ROOT);
  for (const { name, prepare } of chosen) {
    const directory = example(name);
    const actual = rendered(directory, prepare(directory));
    const different = differences(expected, actual);
    for (const file of different)
      console.log(`${file} in TypeScript:\n${expected.get(file)}\nin ${name}:\n${actual.get(file)}`);
    if (different.length > 0) process.exitCode = 1;
    console.log(`${name}: ${actual.size} files, ${different.length} different`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
