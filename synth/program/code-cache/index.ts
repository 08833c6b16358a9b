/** Keeps what V8 made of the packages of programs, so that it is not compiled each time
 * (docs/decisions/0006-synth-speed.md). Without it all is the same, and slower. */
import { spawn } from 'node:child_process';
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FIRST_PACKAGE, isKept } from './kept.ts';
import { packageDirectory } from './packages.ts';
import { CodeStore } from './store.ts';

/** Where the code of a program's packages is kept. Undefined where it has none of the packages. */
export function codeStore(program: string): CodeStore | undefined {
  const place = packageDirectory(FIRST_PACKAGE, program);
  return place === undefined ? undefined : new CodeStore(place);
}

/** Has the packages compiled for the next time, if what is kept lacks one that the program used: by a process of its own,
 * for which nobody waits, as Git does with `gc --auto`.
 * @param known names of the packages that are kept
 * @param used names of packages, as the program's process says
 * @param maker make.ts, built or not
 * @param permissions arguments for what the program may read: what a package names is read as the program would, as it gets
 * to see what was read
 * @returns whether that is being done */
export function keepCode(
  program: string,
  known: readonly string[],
  used: readonly string[],
  maker: URL,
  permissions: readonly string[],
): boolean {
  const wanted = used.filter(isKept);
  if (wanted.every((name) => known.includes(name))) return false;
  const directory = codeStore(program)?.prepare();
  if (directory === undefined) return false;
  const packages = [...new Set([FIRST_PACKAGE, ...known, ...wanted])].sort();
  const leave = [
    ...permissions,
    `--allow-fs-read=${directory}${sep}*`,
    `--allow-fs-write=${directory}${sep}*`,
  ];
  spawn(process.execPath, [...leave, fileURLToPath(maker), program, ...packages], {
    detached: true,
    stdio: 'ignore',
    cwd: dirname(program),
  })
    .on('error', () => undefined)
    .unref();
  return true;
}
