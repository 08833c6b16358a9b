/** Reading trees, blobs, differences and the state of the work tree. */
import { decodeCommit } from './commit.ts';
import { type GitContext, git, splitNul } from './context.ts';
import { GitError } from './errors.ts';
import { asOid, EMPTY_TREES, type Oid } from './oid.ts';
import { asMode, decodeTree, findInTree, type TreeEntry, type TreeFile } from './tree.ts';

/** Trees never change, so what was listed last is kept: one render asks for the same commit several times. */
const listings = new WeakMap<
  GitContext,
  { readonly tree: Oid; readonly files: ReadonlyMap<string, TreeFile> }
>();

/** Trees that hold each other many times over make more files out of a few kilobytes than any disk has. */
const MAX_ENTRIES = 1_000_000;
const MAX_DEPTH = 256;

/** Every file below a tree, by path.
 * @param tree id of a tree, or of a commit, whose tree is meant
 * @throws GitError `OBJECT_MISSING`; `UNSAFE_PATH` when there are more than a million entries, or 256 levels */
export async function readTree(context: GitContext, tree: Oid): Promise<ReadonlyMap<string, TreeFile>> {
  const last = listings.get(context);
  if (last?.tree === tree) return last.files;
  const [named] = await context.reader.read([tree]);
  const root = named?.type === 'commit' ? decodeCommit(tree, named.body).tree : tree;
  const trees = await readTreesBelow(context, root);
  const files = new Map<string, TreeFile>();
  let entries = 0;
  const visit = (oid: Oid, prefix: string) => {
    for (const { name, mode, oid: id } of trees.get(oid)!) {
      if (++entries > MAX_ENTRIES) throw endless(tree);
      if (mode === '40000') visit(id, `${prefix}${name}/`);
      else files.set(`${prefix}${name}`, { mode, oid: id });
    }
  };
  visit(root, '');
  listings.set(context, { tree, files });
  return files;
}

/** A tree and all those below, each once. */
async function readTreesBelow(
  context: GitContext,
  root: Oid,
): Promise<ReadonlyMap<Oid, readonly TreeEntry[]>> {
  const trees = new Map<Oid, readonly TreeEntry[]>();
  let level: readonly Oid[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH || trees.size > MAX_ENTRIES) throw endless(root);
    const next = new Set<Oid>();
    for (const [index, entries] of (await readTreeEntries(context, level)).entries()) {
      trees.set(level[index]!, entries);
      for (const { mode, oid } of entries) if (mode === '40000') next.add(oid);
    }
    level = [...next].filter((oid) => !trees.has(oid));
  }
  return trees;
}

function endless(tree: Oid): GitError {
  return new GitError('UNSAFE_PATH', `the tree ${tree} has more files or levels than are allowed`, {
    hint: `${MAX_ENTRIES} files and ${MAX_DEPTH} levels are. Look at the commit before you trust anything in it.`,
  });
}

/** The entries of single trees, without what is below: one question for many.
 * @throws GitError `OBJECT_MISSING` */
export async function readTreeEntries(
  context: GitContext,
  trees: readonly Oid[],
): Promise<readonly (readonly TreeEntry[])[]> {
  const bodies = await readTreeBodies(context, trees);
  return bodies.map((body) => decodeTree(body, context.format));
}

/** What each of the trees has of one name: of the other entries nothing is made.
 * @throws GitError `OBJECT_MISSING` */
export async function findTreeEntries(
  context: GitContext,
  trees: readonly Oid[],
  name: string,
): Promise<readonly (TreeEntry | undefined)[]> {
  const bodies = await readTreeBodies(context, trees);
  const bytes = Buffer.from(name);
  return bodies.map((body) => findInTree(body, bytes, context.format));
}

async function readTreeBodies(context: GitContext, trees: readonly Oid[]): Promise<readonly Buffer[]> {
  const objects = await context.reader.read(trees);
  return objects.map((object, index) => {
    if (trees[index] === EMPTY_TREES[context.format]) return Buffer.alloc(0);
    if (object?.type !== 'tree') throw missing(context, 'tree', trees[index]);
    return object.body;
  });
}

