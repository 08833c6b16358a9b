/** Writes the files of a commit into a directory, without a work tree, filters or hooks. The tree may come
 * from anybody: nothing is ever written outside the directory, and no link leads out of it. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type GitContext, git, splitNul } from './context.ts';
import { GitError } from './errors.ts';
import { asOid, type Oid } from './oid.ts';
import { readBlobs, readTree } from './read.ts';
import { asMode, checkEntryName, type TreeFile } from './tree.ts';

export interface ExtractOptions {
  /** Refuse trees with more bytes than this. Default 1 GiB. */
  readonly maxBytes?: number;
  /** Whether the file system takes names for equal that differ in case, or in how a letter with an accent is written. Default:
   * as it usually is with this platform. */
  readonly foldsNames?: boolean;
}

export interface Extracted {
  readonly files: number;
  /** Links that lead out of the directory, and submodules: left out. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

interface Listed extends TreeFile {
  readonly path: string;
  readonly bytes: number;
}

const DEFAULT_MAX_BYTES = 2 ** 30;

/** Files that are read and written at a time. */
const BATCH = 256;

/** @param directory made when it is not there; should be empty
 * @throws GitError `UNSAFE_PATH` when a path of the tree is absolute, leads outside, names `.git`, or is
 * there twice; nothing is written then */
export async function extractTree(
  context: GitContext,
  tree: Oid,
  directory: string,
  options: ExtractOptions = {},
): Promise<Extracted> {
  const root = resolve(directory);
  // Refuses trees that have no end, before Git walks them.
  const files = await readTree(context, tree);
  await context.reader.complete(
    [...files.values()].flatMap(({ mode, oid }) => (mode === '160000' ? [] : oid)),
  );
  const listed = await listFiles(context, tree);
  checkPaths(listed, options.foldsNames ?? ['darwin', 'win32'].includes(process.platform));
  const total = listed.reduce((sum, file) => sum + file.bytes, 0);
  if (total > (options.maxBytes ?? DEFAULT_MAX_BYTES)) {
    throw new GitError('UNSAFE_PATH', `the tree ${tree} holds ${total} bytes, more than is allowed`, {
      hint: 'Take large files out of the repository, or raise the limit.',
    });
  }
  const regular = listed.filter((file) => file.mode === '100644' || file.mode === '100755');
  await mkdir(root, { recursive: true });
  for (let at = 0; at < regular.length; at += BATCH)
    await writeFiles(context, root, regular.slice(at, at + BATCH));
  // Links come last, so that no file is ever written through one.
  const links = await writeLinks(
    context,
    root,
    listed.filter((file) => file.mode === '120000'),
  );
  const submodules = listed
    .filter((file) => file.mode === '160000')
    .map(({ path }) => ({ path, reason: 'a submodule' }));
  return { files: regular.length, skipped: [...links, ...submodules] };
}

async function listFiles(context: GitContext, tree: Oid): Promise<readonly Listed[]> {
  return splitNul(await git(context, ['ls-tree', '-r', '-l', '-z', '--full-tree', tree])).map((line) => {
    const tab = line.indexOf('\t');
    const [mode = '', , oid = '', size = ''] = line.slice(0, tab).split(/ +/);
    // ls-tree -r lists no directories, so the mode is one that a file has.
    return {
      path: line.slice(tab + 1),
      mode: asMode(mode) as TreeFile['mode'],
      oid: asOid(oid),
      bytes: Number(size) || 0,
    };
  });
}

function checkPaths(files: readonly Listed[], foldsNames: boolean): void {
  const seen = new Set<string>();
  const fold = (path: string) => (foldsNames ? path.normalize('NFC').toLowerCase() : path);
  for (const { path } of files) {
    for (const segment of path.split('/')) {
      checkEntryName(segment, path);
      if (process.platform === 'win32' && /[\\:]/.test(segment))
        throw unsafe(path, 'has a character that Windows takes as a separator');
    }
    if (seen.has(fold(path))) throw unsafe(path, 'is there twice');
    seen.add(fold(path));
  }
  for (const { path } of files) {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      if (seen.has(fold(path.slice(0, slash)))) throw unsafe(path, 'is below a path that is a file');
    }
  }
}

async function writeFiles(context: GitContext, root: string, files: readonly Listed[]): Promise<void> {
  const bodies = await readBlobs(
    context,
    files.map((file) => file.oid),
  );
  const directories = new Set(files.map((file) => dirname(join(root, file.path))));
  await Promise.all([...directories].map((path) => mkdir(path, { recursive: true })));
  await Promise.all(
    files.map((file, index) =>
      writeFile(join(root, file.path), bodies[index]!, { mode: file.mode === '100755' ? 0o755 : 0o644 }),
    ),
  );
}

async function writeLinks(
  context: GitContext,
  root: string,
  links: readonly Listed[],
): Promise<Extracted['skipped']> {
  const targets = await readBlobs(
    context,
    links.map((link) => link.oid),
  );
  const skipped: { path: string; reason: string }[] = [];
  for (const [index, { path }] of links.entries()) {
    const target = targets[index]!.toString('utf8');
    if (!staysInside(path, target)) {
      skipped.push({ path, reason: `a link that leads outside: ${target}` });
      continue;
    }
    await mkdir(dirname(join(root, path)), { recursive: true });
    await symlink(target, join(root, path)).catch((error: unknown) => {
      throw new GitError('UNSAFE_PATH', `the link ${path} could not be made`, { cause: error });
    });
  }
  return skipped;
}

/** Whether a link can lead nowhere but below the root, whatever other links there are. ".." may stand only at
 * the start, where it counts from the link's own directory, which is a real one: behind the name of another
 * link it would count from wherever that link leads. */
export function staysInside(path: string, target: string): boolean {
  if (target === '' || target.startsWith('/') || /^[A-Za-z]:|\\|\0/.test(target)) return false;
  const segments = target.split('/').filter((segment) => segment !== '' && segment !== '.');
  const names = segments.findIndex((segment) => segment !== '..');
  const ups = names < 0 ? segments.length : names;
  const depth = path.split('/').length - 1;
  return ups <= depth && !segments.slice(ups).includes('..');
}

function unsafe(path: string, why: string): GitError {
  return new GitError('UNSAFE_PATH', `${JSON.stringify(path)} ${why}`, {
    hint: 'Such a tree was not made by Git; look at the commit before you trust anything in it.',
  });
}
