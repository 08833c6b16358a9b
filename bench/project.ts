/** A scratch folder with a program, as a user's project would be. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from './harness.ts';

/** A new empty folder. Everything in it is removed when the benchmark ends. */
export function scratch(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), `truekeel-bench-${name}-`));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export interface ProjectOptions {
  readonly program: 'cdk8s' | 'truekeel' | 'charts' | 'chain' | 'environments';
  /** How many objects the program makes. */
  readonly objects: number;
  /** `main.ts` as it was written, or the `main.js` that a compiler makes of it. */
  readonly language: 'ts' | 'js';
}

/** What checking the types of the program takes, and no more. */
const COMPILER_OPTIONS = {
  target: 'es2024',
  module: 'nodenext',
  types: [],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  erasableSyntaxOnly: true,
  allowImportingTsExtensions: true,
  customConditions: ['source'],
};

/** Writes the program and links the packages that it imports.
 * @returns the folder, which holds `main.ts` or `main.js` */
export function writeProject({ program, objects, language }: ProjectOptions): string {
  const directory = scratch(program);
  const put = (name: string, source: string) => {
    const text = readFileSync(join(import.meta.dirname, 'programs', source), 'utf8');
    const ours = text.replace(/(export const OBJECTS = )\d+/, `$1${objects}`);
    const written =
      language === 'ts' ? ours : stripTypeScriptTypes(ours).replace("'./units.ts'", "'./units.js'");
    writeFileSync(join(directory, `${name}.${language}`), written);
  };
  put('main', `${program}.ts`);
  put('units', 'units.ts');
  writeFileSync(join(directory, '.gitignore'), 'node_modules\n');
  writeFileSync(join(directory, 'package.json'), '{ "private": true, "type": "module" }\n');
  writeFileSync(
    join(directory, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: ['main.ts'] }),
  );
  linkPackages(directory);
  return directory;
}

/** The shop as a project of its own, without its tests.
 * @returns the folder, removed when the benchmark ends */
export function copyOfShop(name: string): string {
  const directory = scratch(name);
  cpSync(join(REPOSITORY, 'examples/shop'), directory, {
    recursive: true,
    filter: (path) => !path.endsWith('.test.ts'),
  });
  writeFileSync(join(directory, 'package.json'), '{ "private": true, "type": "module" }\n');
  linkPackages(directory);
  return directory;
}

/** Has a program in the folder find the packages that programs import. */
export function linkPackages(directory: string): void {
  mkdirSync(join(directory, 'node_modules'));
  for (const name of ['cdk8s', 'cdk8s-plus-27', 'constructs', 'typescript']) {
    symlinkSync(join(REPOSITORY, 'node_modules', name), join(directory, 'node_modules', name));
  }
  symlinkSync(REPOSITORY, join(directory, 'node_modules', 'truekeel'));
}
