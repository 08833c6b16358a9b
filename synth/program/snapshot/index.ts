/** Starts programs from a snapshot of a process that has their packages loaded, instead of loading them each time
 * (docs/decisions/0006-synth-speed.md). Without a snapshot all is the same, and slower. */
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FIRST_PACKAGE, isKept } from './kept.ts';
import { packageDirectory } from './packages.ts';
import { type Snapshot, SnapshotStore } from './store.ts';

/** Node 24 has snapshots, too, but was not tried. */
const IS_TRIED = Number(process.versions.node.split('.')[0]) >= 26;

function isWanted(): boolean {
  return IS_TRIED && process.env.TRUEKEEL_SNAPSHOTS === 'true';
}

/** Where snapshots of the packages of a program are kept. Undefined where it has none of the packages. */
export function snapshotStore(program: string): SnapshotStore | undefined {
  const place = isWanted() ? packageDirectory(FIRST_PACKAGE, program) : undefined;
  return place === undefined ? undefined : new SnapshotStore(place);
}

/** Has a snapshot made for the next time, if the one that is there lacks a package that the program used. It is made by a
 * process of its own, for which nobody waits, as Git does with `gc --auto`.
 * @param used names of packages, as the program's process says
 * @returns whether one is being made */
export function prepareSnapshot(
  program: string,
  snapshot: Snapshot | undefined,
  used: readonly string[],
): boolean {
  const known = snapshot?.packages ?? [];
  const wanted = used.filter(isKept);
  if (!isWanted() || wanted.every((name) => known.includes(name))) return false;
  const maker = new URL(import.meta.url.endsWith('.ts') ? './make.ts' : './make.js', import.meta.url);
  const packages = [...new Set([FIRST_PACKAGE, ...known, ...wanted])].sort();
  spawn(process.execPath, [fileURLToPath(maker), program, ...packages], {
    detached: true,
    stdio: 'ignore',
    cwd: dirname(program),
  })
    .on('error', () => undefined)
    .unref();
  return true;
}
