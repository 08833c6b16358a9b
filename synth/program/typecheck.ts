/** Checks the types of a program with the TypeScript of its own project. Node leaves types out when it runs a
 * program, so without this a type error would be found by the API server, or never. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { TruekeelError } from '../../lib/objects/index.ts';
import { ancestors } from './ancestors.ts';
import { CheckedTypes } from './checked-types.ts';

/** `file(line,column): error TS2322: message`, as `tsc --pretty false` prints it. */
const DIAGNOSTIC = /^(.+?)\((\d+),(\d+)\): error (TS\d+): (.*)$/;
const GLOBAL_DIAGNOSTIC = /^error (TS\d+): (.*)$/;

/** Type errors of the program and of what it imports. None, when the program is not TypeScript or its project
 * has no `typescript` package or no tsconfig.json.
 *
 * Runs the project's own compiler outside the sandbox of the program: for programs of one's own. */
export async function typeErrors(options: {
  readonly program: string;
  readonly root: string;
  /** Has them checked even where they were found right, and nothing has changed since. */
  readonly anew?: boolean;
}): Promise<readonly TruekeelError[]> {
  const { program, root, anew = false } = options;
  if (!/\.[cm]?ts$/.test(program)) return [];
  const compiler = compilerOf(program);
  const config = configOf(dirname(program));
  if (compiler === undefined || config === undefined) return [];
  const checked = new CheckedTypes(program, { compiler, config });
  if (!anew && checked.areRight()) return [];
  // Only what the program imports: a test that does not compile is no reason not to render. Command line and
  // config file cannot both name files, so a config of our own extends that of the project.
  const directory = mkdtempSync(join(realpathSync(tmpdir()), 'truekeel-types-'));
  try {
    const own = join(directory, 'tsconfig.json');
    writeFileSync(own, JSON.stringify(configFor(program, config)));
    const output = await run(compiler, own);
    const errors = parse(output, directory, root);
    if (errors.length === 0) checked.remember(output.split('\n').filter((line) => isAbsolute(line)));
    return errors;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function configFor(program: string, config: string): object {
  return {
    extends: config,
    compilerOptions: {
      noEmit: true,
      composite: false,
      incremental: false,
      // By default they are looked for above the config file, which is not where the project is.
      typeRoots: typeRootsFor(dirname(program)),
    },
    files: [program],
    include: [],
  };
}

function compilerOf(program: string): string | undefined {
  try {
    const description = createRequire(program).resolve('typescript/package.json');
    return join(dirname(description), 'bin/tsc');
  } catch {
    return undefined;
  }
}

function configOf(directory: string): string | undefined {
  return ancestors(directory)
    .map((at) => join(at, 'tsconfig.json'))
    .find((file) => existsSync(file));
}

function typeRootsFor(directory: string): readonly string[] {
  return ancestors(directory)
    .map((at) => join(at, 'node_modules/@types'))
    .filter((path) => existsSync(path));
}

function run(compiler: string, config: string): Promise<string> {
  return new Promise((done, fail) => {
    execFile(
      process.execPath,
      [compiler, '--project', config, '--pretty', 'false', '--listFiles'],
      { cwd: dirname(config), maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        // Type errors make it exit with 1 or 2 and print them; anything else is a failure to run.
        if (error && stdout === '') {
          fail(
            new TruekeelError(`the type checker did not run: ${stderr.trim() || error.message}`, {
              code: 'TYPE_CHECK_FAILED',
              family: 'usage',
              hint: 'Try `npx tsc --noEmit` in the project of the program.',
              cause: error,
            }),
          );
        } else done(stdout);
      },
    );
  });
}

function parse(output: string, directory: string, root: string): readonly TruekeelError[] {
  return output.split('\n').flatMap((line) => {
    const match = DIAGNOSTIC.exec(line);
    if (match) {
      const [, name, row, column, code, message] = match;
      const file = relative(root, resolve(directory, name ?? '')).replaceAll(sep, '/');
      const source = { file, line: Number(row), column: Number(column) };
      return [typeError(`${file}:${row}:${column}: ${message} (${code})`, source)];
    }
    const [, code, message] = GLOBAL_DIAGNOSTIC.exec(line) ?? [];
    return code === undefined ? [] : [typeError(`${message} (${code})`, undefined)];
  });
}

function typeError(message: string, source: TruekeelError['source']): TruekeelError {
  return new TruekeelError(message, {
    code: 'TYPE_ERROR',
    family: 'usage',
    ...(source && { source }),
    hint: 'Correct the type; with --no-typecheck the program runs all the same.',
  });
}
