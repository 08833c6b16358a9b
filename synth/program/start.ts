import { type Running, startChild } from './child-process.ts';
import type { ChildOptions } from './limits.ts';
import { snapshotStore } from './snapshot/index.ts';

/** Starts a program, from a snapshot where there is one. A program without limits gets none: what it may do was not tried
 * with one.
 * @param run real paths */
export function startProgram(
  run: { readonly program: string; readonly root: string; readonly cwd: string },
  limits: ChildOptions,
): Running {
  return startChild(run, limits, limits.unrestricted ? undefined : snapshotStore(run.program)?.find());
}
