/** Finds packages and their files, as Node would. */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { SnapshotContent, SnapshotPackage } from './script.ts';

/** The package of that name that the program gets: its real directory. Undefined when there is none. */
export function packageDirectory(name: string, from: string): string | undefined {
  for (let at = dirname(from); ; at = dirname(at)) {
    try {
      return realpathSync(join(at, 'node_modules', name));
    } catch {
      if (dirname(at) === at) return undefined;
    }
  }
}

/** Some packages and all that they depend on, as far as that is installed.
 * @param directories real ones
 * @throws Error when one of them cannot be read */
export function contentOf(directories: readonly string[]): SnapshotContent {
  const packages: Record<string, SnapshotPackage> = {};
  const seen = new Set(directories);
  for (const directory of seen) {
    const manifest = join(directory, 'package.json');
    const dependencies: Record<string, string> = {};
    for (const name of dependenciesOf(manifest)) {
      const found = packageDirectory(name, manifest);
      if (found === undefined) continue;
      dependencies[name] = found;
      seen.add(found);
    }
    // As Node finds it for whoever requires the package.
    packages[directory] = { main: createRequire(manifest).resolve(directory), dependencies };
  }
  return { entries: directories, packages, files: [...seen].flatMap(filesOf).sort() };
}

function dependenciesOf(manifest: string): readonly string[] {
  // An npm manifest: both are maps from names to ranges.
  const { dependencies = {}, peerDependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as Partial<
    Record<'dependencies' | 'peerDependencies', Record<string, string>>
  >;
  return Object.keys({ ...dependencies, ...peerDependencies });
}

/** What `require` can load, without the packages that lie in it. */
function filesOf(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesOf(path);
    return entry.isFile() && /\.(?:c?js|json)$/.test(entry.name) ? [path] : [];
  });
}
