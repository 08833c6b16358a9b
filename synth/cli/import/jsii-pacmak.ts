/** Has jsii-pacmak make sources for Python, Java or Go of packages: that of the project, or the one beside Truekeel. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { JsiiDependency, JsiiPackage } from '../../../lib/import/index.ts';
import { type JsonObject, TruekeelError } from '../../../lib/objects/index.ts';
import { stripTypes } from '../../program/strip-types.ts';
import { packageRoot } from '../../version.ts';
import type { CommandContext } from '../command.ts';
import type { LanguageName, PackagedDirectory } from './languages.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly jsii?: { readonly targets: JsonObject };
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** What constructs are built on: Truekeel, and what it is built on itself. */
export async function jsiiDependencies(): Promise<readonly JsiiDependency[]> {
  const { name, version, peerDependencies = {} } = await manifestIn(packageRoot());
  const needed = { [name]: `^${version}`, ...peerDependencies };
  return Promise.all(
    Object.entries(needed).map(async ([name, version]) => {
      const { jsii } = await manifestIn(directoryOf(name));
      return { name, version, targets: jsii?.targets ?? {} };
    }),
  );
}

/** @param directoriesOf where the sources of a package go; what is there is taken away
 * @throws TruekeelError `JSII_NOT_FOUND`, `JSII_FAILED` */
export async function packageSources(
  packages: readonly JsiiPackage[],
  language: LanguageName,
  directoriesOf: (name: string) => readonly PackagedDirectory[],
  context: Pick<CommandContext, 'cwd' | 'env' | 'signal'>,
): Promise<void> {
  const pacmak = findPacmak(language, [context.cwd, packageRoot()]);
  const work = await mkdtemp(join(tmpdir(), 'truekeel-import-'));
  try {
    await mkdir(join(work, 'node_modules'));
    for (const { name } of await jsiiDependencies())
      await symlink(directoryOf(name), join(work, 'node_modules', name), 'junction');
    for (const { name, manifest, assembly, source } of packages) {
      const directory = join(work, name);
      await mkdir(directory);
      await writeFile(join(directory, 'package.json'), manifest);
      await writeFile(join(directory, '.jsii'), assembly);
      await writeFile(join(directory, 'index.js'), stripTypes(source));
    }
    await run(pacmak, language, work, packages, context);
    for (const { from, to, leftOut = [] } of packages.flatMap(({ name }) => directoriesOf(name))) {
      await rm(to, { recursive: true, force: true });
      await cp(join(work, 'dist', from), to, { recursive: true });
      for (const file of leftOut) await rm(join(to, file), { force: true });
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function run(
  pacmak: string,
  language: LanguageName,
  work: string,
  packages: readonly JsiiPackage[],
  { env, signal }: Pick<CommandContext, 'env' | 'signal'>,
): Promise<void> {
  const directories = packages.map(({ name }) => join(work, name));
  const args = [pacmak, '--code-only', '--targets', language, '--outdir', join(work, 'dist'), ...directories];
  try {
    await promisify(execFile)(process.execPath, args, {
      cwd: work,
      env: { ...env, JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION: '1' },
      maxBuffer: MOST_OUTPUT,
      signal,
    });
  } catch (cause) {
    const { stderr = '' } = cause as { readonly stderr?: string };
    const reason = stderr.trim() || (cause instanceof Error ? cause.message : String(cause));
    throw new TruekeelError(`jsii-pacmak cannot package the constructs: ${reason.slice(0, 2000)}`, {
      code: 'JSII_FAILED',
      family: 'usage',
      hint: existsSync(join(packageRoot(), 'build/lib/index.js'))
        ? 'It packs with npm, which has to be on PATH; look whether another release of jsii-pacmak is needed.'
        : 'This checkout of Truekeel is not built, and constructs in other languages are built on what comes of that: npm run build.',
      cause,
    });
  }
}

const MOST_OUTPUT = 64 * 1024 * 1024;

/** @param places directories, the first that has it counts
 * @throws TruekeelError `JSII_NOT_FOUND` */
export function findPacmak(language: LanguageName, places: readonly string[]): string {
  for (const from of places) {
    const program = resolveFrom(from, 'jsii-pacmak/bin/jsii-pacmak');
    if (program !== undefined) return program;
  }
  throw new TruekeelError(`there is no jsii-pacmak, which makes sources for ${language}`, {
    code: 'JSII_NOT_FOUND',
    family: 'usage',
    hint: 'Install it here, or where Truekeel is: npm install jsii-pacmak jsii-rosetta.',
  });
}

/** The directory of Truekeel, or of a package that it cannot be without. */
function directoryOf(name: string): string {
  const manifest = resolveFrom(packageRoot(), `${name}/package.json`);
  return manifest === undefined ? packageRoot() : dirname(manifest);
}

/** What modules in a directory get when they ask for it. */
function resolveFrom(directory: string, specifier: string): string | undefined {
  try {
    return createRequire(join(directory, 'package.json')).resolve(specifier);
  } catch {
    return undefined;
  }
}

async function manifestIn(directory: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as Manifest; // of a package that is installed
}
