/** What the process of a program may do and see. */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Our own package: the checkout, or the outermost node_modules that it was installed into. */
const OWN = ownDirectory(fileURLToPath(import.meta.url));

/** Arguments of Node's permission model: the program reads its repository and its packages, and that is all. No
 * writing, no child processes, no workers, no addons; from Node 25 on no network either.
 *
 * Node follows symbolic links out of what may be read ("Permissions", Node's documentation), so a repository
 * that nobody vouches for has to be checked out without links, or in a container of its own. */
export function permissionArguments(root: string, program: string): readonly string[] {
  const packages = packageDirectories(dirname(program));
  const readable = new Set([root, OWN, ...packages].flatMap((path) => [path, realpathSync(path)]));
  for (const target of packages.flatMap(linkedPackages)) readable.add(target);
  return ['--permission', ...[...readable].map((path) => `--allow-fs-read=${path}${sep}*`)];
}

/** The same on every machine: locale, time zone and nothing of the caller's environment but what was asked for. */
export function environmentFor(asked: Readonly<Record<string, string>>): Record<string, string> {
  return { LANG: 'C', LC_ALL: 'C', TZ: 'UTC', NO_COLOR: '1', ...asked };
}

/** Every `node_modules` in which Node looks for the packages of a file in the directory. */
function packageDirectories(directory: string): readonly string[] {
  const found: string[] = [];
  for (let at = directory; ; at = dirname(at)) {
    const packages = join(at, 'node_modules');
    if (existsSync(packages)) found.push(packages);
    if (dirname(at) === at) return found;
  }
}

/** Where links to packages lead (`npm link`, workspaces), as Node loads a package from its real place. */
function linkedPackages(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isSymbolicLink()) return existsSync(path) ? [realpathSync(path)] : [];
    return entry.isDirectory() && entry.name.startsWith('@') ? linkedPackages(path) : [];
  });
}

function ownDirectory(file: string): string {
  const packages = file.indexOf(`${sep}node_modules${sep}`);
  if (packages >= 0) return file.slice(0, packages + `${sep}node_modules`.length);
  const here = dirname(file);
  return here.endsWith(join('build', 'synth', 'program')) ? join(here, '../../..') : join(here, '../..');
}
