/** One opened repository, as the commands of this room see it. */
import { GitError } from './errors.ts';
import type { FindCredentials } from './http/credentials.ts';
import type { ObjectDatabase } from './object-database.ts';
import type { ObjectFormat } from './oid.ts';
import { type RunOptions, type RunResult, runGit } from './process.ts';

export interface GitContext {
  /** Absolute path of the repository's own directory (`.git`, or the bare repository). */
  readonly gitDirectory: string;
  /** Absolute path of the object store, which linked work trees share. */
  readonly objectsDirectory: string;
  /** Absolute path of the work tree; undefined when the repository is bare. */
  readonly workTree: string | undefined;
  readonly format: ObjectFormat;
  readonly reader: ObjectDatabase;
  /** Asked where a transfer over HTTP is given no credentials, before the user's helpers are. */
  findCredentials: FindCredentials | undefined;
}

/** Options of every command: which repository; no maintenance that goes on after the command has ended. */
export function repositoryArgs(gitDirectory: string): readonly string[] {
  return [
    `--git-dir=${gitDirectory}`,
    '-c',
    'gc.autoDetach=false',
    '-c',
    'maintenance.autoDetach=false',
    '-c',
    'core.fsmonitor=false',
  ];
}

/** Runs a command and returns its answer, whatever the exit code. */
export function tryGit(
  context: GitContext,
  args: readonly string[],
  options: Omit<RunOptions, 'cwd'> = {},
): Promise<RunResult> {
  return runGit([...repositoryArgs(context.gitDirectory), ...args], {
    ...options,
    cwd: context.workTree ?? context.gitDirectory,
  });
}

/** Runs a command that has to succeed.
 * @throws GitError `GIT_FAILED` with what Git said */
export async function git(
  context: GitContext,
  args: readonly string[],
  options: Omit<RunOptions, 'cwd'> = {},
): Promise<Buffer> {
  const result = await tryGit(context, args, options);
  if (result.exitCode !== 0) throw commandFailed(args, result);
  return result.stdout;
}

export function commandFailed(args: readonly string[], result: RunResult): GitError {
  const said = result.stderr.trim() || `exit code ${result.exitCode}`;
  return new GitError('GIT_FAILED', `git ${args[0] ?? ''} failed: ${said}`);
}

/** Splits what `-z` wrote. */
export function splitNul(output: Buffer): readonly string[] {
  const parts = output.toString('utf8').split('\0');
  if (parts.at(-1) === '') parts.pop();
  return parts;
}
