/** Writing commits without a work tree or an index. */
import { encodeCommit, type NewCommit } from './commit.ts';
import type { GitContext } from './context.ts';
import { readCommits } from './history.ts';
import { ObjectWriter } from './object-store.ts';
import { EMPTY_TREES, hashObject, type Oid } from './oid.ts';
import { readTreeEntries } from './read.ts';
import { type Signer, sign, withSignature } from './signing.ts';
import {
  type BuiltTree,
  buildTree,
  checkEntryName,
  encodeTree,
  type TreeEntry,
  type TreeFile,
} from './tree.ts';

/** A file to be written: its bytes (mode 100644), or an object that the repository already holds. */
export type NewFile = Uint8Array | TreeFile;

export interface CommitFiles extends Omit<NewCommit, 'tree'> {
  /** The whole tree, by path. */
  readonly files: ReadonlyMap<string, NewFile>;
  /** The ids of files given as bytes, by path, as far as they are known: those are not hashed again. */
  readonly oids?: ReadonlyMap<string, Oid>;
  /** Who signs it; nobody when absent. */
  readonly sign?: Signer;
}

export interface WrittenCommit {
  readonly commit: Oid;
  readonly tree: Oid;
  /** Objects that the first parent does not hold at the same place. */
  readonly objectsWritten: number;
}

/** Writes a commit whose tree holds exactly the files given. What the first parent holds at the same place is not
 * written again. The commit's id depends on nothing but the arguments (and, where it is
 * signed, on what the key makes of them).
 * @throws GitError `SIGNING_FAILED`, `UNSAFE_PATH` */
export async function writeCommit(context: GitContext, commit: CommitFiles): Promise<WrittenCommit> {
  const bodies = new Map<Oid, Uint8Array>();
  const files: [string, TreeFile][] = [];
  for (const [path, file] of commit.files) {
    if (!(file instanceof Uint8Array)) files.push([path, file]);
    else {
      const oid = commit.oids?.get(path) ?? hashObject('blob', file, context.format);
      bodies.set(oid, file);
      files.push([path, { mode: '100644', oid }]);
    }
  }
  const tree = buildTree(files, context.format);
  const writer = new ObjectWriter(context);
  await addNew({ context, writer, bodies }, tree, await rootOf(context, commit.parents[0]));
  const body = encodeCommit({ ...commit, tree: tree.oid });
  const signed = commit.sign ? withSignature(body, await sign(body, commit.sign), context.format) : body;
  const oid = writer.add('commit', signed);
  return { commit: oid, tree: tree.oid, objectsWritten: await writer.flush() };
}

async function rootOf(context: GitContext, commit: Oid | undefined): Promise<Oid | undefined> {
  if (commit === undefined) return undefined;
  const [parent] = await readCommits(context, [commit]);
  return parent?.tree;
}

interface Writing {
  readonly context: GitContext;
  readonly writer: ObjectWriter;
  /** Of the blobs that were given as bytes. */
  readonly bodies: ReadonlyMap<Oid, Uint8Array>;
}

/** Adds a tree, and what is below it, where they differ from what the parent has at the same place. Of the parent
 * only those trees are read. */
async function addNew(writing: Writing, tree: BuiltTree, base: Oid | undefined): Promise<void> {
  if (tree.oid === base) return;
  const { context, writer, bodies } = writing;
  const [entries = []] = base === undefined ? [] : await readTreeEntries(context, [base]);
  const before = new Map(entries.map((entry) => [entry.name, entry]));
  for (const { name, mode, oid } of tree.entries) {
    const old = before.get(name);
    const directory = mode === '40000' ? tree.directories.get(name) : undefined;
    if (directory) await addNew(writing, directory, old?.mode === '40000' ? old.oid : undefined);
    else if (old?.oid !== oid) {
      const body = bodies.get(oid);
      if (body) writer.add('blob', body, oid);
    }
  }
  writer.add('tree', tree.body, tree.oid);
}

/** Writes a commit that changes some paths of its first parent's tree and leaves the rest. Only the trees on
 * the way to those paths are read.
 * @param changes by path; undefined removes a file */
export async function writeEdit(
  context: GitContext,
  commit: Omit<NewCommit, 'tree'> & {
    readonly baseTree: Oid | undefined;
    readonly changes: ReadonlyMap<string, Uint8Array | undefined>;
  },
): Promise<WrittenCommit> {
  const writer = new ObjectWriter(context);
  const edits: Edit[] = [...commit.changes].map(([path, bytes]) => ({
    segments: path.split('/'),
    path,
    blob: bytes === undefined ? undefined : writer.add('blob', bytes),
  }));
  const tree =
    (await editTree(context, writer, commit.baseTree, edits)) ?? writer.add('tree', Buffer.alloc(0));
  const oid = writer.add('commit', encodeCommit({ ...commit, tree }));
  return { commit: oid, tree, objectsWritten: await writer.flush() };
}

interface Edit {
  readonly segments: readonly string[];
  readonly path: string;
  readonly blob: Oid | undefined;
}

/** @returns undefined when nothing is left in the tree */
async function editTree(
  context: GitContext,
  writer: ObjectWriter,
  base: Oid | undefined,
  edits: readonly Edit[],
): Promise<Oid | undefined> {
  const [existing = []] =
    base === undefined || base === EMPTY_TREES[context.format] ? [] : await readTreeEntries(context, [base]);
  const entries = new Map<string, TreeEntry>(existing.map((entry) => [entry.name, entry]));
  for (const [name, below] of Map.groupBy(edits, (edit) => edit.segments[0]!)) {
    checkEntryName(name, below[0]!.path);
    const file = below.find((edit) => edit.segments.length === 1);
    if (file) {
      if (file.blob === undefined) entries.delete(name);
      else entries.set(name, { name, mode: '100644', oid: file.blob });
      continue;
    }
    const old = entries.get(name);
    const child = await editTree(
      context,
      writer,
      old?.mode === '40000' ? old.oid : undefined,
      below.map((edit) => ({ ...edit, segments: edit.segments.slice(1) })),
    );
    if (child === undefined) entries.delete(name);
    else entries.set(name, { name, mode: '40000', oid: child });
  }
  return entries.size === 0 ? undefined : writer.add('tree', encodeTree([...entries.values()]));
}
