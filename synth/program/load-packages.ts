import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Loads what a program is about to load. What cannot be loaded is the program's affair: it says so when it tries. */
export async function loadPackages(program: string, names: readonly string[]): Promise<void> {
  const require = createRequire(program);
  for (const name of names) {
    try {
      require(name);
    } catch {
      // See above.
    }
  }
  try {
    await import(pathToFileURL(require.resolve('truekeel')).href);
  } catch {
    // See above; a program of plain cdk8s has none.
  }
}
