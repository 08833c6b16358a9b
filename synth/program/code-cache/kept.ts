/** Which packages have their code kept: those that programs are written with. */

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
