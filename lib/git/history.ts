/** Commits: reading them, walking them, asking which came first. */
import { type Commit, decodeCommit } from './commit.ts';
import { commandFailed, type GitContext, git, tryGit } from './context.ts';
import { GitError } from './errors.ts';
import { asOid, isOid, type Oid } from './oid.ts';
import { resolveCommit } from './refs.ts';

/** @throws GitError `OBJECT_MISSING` when one is not there, or is no commit */
export async function readCommits(context: GitContext, oids: readonly Oid[]): Promise<readonly Commit[]> {
  const objects = await context.reader.read(oids);
  return objects.map((object, index) => {
    if (object?.type !== 'commit') {
      throw new GitError('OBJECT_MISSING', `commit ${oids[index]} is not in ${context.gitDirectory}`, {
        hint: 'Fetch it; in a shallow clone, run "git fetch --unshallow".',
      });
    }
    return decodeCommit(object.oid, object.body);
  });
}

export interface LogOptions {
  /** Newest first; default 100. */
  readonly limit?: number;
  /** How many of the newest to leave out. */
  readonly skip?: number;
  /** Follow only first parents. Default true: the history of one branch. */
  readonly firstParent?: boolean;
  /** Leave out what this commit reaches. */
  readonly exclude?: Oid;
}

/** The commits that a revision reaches, newest first.
 * @throws GitError `UNKNOWN_REVISION` */
export async function log(
  context: GitContext,
  revision: string,
  options: LogOptions = {},
): Promise<readonly Commit[]> {
  const tip = isOid(revision) ? revision : await resolveCommit(context, revision);
  const output = await git(context, [
    'rev-list',
    ...(options.firstParent === false ? [] : ['--first-parent']),
    `--max-count=${options.limit ?? 100}`,
    `--skip=${options.skip ?? 0}`,
    '--end-of-options',
    tip,
    ...(options.exclude === undefined ? [] : [`^${options.exclude}`]),
    '--',
  ]);
  return readCommits(
    context,
    output
      .toString('latin1')
      .split('\n')
      .filter((line) => line !== '')
      .map(asOid),
  );
}

/** Whether a commit can be reached from another, or is it.
 * @throws GitError `OBJECT_MISSING` when the repository does not hold one of them */
export async function isAncestor(context: GitContext, ancestor: Oid, descendant: Oid): Promise<boolean> {
  if (ancestor === descendant || isParent(context, ancestor, descendant)) return true;
  const args = ['merge-base', '--is-ancestor', ancestor, descendant];
  const result = await tryGit(context, args);
  if (result.exitCode === 0) return true;
  if (result.exitCode === 1) return false;
  await readCommits(context, [ancestor, descendant]);
  throw commandFailed(args, result);
}

/** What is asked nearly always, for which no process needs to be started. */
function isParent(context: GitContext, ancestor: Oid, descendant: Oid): boolean {
  const object = context.reader.readNow(descendant);
  if (object?.type !== 'commit' || !context.reader.hasNow(ancestor)) return false;
  return decodeCommit(descendant, object.body).parents.includes(ancestor);
}

/** Whether parts of the history were not fetched. */
export async function isShallow(context: GitContext): Promise<boolean> {
  const output = await git(context, ['rev-parse', '--is-shallow-repository']);
  return output.toString('latin1').trim() === 'true';
}
