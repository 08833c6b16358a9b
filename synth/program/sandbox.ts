/** What the process of a program may do and see. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Our own package: the checkout, or the outermost node_modules that it was installed into. */
const OWN = ownDirectory(fileURLToPath(import.meta.url));

/** Arguments of Node's permission model: the program reads its repository and its packages, and that is all. No
 * writing, no child processes, no workers, no addons; from Node 25 on no network either. */
export function permissionArguments(root: string, program: string): readonly string[] {
  const readable = new Set([root, OWN, ...packageDirectories(dirname(program))]);
  for (const path of [...readable]) readable.add(realpathSync(path));
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

function ownDirectory(file: string): string {
  const packages = file.indexOf(`${sep}node_modules${sep}`);
  if (packages >= 0) return file.slice(0, packages + `${sep}node_modules`.length);
  const here = dirname(file);
  return here.endsWith(join('build', 'synth', 'program')) ? join(here, '../../..') : join(here, '../..');
}
