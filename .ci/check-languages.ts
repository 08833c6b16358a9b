/** Packages the constructs for Python, Java and Go, imports a definition for each, runs examples/languages with these packages
 * through `truekeel render`, and holds what each renders to what TypeScript does: the bytes of all objects, the digests, construct
 * paths. A language whose tools this machine lacks is skipped, and said to be, and so is the Helm chart where there is no Helm.
 * Needs `npm run build`. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ensureHelm } from '../test/helm/helm.ts';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const EXAMPLES = join(ROOT, 'examples/languages');
const CLI = join(ROOT, 'build/synth/cli/main.js');
const ENVIRONMENTS = ['staging', 'production'];

interface Language {
  readonly name: string;
  /** Commands that print a version, without which it cannot be checked. */
  readonly tools: readonly (readonly [string, ...string[]])[];
  /** Where the constructs of definitions go, when not where they do by themselves. */
  readonly imports?: string;
  /** Gets the example ready to run in its directory, where definitions and charts have been imported. */
  readonly prepare: (directory: string) => void;
  /** What to give as --app. */
  readonly main: string;
  /** The same for the program with a chart. */
  readonly counter: string;
}

const TYPESCRIPT: Language = {
  name: 'typescript',
  tools: [],
  prepare: (directory) => {
    mkdirSync(join(directory, 'node_modules'));
    for (const name of ['cdk8s', 'constructs'])
      symlinkSync(join(ROOT, 'node_modules', name), join(directory, 'node_modules', name));
    symlinkSync(ROOT, join(directory, 'node_modules/truekeel'));
  },
  main: 'main.ts',
  counter: 'counter.ts',
};

const LANGUAGES: readonly Language[] = [
  {
    name: 'python',
    tools: [['python3', '--version']],
    prepare: (directory) => {
      const [wheel] = readdirSync(join(DIST, 'python')).filter((name) => name.endsWith('.whl'));
      run('python3', ['-m', 'venv', '.venv'], directory);
      const python = join(directory, '.venv/bin/python');
      run(python, ['-m', 'pip', 'install', '--quiet', join(DIST, 'python', wheel!)], directory);
    },
    main: '.venv/bin/python main.py',
    counter: '.venv/bin/python counter.py',
  },
  {
    name: 'java',
    tools: [
      ['javac', '-version'],
      ['mvn', '--version'],
    ],
    imports: 'src/main/java/com/example/greeter/imports',
    prepare: (directory) => {
      const [version] = readdirSync(join(DIST, 'java/dev/truekeel/truekeel'), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name);
      const artifact = join(DIST, `java/dev/truekeel/truekeel/${version}/truekeel-${version}`);
      const install = ['install:install-file', `-Dfile=${artifact}.jar`, `-DpomFile=${artifact}.pom`];
      run('mvn', ['--quiet', '--batch-mode', ...install], directory);
      run('mvn', ['--quiet', '--batch-mode', 'compile'], directory);
    },
    main: 'mvn --quiet --batch-mode compile exec:java',
    counter: 'mvn --quiet --batch-mode exec:java -Dexec.mainClass=com.example.greeter.Counter',
  },
  {
    name: 'go',
    tools: [['go', 'version']],
    prepare: (directory) => {
      const module = 'github.com/truekeel/truekeel-go/truekeel';
      run('go', ['mod', 'edit', `-replace=${module}=${join(DIST, 'go/truekeel')}`], directory);
      run('go', ['mod', 'tidy'], directory);
    },
    main: 'go run .',
    counter: 'go run ./counter',
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

function truekeel(args: readonly string[], directory: string): void {
  run(process.execPath, [CLI, ...args], directory);
}

/** A copy of the example, with everything that it needs. */
function prepared({ name, imports, prepare }: Language, hasHelm: boolean): string {
  const directory = join(work, name);
  cpSync(join(EXAMPLES, name), directory, { recursive: true });
  writeFileSync(join(directory, '.gitignore'), 'node_modules\n.venv\ntarget\n');
  const out = imports === undefined ? [] : ['--out', imports];
  truekeel(['import', 'crd', join(EXAMPLES, 'greetings.yaml'), '--language', name, ...out], directory);
  if (hasHelm) truekeel(['import', 'helm', join(EXAMPLES, 'counter')], directory);
  prepare(directory);
  return directory;
}

/** Every file that the programs of a language make, with what may differ between languages taken out. */
function outcome(language: Language, hasHelm: boolean): ReadonlyMap<string, string> {
  const directory = prepared(language, hasHelm);
  const files = rendered(directory, language.main);
  if (!hasHelm) return files;
  truekeel(
    ['synth', '--no-typecheck', '--allow-commands', '--app', language.counter, '--out', 'dist'],
    directory,
  );
  const file = 'production/counter.yaml';
  return new Map([...files, [`counter/${file}`, readFileSync(join(directory, 'dist', file), 'utf8')]]);
}

/** Every file of the rendered branches. */
function rendered(directory: string, app: string): ReadonlyMap<string, string> {
  run('git', ['init', '--quiet'], directory);
  run('git', ['config', 'user.name', 'A Developer'], directory);
  run('git', ['config', 'user.email', 'developer@example.com'], directory);
  run('git', ['add', '--all'], directory);
  run('git', ['commit', '--quiet', '--message', 'The example'], directory);
  truekeel(['render', '--no-typecheck', '--allow-commands', '--app', app], directory);
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
  const helm = await ensureHelm(console.log);
  if ('reason' in helm) console.log(`skipped the Helm chart: ${helm.reason}`);
  else process.env.PATH = `${dirname(helm.program)}${delimiter}${process.env.PATH}`;
  const hasHelm = 'program' in helm;

  const expected = outcome(TYPESCRIPT, hasHelm);
  if (expected.size < 33) throw new Error(`TypeScript rendered ${expected.size} files only`);

  const chosen = LANGUAGES.filter((language) => {
    const reason = lacks(language);
    if (reason !== undefined) console.log(`skipped ${language.name}: ${reason}`);
    return reason === undefined;
  });
  const targets = chosen.flatMap(({ name }) => ['--targets', name]);
  if (targets.length > 0) run('jsii-pacmak', targets, ROOT);
  for (const language of chosen) {
    const { name } = language;
    const actual = outcome(language, hasHelm);
    const different = differences(expected, actual);
    for (const file of different)
      console.log(`${file} in TypeScript:\n${expected.get(file)}\nin ${name}:\n${actual.get(file)}`);
    if (different.length > 0) process.exitCode = 1;
    console.log(`${name}: ${actual.size} files, ${different.length} different`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
