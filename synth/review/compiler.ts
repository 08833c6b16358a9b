/** Whether the types of a change may be checked. The compiler is a package of the program and runs outside of the sandbox, where
 * the credentials are: so it has to be the one that the base has. */
import type { Oid, Repository } from '../../lib/git/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';

const LOCKFILE = 'package-lock.json';
/** TypeScript, and what it brings for each platform. */
const COMPILER = /(?:^|\/)node_modules\/(?:typescript|@typescript\/[^/]+)$/;

/** Whether installing the packages of a change gives the compiler of the base, byte by byte.
 * @param head the merge of the change with the base */
export async function hasCompilerOf(repository: Repository, base: Oid, head: Oid): Promise<boolean> {
  const changed = (await repository.diffTrees(base, head)).map(({ path }) => path);
  // Packages in Git, and where packages are fetched from.
  if (
    changed.some((path) =>
      path.split('/').some((name) => ['node_modules', '.npmrc'].includes(name.toLowerCase())),
    )
  )
    return false;
  if (!changed.includes(LOCKFILE)) return true;
  const [before, after] = await Promise.all(
    [base, head].map(async (source) => compilersOf((await repository.readFiles(source, [LOCKFILE]))[0])),
  );
  return before !== undefined && before === after;
}

/** @returns undefined where the contents of one are not pinned */
function compilersOf(lockfile: Buffer | undefined): string | undefined {
  const { packages = {} }: { readonly packages?: Readonly<Record<string, { readonly integrity?: string }>> } =
    parsed(lockfile) ?? {};
  const compilers = Object.entries(packages).filter(([path]) => COMPILER.test(path));
  if (compilers.some(([, { integrity }]) => integrity === undefined)) return undefined;
  return JSON.stringify(compilers.map(([path, { integrity }]) => [path, integrity]).sort());
}

function parsed(lockfile: Buffer | undefined): object | undefined {
  try {
    const value: unknown = JSON.parse(String(lockfile));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

export function typesNotChecked(): TruekeelError {
  return new TruekeelError(
    'the types are not checked: the change brings a compiler that the base does not have',
    {
      code: 'TYPES_NOT_CHECKED',
      family: 'validation',
      hint: 'Run the compiler where no credentials are. Once the change is merged, its types are checked whenever it is rendered.',
    },
  );
}
