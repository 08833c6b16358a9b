/** Tree objects: bytes to entries and back, and whole trees out of a list of files. */
import { GitError } from './errors.ts';
import { asOid, hashObject, type Oid } from './oid.ts';
import { badPack } from './packs/bad-pack.ts';

/** Modes that a tree entry may have: directory, file, executable file, symbolic link, submodule. */
export type Mode = '40000' | '100644' | '100755' | '120000' | '160000';

export interface TreeEntry {
  readonly name: string;
  readonly mode: Mode;
  readonly oid: Oid;
}

/** A file below a tree. */
export interface TreeFile {
  readonly mode: Exclude<Mode, '40000'>;
  readonly oid: Oid;
}

const MODES: ReadonlySet<string> = new Set<Mode>(['40000', '100644', '100755', '120000', '160000']);

/** Reads a tree object (Git Internals, "Tree Objects": mode, space, name, NUL, 20 bytes of id).
 * @throws GitError `BAD_PACK` when the bytes are no tree */
export function decodeTree(body: Buffer): readonly TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const end = body.indexOf(0, space);
    if (space < 0 || end < 0 || end + 21 > body.length) throw badPack('a tree object is cut off');
    const mode = knownMode(body.toString('latin1', at, space));
    if (mode === undefined) throw badPack('a tree object has an entry of a mode that does not exist');
    entries.push({
      mode,
      name: body.toString('utf8', space + 1, end),
      oid: asOid(body.toString('hex', end + 1, end + 21)),
    });
    at = end + 21;
  }
  return entries;
}

/** The body of a tree object. Entries are sorted as Git sorts them: by bytes, a directory as if its name
 * ended in "/". */
export function encodeTree(entries: readonly TreeEntry[]): Buffer {
  const sorted = entries
    .map((entry) => ({ entry, order: Buffer.from(entry.mode === '40000' ? `${entry.name}/` : entry.name) }))
    .sort((a, b) => Buffer.compare(a.order, b.order));
  return Buffer.concat(
    sorted.flatMap(({ entry }) => [
      Buffer.from(`${entry.mode} ${entry.name}\0`),
      Buffer.from(entry.oid, 'hex'),
    ]),
  );
}

/** @throws RangeError when it is no mode of a tree entry */
export function asMode(text: string): Mode {
  const mode = knownMode(text);
  if (mode === undefined) throw new RangeError(`not a mode of a tree entry: ${text}`);
  return mode;
}

/** Accepts modes with leading zeros and the group-writable ones that old versions of Git wrote. */
function knownMode(text: string): Mode | undefined {
  const mode = text.replace(/^0+/, '');
  if (mode === '100664') return '100644';
  return MODES.has(mode) ? (mode as Mode) : undefined; // just looked up
}

/** Takes the objects that {@link buildTree} makes. */
export type TreeSink = (oid: Oid, body: Buffer) => void;

interface Directory {
  readonly files: Map<string, TreeFile>;
  readonly directories: Map<string, Directory>;
}

/** Makes the tree objects of a set of files.
 * @param files by path with "/" between segments
 * @param sink called for each tree, the root last
 * @returns the id of the root tree
 * @throws GitError `UNSAFE_PATH` when a path is none that a tree may hold, or is a file and a directory at once */
export function buildTree(files: Iterable<readonly [path: string, file: TreeFile]>, sink: TreeSink): Oid {
  const root = newDirectory();
  for (const [path, file] of files) place(root, path, file);
  return writeDirectory(root, sink);
}

/** The id of the tree that a set of plain files makes.
 * @param files ids of blobs, by path
 * @throws GitError `UNSAFE_PATH` */
export function treeOf(files: ReadonlyMap<string, Oid>): Oid {
  const entries = [...files].map(([path, oid]) => [path, { mode: '100644', oid }] as const);
  return buildTree(entries, () => undefined);
}

function place(root: Directory, path: string, file: TreeFile): void {
  const segments = path.split('/');
  const name = segments.pop()!;
  let directory = root;
  for (const segment of segments) {
    checkEntryName(segment, path);
    let next = directory.directories.get(segment);
    if (!next) {
      if (directory.files.has(segment)) throw clash(path);
      next = newDirectory();
      directory.directories.set(segment, next);
    }
    directory = next;
  }
  checkEntryName(name, path);
  if (directory.directories.has(name) || directory.files.has(name)) throw clash(path);
  directory.files.set(name, file);
}

function writeDirectory(directory: Directory, sink: TreeSink): Oid {
  const entries: TreeEntry[] = [];
  for (const [name, file] of directory.files) entries.push({ name, mode: file.mode, oid: file.oid });
  for (const [name, child] of directory.directories) {
    entries.push({ name, mode: '40000', oid: writeDirectory(child, sink) });
  }
  const body = encodeTree(entries);
  const oid = hashObject('tree', body);
  sink(oid, body);
  return oid;
}

function newDirectory(): Directory {
  return { files: new Map(), directories: new Map() };
}

/** What Git's own fsck refuses in a tree: empty names, "." and "..", NUL, a slash, and ".git" in any spelling. */
export function checkEntryName(name: string, path: string): void {
  if (name === '' || name === '.' || name === '..' || /[\0/]/.test(name) || isDotGit(name)) {
    throw new GitError('UNSAFE_PATH', `${JSON.stringify(path)} cannot be a path in a Git tree`, {
      hint: 'A path is relative, without empty parts, "." or "..", and has no part named ".git".',
    });
  }
}

/** Whether a file system may take a name for `.git`: HFS+ ignores some characters, NTFS ignores dots and
 * spaces at the end, streams after ":", what a backslash ends, and knows short names (CVE-2014-9390,
 * CVE-2019-1353, CVE-2019-1352). */
export function isDotGit(name: string): boolean {
  // Most names can be told by their first letter: no file system drops one of ASCII, but "." and "g" start the name itself.
  if (/^[^.gG\u0080-\uffff]/.test(name)) return false;
  const seen = name
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '')
    .replace(/[:\\].*$/s, '')
    .replace(/[. ]+$/, '')
    .toLowerCase();
  return seen === '.git' || /^git~\d+$/.test(seen);
}

function clash(path: string): GitError {
  return new GitError(
    'UNSAFE_PATH',
    `${JSON.stringify(path)} is there twice, or is a file and a directory at once`,
  );
}
