/** What a merge of two commits would hold, without a work tree. */
import { encodeCommit } from './commit.ts';
import { commandFailed, type GitContext, tryGit } from './context.ts';
import { GitError } from './errors.ts';
import { isAncestor, readCommits } from './history.ts';
import { ObjectWriter } from './object-store.ts';
import { asOid, type Oid } from './oid.ts';

/** The commit that merging `theirs` into `ours` gives: `theirs` where it holds `ours` already. A new commit has the dates of
 * `theirs`, no ref points at it, and its id depends on nothing but the arguments.
 * @throws GitError `MERGE_CONFLICT`, naming the files; `OBJECT_MISSING`; `GIT_FAILED` where they have nothing in common */
export async function mergeCommits(context: GitContext, ours: Oid, theirs: Oid): Promise<Oid> {
  if (await isAncestor(context, ours, theirs)) return theirs;
  const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', ours, theirs];
  const result = await tryGit(context, args);
  const [tree = '', ...files] = result.stdout
    .toString('utf8')
    .split('\0')
    .filter((line) => line !== '');
  if (result.exitCode === 1) {
    const named = files.slice(0, 5).join(', ');
    throw new GitError(
      'MERGE_CONFLICT',
      `${theirs.slice(0, 12)} cannot be merged into ${ours.slice(0, 12)}: conflicts in ${named}${files.length > 5 ? ` and ${files.length - 5} more` : ''}`,
      { hint: 'Merge or rebase it by hand, and push the outcome.' },
    );
  }
  if (result.exitCode !== 0) throw commandFailed(args, result);
  const [head] = await readCommits(context, [theirs]);
  const { author, committer } = head!;
  const writer = new ObjectWriter(context);
  const message = `Merge ${theirs} into ${ours}`;
  const oid = writer.add(
    'commit',
    encodeCommit({ tree: asOid(tree), parents: [ours, theirs], author, committer, message }),
  );
  await writer.flush();
  return oid;
}
