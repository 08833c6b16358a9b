/** Notes: text attached to commits without changing them (git-notes). Written with our own trees and a
 * compare-and-swap, because `git notes` overwrites what another process wrote in between. */
import type { GitContext } from './context.ts';
import { isGitError } from './errors.ts';
import { readCommits } from './history.ts';
import type { Identity } from './identity.ts';
import type { Oid } from './oid.ts';
import { readBlobs, readTreeEntries } from './read.ts';
import { readRef, updateRef } from './refs.ts';
import { writeEdit } from './write.ts';

/** Tries when others write notes at the same time. */
const ATTEMPTS = 20;

/** The note on a commit; undefined when there is none. */
export async function readNote(context: GitContext, ref: string, commit: Oid): Promise<string | undefined> {
  const tip = await readRef(context, ref);
  return tip === undefined ? undefined : (await findNote(context, await treeOf(context, tip), commit))?.text;
}

export interface NoteEdit {
  readonly ref: string;
  readonly commit: Oid;
  /** Gets the note as it is, gives the note as it shall be. Called again when somebody else was faster. */
  readonly edit: (text: string | undefined) => string;
  readonly author: Identity;
}

/** Changes one note.
 * @returns whether it changed */
export async function editNote(context: GitContext, note: NoteEdit): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const tip = await readRef(context, note.ref);
    const next = await noteCommit(context, tip, note);
    if (next === undefined) return false;
    try {
      await updateRef(context, { ref: note.ref, to: next, expected: tip, reason: 'notes: truekeel' });
      return true;
    } catch (error) {
      if (attempt === ATTEMPTS || !isGitError(error)) throw error;
    }
  }
}

/** The notes commit that follows `tip` with one note changed; undefined when nothing changes. */
export async function noteCommit(
  context: GitContext,
  tip: Oid | undefined,
  note: NoteEdit,
): Promise<Oid | undefined> {
  const baseTree = tip === undefined ? undefined : await treeOf(context, tip);
  const found = baseTree === undefined ? undefined : await findNote(context, baseTree, note.commit);
  const text = note.edit(found?.text);
  if (text === found?.text) return undefined;
  const path = found?.path ?? `${note.commit.slice(0, 2)}/${note.commit.slice(2)}`;
  const written = await writeEdit(context, {
    baseTree,
    changes: new Map([[path, Buffer.from(text, 'utf8')]]),
    parents: tip === undefined ? [] : [tip],
    author: note.author,
    committer: note.author,
    message: `Notes about ${note.commit.slice(0, 12)}\n`,
  });
  return written.commit;
}

async function treeOf(context: GitContext, commit: Oid): Promise<Oid> {
  const [found] = await readCommits(context, [commit]);
  return found!.tree;
}

/** Git fans notes out over directories of two digits, as many levels as their number asks for. */
async function findNote(
  context: GitContext,
  root: Oid,
  commit: Oid,
): Promise<{ readonly path: string; readonly text: string } | undefined> {
  let tree = root;
  let prefix = '';
  for (let rest: string = commit; rest !== ''; ) {
    const [entries = []] = await readTreeEntries(context, [tree]);
    const note = entries.find((entry) => entry.name === rest && entry.mode !== '40000');
    if (note) {
      const [body] = await readBlobs(context, [note.oid]);
      return { path: `${prefix}${rest}`, text: body!.toString('utf8') };
    }
    const directory = entries.find((entry) => entry.name === rest.slice(0, 2) && entry.mode === '40000');
    if (!directory) return undefined;
    tree = directory.oid;
    prefix += `${rest.slice(0, 2)}/`;
    rest = rest.slice(2);
  }
  return undefined;
}
