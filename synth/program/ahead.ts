/** Starts a program before it is known for sure that it will be asked for: what is left to load and to find out then
 * happens while the program runs. It can do no harm in its sandbox, so one that was not meant is ended, and all that
 * was lost is its time. */
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Running, startChild } from './child-process.ts';
import { isCommand } from './is-command.ts';
import { type ChildOptions, DEFAULT_LIMITS } from './limits.ts';

export interface Start {
  /** The program's file, absolute or relative to `cwd`. */
  readonly program: string;
  readonly cwd: string;
  /** Root of the repository. */
  readonly root: string;
  /** Whether applications are kept from run to run. */
  readonly keep?: boolean;
}

let ahead: { readonly name: string; readonly running: Running } | undefined;

/** Starts the program with the limits that {@link DEFAULT_LIMITS} sets; does nothing when it is not there, or a command, which
 * no sandbox would hold. */
export function startAhead(start: Start): void {
  if (isCommand(start.program)) return;
  let name: Start;
  try {
    name = realStart(start);
  } catch {
    return;
  }
  const running = startChild(name, DEFAULT_LIMITS, start.keep);
  // Whoever takes it hears of it; when nobody does, nobody has to.
  running.ending.catch(() => undefined);
  ahead = { name: nameOf(name, DEFAULT_LIMITS), running };
  process.once('exit', endAhead);
}

/** Hands over the program that was started ahead, if it is this one within these limits. Any other is ended. */
export function takeAhead(start: Start, limits: ChildOptions): Running | undefined {
  const taken = ahead?.name === nameOf(start, limits) ? ahead.running : undefined;
  if (!taken) endAhead();
  ahead = undefined;
  return taken;
}

function endAhead(): void {
  ahead?.running.end();
}

/** Links are followed as {@link runProgram} follows them. */
function realStart({ program, cwd, root, keep = false }: Start): Start {
  return { program: realpathSync(resolve(cwd, program)), cwd: resolve(cwd), root: realpathSync(root), keep };
}

function nameOf({ program, cwd, root, keep = false }: Start, { signal, ...limits }: ChildOptions): string {
  return JSON.stringify([program, cwd, root, keep, signal === undefined, limits]);
}
