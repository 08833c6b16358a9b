/** Tree objects: bytes to entries and back, and whole trees out of a list of files. */
import { GitError } from './errors.ts';
import { asOid, hashObject, ID_BYTES, type ObjectFormat, type Oid } from './oid.ts';
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

/** Reads a tree object (Git Internals, "Tree Objects": mode, space, name, NUL, the bytes of the id).
 * @throws GitError `BAD_PACK` when the bytes are no tree */
export function decodeTree(body: Buffer, format: ObjectFormat = 'sha1'): readonly TreeEntry[] {
  const idBytes = ID_BYTES[format];
  const entries: TreeEntry[] = [];
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const end = body.indexOf(0, space);
    if (space < 0 || end < 0 || end + 1 + idBytes > body.length) throw badPack('a tree object is cut off');
    const mode = knownMode(body.toString('latin1', at, space));
    if (mode === undefined) throw badPack('a tree object has an entry of a mode that does not exist');
    entries.push({
      mode,
      name: body.toString('utf8', space + 1, end),
      oid: asOid(body.toString('hex', end + 1, end + 1 + idBytes)),
    });
    at = end + 1 + idBytes;
  }
  return entries;
}

/** The entry of a name, without making the others of it.
 * @throws GitError `BAD_PACK` when the bytes before it are no tree */
export function findInTree(body: Buffer, name: Buffer, format: ObjectFormat = 'sha1'): TreeEntry | undefined {
  const idBytes = ID_BYTES[format];
  for (let at = 0; at < body.length; ) {
    let start = at;
    while (start < body.length && body[start] !== 0x20) start++;
    let end = ++start;
    while (end < body.length && body[end] !== 0) end++;
    const next = end + 1 + idBytes;
    if (next > body.length) throw badPack('a tree object is cut off');
    if (end - start === name.length && body.compare(name, 0, name.length, start, end) === 0)
      return decodeTree(body.subarray(at, next), format)[0];
    at = next;
  }
  return undefined;
}

/** The body of a tree object. Entries are sorted as Git sorts them: by bytes, a directory as if its name
 * ended in "/". */
export function encodeTree(entries: readonly TreeEntry[]): Buffer {
  const sorted = entries.map((entry) => ({
    entry,
    order: entry.mode === '40000' ? `${entry.name}/` : entry.name,
  }));
  // Only where surrogates stand for characters is the order of strings another than that of their bytes in UTF-8.
  if (entries.some(({ name }) => /[\ud800-\udfff]/.test(name)))
    sorted.sort((a, b) => Buffer.compare(Buffer.from(a.order), Buffer.from(b.order)));
  else sorted.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
  const size = entries.reduce(
    (sum, { mode, name, oid }) => sum + mode.length + Buffer.byteLength(name) + 2 + oid.length / 2,
    0,
  );
  const body = Buffer.allocUnsafe(size);
  let at = 0;
  for (const { entry } of sorted) {
    at += body.write(`${entry.mode} ${entry.name}\0`, at, 'utf8');
    at += body.write(entry.oid, at, 'hex');
  }
  return body;
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

/** A tree that was made of files, with those below it. */
export interface BuiltTree {
  readonly oid: Oid;
  readonly body: Buffer;
  readonly entries: readonly TreeEntry[];
  /** By name. */
  readonly directories: ReadonlyMap<string, BuiltTree>;
}

interface Directory {
  readonly files: Map<string, TreeFile>;
  readonly directories: Map<string, Directory>;
}

/** Makes the tree objects of a set of files.
 * @param files by path with "/" between segments
 * @throws GitError `UNSAFE_PATH` when a path is none that a tree may hold, or is a file and a directory at once */
export function buildTree(
  files: Iterable<readonly [path: string, file: TreeFile]>,
  format: ObjectFormat = 'sha1',
): BuiltTree {
  const placing = new Placing();
  for (const [path, file] of files) placing.place(path, file);
  return buildDirectory(placing.root, format);
}

/** The id of the tree that a set of plain files makes.
 * @param files ids of blobs, by path
 * @throws GitError `UNSAFE_PATH` */
export function treeOf(files: ReadonlyMap<string, Oid>, format: ObjectFormat = 'sha1'): Oid {
  return buildTree(
    [...files].map(([path, oid]) => [path, { mode: '100644', oid }] as const),
    format,
  ).oid;
}

/** Puts files where their paths say. */
class Placing {
  readonly root = newDirectory();
  /** By path: nearly every file has its directory in common with the one before it. */
  readonly #known = new Map<string, Directory>([['', this.root]]);

  place(path: string, file: TreeFile): void {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    const { directories, files } = this.#directory(slash < 0 ? '' : path.slice(0, slash), path);
    checkEntryName(name, path);
    if (directories.has(name) || files.has(name)) throw clash(path);
    files.set(name, file);
  }

  /** @param path of the file that is to go there */
  #directory(directory: string, path: string): Directory {
    const known = path.startsWith('/') ? undefined : this.#known.get(directory);
    if (known) return known;
    let at = this.root;
    for (const segment of directory.split('/')) {
      checkEntryName(segment, path);
      let next = at.directories.get(segment);
      if (!next) {
        if (at.files.has(segment)) throw clash(path);
        next = newDirectory();
        at.directories.set(segment, next);
      }
      at = next;
    }
    this.#known.set(directory, at);
    return at;
  }
}

function buildDirectory({ files, directories }: Directory, format: ObjectFormat): BuiltTree {
  const entries: TreeEntry[] = [];
  for (const [name, { mode, oid }] of files) entries.push({ name, mode, oid });
  const below = new Map<string, BuiltTree>();
  for (const [name, child] of directories) {
    const built = buildDirectory(child, format);
    below.set(name, built);
    entries.push({ name, mode: '40000', oid: built.oid });
  }
  const body = encodeTree(entries);
  return { oid: hashObject('tree', body, format), body, entries, directories: below };
}

function newDirectory(): Directory {
  return { files: new Map(), directories: new Map() };
}

/** What Git's own fsck refuses in a tree: empty names, "." and "..", NUL, a slash, and ".git" in any spelling. */
export function checkEntryName(name: string, path: string): void {
  // Nearly every name, told at once: what is refused starts with a dot or has one of other characters.
  if (/^\w[\w.-]*$/.test(name)) return;
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
