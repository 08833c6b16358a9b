/** Refs and revisions: names to object ids, and the compare-and-swap that moves a ref. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commandFailed, type GitContext, git, tryGit } from './context.ts';
import { GitError, RefRaceError } from './errors.ts';
import { asOid, isOid, noObject, type Oid } from './oid.ts';
import { checkRefName, refNameFault } from './ref-name.ts';

/** Resolves anything that names a commit: `HEAD~2`, a branch, a tag, an abbreviated id.
 * @throws GitError `UNKNOWN_REVISION` */
export async function resolveCommit(context: GitContext, revision: string): Promise<Oid> {
  const found =
    revision === '' || /[\0\n]/.test(revision)
      ? undefined
      : (plainCommit(context, revision) ?? (await verify(context, `${revision}^{commit}`)));
  if (found) return found;
  throw new GitError(
    'UNKNOWN_REVISION',
    `${JSON.stringify(revision)} names no commit in ${context.gitDirectory}`,
    {
      hint: 'Check the spelling with "git log"; fetch it first when it is on a remote; in a shallow clone, deepen it.',
    },
  );
}

/** The object that a ref points at; undefined when there is no such ref. */
export async function readRef(context: GitContext, ref: string): Promise<Oid | undefined> {
  return looseRef(context, checkRefName(ref)) ?? (await verify(context, ref));
}

/** What takes no process to tell: a whole id, or a ref that has a file. */
function plainCommit(context: GitContext, revision: string): Oid | undefined {
  const oid = isOid(revision) ? revision : looseRef(context, revision);
  return oid !== undefined && context.reader.readNow(oid)?.type === 'commit' ? oid : undefined;
}

/** Refs that linked work trees share. */
const SHARED = /^refs\/(?:heads|remotes|tags|notes|truekeel)\//;

/** A ref that has a file of its own (gitrepository-layout, "refs"). Others are packed, name another ref, are kept in another
 * way, or are not there: Git tells. */
function looseRef(context: GitContext, ref: string): Oid | undefined {
  if (!SHARED.test(ref) || refNameFault(ref) !== undefined) return undefined;
  try {
    const text = readFileSync(join(dirname(context.objectsDirectory), ref), 'latin1').trimEnd();
    return isOid(text) && text.length === noObject(context.format).length ? text : undefined;
  } catch {
    return undefined;
  }
}

async function verify(context: GitContext, name: string): Promise<Oid | undefined> {
  const result = await tryGit(context, ['rev-parse', '--verify', '--quiet', '--end-of-options', name]);
  const text = result.stdout.toString('latin1').trim();
  return result.exitCode === 0 && isOid(text) ? text : undefined;
}

/** All refs below a prefix such as `refs/heads/`, with the object each points at. */
export async function listRefs(context: GitContext, prefix: string): Promise<ReadonlyMap<string, Oid>> {
  const output = await git(context, [
    'for-each-ref',
    '--format=%(objectname) %(refname)',
    '--end-of-options',
    checkRefName(prefix.replace(/\/$/, '')),
  ]);
  const refs = new Map<string, Oid>();
  for (const line of output.toString('utf8').split('\n')) {
    const space = line.indexOf(' ');
    if (line !== '') refs.set(line.slice(space + 1), asOid(line.slice(0, space)));
  }
  return refs;
}

/** The work tree, of this repository or linked to it, that a branch is checked out in; undefined when it is
 * in none. */
export async function checkedOutIn(context: GitContext, ref: string): Promise<string | undefined> {
  if (context.workTree === undefined) return undefined;
  const output = await git(context, [
    'for-each-ref',
    '--format=%(worktreepath)',
    '--end-of-options',
    checkRefName(ref),
  ]);
  return output.toString('utf8').split('\n')[0] || undefined;
}

export interface RefUpdate {
  readonly ref: string;
  /** The new value; undefined deletes the ref. */
  readonly to: Oid | undefined;
  /** The value that it must have now; undefined when it must not be there. */
  readonly expected: Oid | undefined;
  /** For the reflog. */
  readonly reason?: string;
}

/** Moves a ref if it still has the value expected.
 * @throws RefRaceError `REF_CHANGED` when it has another */
export async function updateRef(context: GitContext, update: RefUpdate): Promise<void> {
  const ref = checkRefName(update.ref);
  const command =
    update.to === undefined
      ? `delete ${ref}\0${update.expected ?? noObject(context.format)}\0`
      : `update ${ref}\0${update.to}\0${update.expected ?? noObject(context.format)}\0`;
  const args = [
    'update-ref',
    '--no-deref',
    '-z',
    ...(update.reason === undefined ? [] : ['-m', update.reason]),
    '--stdin',
  ];
  const result = await tryGit(context, args, { input: command });
  if (result.exitCode === 0) return;
  const actual = await readRef(context, ref);
  if (actual !== update.expected)
    throw new RefRaceError('REF_CHANGED', { ref, expected: update.expected, actual });
  throw commandFailed(args, result);
}
