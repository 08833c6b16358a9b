/** Scratch projects with programs in them, for tests. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type RenderedEnvironment, TruekeelError, TruekeelErrors } from '../../../lib/objects/index.ts';
import { type RunOptions, runProgram } from '../index.ts';

const CHECKOUT = fileURLToPath(new URL('../../../', import.meta.url));
/** What programs and their tests import, and what checks types. A link for everything that is installed would cost more
 * than most tests do: each is made, followed at every start of a program and removed again. */
const PACKAGES = ['cdk8s', 'cdk8s-plus-27', 'constructs', 'vitest', 'typescript', '@types', '@typescript'];

/** Makes a project with these files and the packages that programs import, `truekeel` among them. */
export function project(files: Readonly<Record<string, string>>, name = 'truekeel-program-'): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), name)));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  linkPackages(root);
  for (const [path, text] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** Makes `node_modules` with the packages of the checkout that programs import, and the checkout itself as `truekeel`. */
export function linkPackages(directory: string): void {
  const packages = join(directory, 'node_modules');
  mkdirSync(packages);
  for (const name of PACKAGES) symlinkSync(join(CHECKOUT, 'node_modules', name), join(packages, name));
  symlinkSync(CHECKOUT, join(packages, 'truekeel'));
}

export function run(
  root: string,
  options: Partial<RunOptions> = {},
): Promise<readonly RenderedEnvironment[]> {
  return runProgram({ program: 'main.ts', cwd: root, root, timeoutMs: 30_000, ...options });
}

/** Runs `main.ts`, which has to fail.
 * @returns the errors */
export async function failing(
  main: string,
  options: Partial<RunOptions> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<readonly TruekeelError[]> {
  const root = project({ 'main.ts': main, ...files });
  const error: unknown = await run(root, options).then(
    () => new Error('the program did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof TruekeelErrors) return error.errors;
  if (error instanceof TruekeelError) return [error];
  throw error;
}

/** `environment/path` of every object. */
export function paths(environments: readonly RenderedEnvironment[]): readonly string[] {
  return environments.flatMap(({ name, applications }) =>
    applications.flatMap(({ objects }) => objects.map(({ path }) => `${name}/${path}`)),
  );
}
