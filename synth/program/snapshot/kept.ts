/** Which packages are kept in snapshots: those that programs are written with. What runs when they are loaded is known
 * to depend on nothing but their files, which cannot be said of every package. */

/** Every program has it. */
export const FIRST_PACKAGE = 'cdk8s';

const KEPT = /^cdk8s(?:-plus-\d+)?$/;
const KEPT_FILE = /[\\/]node_modules[\\/](cdk8s(?:-plus-\d+)?)[\\/]/;

export function isKept(name: string): boolean {
  return KEPT.test(name);
}

/** Names of the packages that some loaded files belong to. */
export function keptPackages(files: readonly string[]): readonly string[] {
  return [...new Set(files.flatMap((file) => KEPT_FILE.exec(file)?.[1] ?? []))].sort();
}