/** The bytes of blobs, in the order asked for.
 * @throws GitError `OBJECT_MISSING` */
export async function readBlobs(context: GitContext, oids: readonly Oid[]): Promise<readonly Buffer[]> {
  const objects = await context.reader.read(oids);
  return objects.map((object, index) => {
    if (object?.type !== 'blob') throw missing(context, 'blob', oids[index]);
    return object.body;
  });
}

/** The bytes of files of a tree, in the order asked for; undefined where there is no file. For a few of many: nothing else
 * of the tree is read. */
export async function readFiles(
  context: GitContext,
  tree: Oid,
  paths: readonly string[],
): Promise<readonly (Buffer | undefined)[]> {
  const objects = await context.reader.readAt(tree, paths);
  return objects.map((object) => (object?.type === 'blob' ? object.body : undefined));
}

/** One file that differs between two trees. `before` is absent when it was added, `after` when it was removed. */
export interface TreeChange {
  readonly path: string;
  readonly before?: TreeFile;
  readonly after?: TreeFile;
}

/** @param from tree or commit; undefined for the empty tree */
export async function diffTrees(
  context: GitContext,
  from: Oid | undefined,
  to: Oid,
): Promise<readonly TreeChange[]> {
  const args = [
    'diff-tree',
    '-r',
    '-z',
    '--raw',
    '--no-renames',
    '--full-index',
    '--no-ext-diff',
    from ?? EMPTY_TREES[context.format],
    to,
    '--',
  ];
  const fields = splitNul(await git(context, args));
  const changes: TreeChange[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [fromMode = '', toMode = '', fromOid = '', toOid = ''] = fields[at]!.slice(1).split(' ');
    const before = treeFile(fromMode, fromOid);
    const after = treeFile(toMode, toOid);
    changes.push({ path: fields[at + 1]!, ...(before && { before }), ...(after && { after }) });
  }
  return changes;
}

function treeFile(mode: string, oid: string): TreeFile | undefined {
  // diff-tree -r lists no directories.
  return mode === '000000' ? undefined : { mode: asMode(mode) as TreeFile['mode'], oid: asOid(oid) };
}

/** A path that is not as the head commit has it. */
export interface DirtyFile {
  readonly path: string;
  readonly state: 'changed' | 'added' | 'deleted' | 'renamed' | 'conflicted' | 'untracked';
}

/** What differs between the work tree (and index) and the head commit; nothing in a bare repository.
 * Ignored files are not listed; an untracked directory is one entry that ends in "/". */
export async function readStatus(context: GitContext): Promise<readonly DirtyFile[]> {
  if (context.workTree === undefined) return [];
  const output = await git(context, [
    `--work-tree=${context.workTree}`,
    'status',
    '--porcelain=v2',
    '-z',
    '--untracked-files=normal',
  ]);
  const files: DirtyFile[] = [];
  const fields = splitNul(output);
  for (let at = 0; at < fields.length; at++) {
    const line = fields[at]!;
    if (line.startsWith('? ')) files.push({ path: line.slice(2), state: 'untracked' });
    else if (line.startsWith('u ')) files.push({ path: afterFields(line, 10), state: 'conflicted' });
    else if (line.startsWith('1 '))
      files.push({ path: afterFields(line, 8), state: ordinaryState(line.slice(2, 4)) });
    else if (line.startsWith('2 ')) {
      files.push({ path: afterFields(line, 9), state: 'renamed' });
      at++; // the name it had
    }
  }
  return files;
}

function ordinaryState(letters: string): DirtyFile['state'] {
  if (letters.includes('D')) return 'deleted';
  return letters.includes('A') ? 'added' : 'changed';
}

/** The path behind a number of fields that hold no space (git-status, "Porcelain Format Version 2"). */
function afterFields(line: string, count: number): string {
  let at = 0;
  for (let field = 0; field < count; field++) at = line.indexOf(' ', at) + 1;
  return line.slice(at);
}

function missing(context: GitContext, type: string, oid: string | undefined): GitError {
  return new GitError('OBJECT_MISSING', `${type} ${oid} is not in ${context.gitDirectory}`, {
    hint: 'The repository is incomplete: fetch again, or run "git fsck".',
  });
}
