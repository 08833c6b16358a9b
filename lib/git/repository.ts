import { existsSync } from 'node:fs';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Commit } from './commit.ts';
import type { GitContext } from './context.ts';
import { deepen } from './deepen.ts';
import { GitError, isGitError } from './errors.ts';
import { type Extracted, type ExtractOptions, extractTree } from './extract.ts';
import { isAncestor, isShallow, type LogOptions, log, readCommits } from './history.ts';
import type { FindCredentials } from './http/credentials.ts';
import { mergeCommits } from './merge.ts';
import { editNote, type NoteEdit, noteCommit, readNote } from './notes.ts';
import type { ObjectFormat, Oid } from './oid.ts';
import { openContext } from './open.ts';
import { runGit } from './process.ts';
import {
  type DirtyFile,
  diffTrees,
  findTreeEntries,
  readBlobs,
  readFiles,
  readStatus,
  readTree,
  readTreeEntries,
  type TreeChange,
} from './read.ts';
import { checkedOutIn, listRefs, type RefUpdate, readRef, resolveCommit, updateRef } from './refs.ts';
import { fetch, fetchRef, lsRemote, type Push, push, pushRefs, setMirror } from './remote.ts';
import { remoteUrl } from './remote-config.ts';
import type { FetchOptions, PushOptions, RefPush, RemoteOptions, RemoteRefs } from './remote-options.ts';
import { type TrustedSigners, verifyCommit } from './signing.ts';
import type { TreeEntry, TreeFile } from './tree.ts';
import { type CommitFiles, type WrittenCommit, writeCommit } from './write.ts';

/** A repository on this machine, with or without a work tree. Opening it starts no lasting process; reading
 * objects starts one, which ends after two seconds without work, with {@link close}, or with this process, which
 * it never keeps alive. */
export class Repository {
  readonly #context: GitContext;

  private constructor(context: GitContext) {
    this.#context = context;
  }

  /** Opens the repository that a directory is, or lies in.
   * @throws GitError `NOT_A_REPOSITORY`, `UNSUPPORTED_REPOSITORY`, `GIT_NOT_FOUND` */
  static async discover(directory: string): Promise<Repository> {
    return new Repository(await openContext(directory));
  }

  /** Opens the repository whose work tree or bare directory this is; not one further up.
   * @throws GitError as {@link discover} */
  static async open(directory: string): Promise<Repository> {
    const context = await openContext(directory);
    const path = await realpath(resolve(directory));
    if (path === context.workTree || path === context.gitDirectory) return new Repository(context);
    throw new GitError(
      'NOT_A_REPOSITORY',
      `${path} is not a Git repository itself; it lies in ${context.gitDirectory}`,
      {
        hint: 'Name the root of the repository, or choose a directory outside of any.',
      },
    );
  }

  /** Makes an empty bare repository.
   * @throws GitError `GIT_FAILED` */
  static async initBare(directory: string, format: ObjectFormat = 'sha1'): Promise<Repository> {
    const path = resolve(directory);
    await mkdir(path, { recursive: true });
    const result = await runGit(
      ['init', '--quiet', '--bare', `--object-format=${format}`, '--initial-branch=main', '.'],
      { cwd: path },
    );
    if (result.exitCode !== 0)
      throw new GitError('GIT_FAILED', `git init failed in ${path}: ${result.stderr.trim()}`);
    return Repository.discover(path);
  }

  /** The root of the work tree, or of the bare repository: an absolute path. */
  get root(): string {
    return this.#context.workTree ?? this.#context.gitDirectory;
  }

  /** Undefined when the repository is bare. */
  get workTree(): string | undefined {
    return this.#context.workTree;
  }

  /** Which hash its ids are made with. */
  get objectFormat(): ObjectFormat {
    return this.#context.format;
  }

  get gitDirectory(): string {
    return this.#context.gitDirectory;
  }

  /** What linked work trees share: the directory with the refs and the objects. */
  get commonDirectory(): string {
    return dirname(this.#context.objectsDirectory);
  }

  /** Who is asked what opens a remote over HTTP, where a transfer is given no credentials. */
  set findCredentials(find: FindCredentials | undefined) {
    this.#context.findCredentials = find;
  }

  /** @throws GitError `UNKNOWN_REVISION` when there is no commit yet */
  async head(): Promise<Commit> {
    return this.commit('HEAD');
  }

  /** The commit that a revision names.
   * @throws GitError `UNKNOWN_REVISION` */
  async commit(revision: string): Promise<Commit> {
    const [commit] = await readCommits(this.#context, [await resolveCommit(this.#context, revision)]);
    return commit!;
  }

  /** @throws GitError `UNKNOWN_REVISION` */
  resolve(revision: string): Promise<Oid> {
    return resolveCommit(this.#context, revision);
  }

  /** @throws GitError `OBJECT_MISSING` */
  commits(oids: readonly Oid[]): Promise<readonly Commit[]> {
    return readCommits(this.#context, oids);
  }

  /** Whether the repository holds a commit. */
  async has(commit: Oid): Promise<boolean> {
    const [object] = await this.#context.reader.read([commit]);
    return object?.type === 'commit';
  }

  /** @throws GitError `UNKNOWN_REVISION` */
  log(revision: string, options?: LogOptions): Promise<readonly Commit[]> {
    return log(this.#context, revision, options);
  }

  /** @throws GitError `OBJECT_MISSING` */
  isAncestor(ancestor: Oid, descendant: Oid): Promise<boolean> {
    return isAncestor(this.#context, ancestor, descendant);
  }

  /** The commit that merging `theirs` into `ours` gives; no ref is moved.
   * @throws GitError `MERGE_CONFLICT` */
  merge(ours: Oid, theirs: Oid): Promise<Oid> {
    return mergeCommits(this.#context, ours, theirs);
  }

  isShallow(): Promise<boolean> {
    return isShallow(this.#context);
  }

  /** Fetches commits that are not here and, in a shallow clone, what is before them, until that is enough or there is no
   * more to be had.
   * @throws GitError as {@link fetch} */
  deepen(
    remote: string,
    commits: readonly Oid[],
    isEnough: () => Promise<boolean>,
    options?: RemoteOptions,
  ): Promise<void> {
    return deepen(this.#context, remote, commits, isEnough, options);
  }

  /** What is not as the head commit has it. */
  status(): Promise<readonly DirtyFile[]> {
    return readStatus(this.#context);
  }

  readRef(ref: string): Promise<Oid | undefined> {
    return readRef(this.#context, ref);
  }

  listRefs(prefix: string): Promise<ReadonlyMap<string, Oid>> {
    return listRefs(this.#context, prefix);
  }

  /** The work tree that a branch is checked out in; undefined when it is in none. */
  checkedOutIn(ref: string): Promise<string | undefined> {
    return checkedOutIn(this.#context, ref);
  }

  /** @throws RefRaceError `REF_CHANGED` */
  updateRef(update: RefUpdate): Promise<void> {
    return updateRef(this.#context, update);
  }

  /** Every file below a commit's or tree's root, by path. */
  readTree(tree: Oid): Promise<ReadonlyMap<string, TreeFile>> {
    return readTree(this.#context, tree);
  }

  /** @throws GitError `OBJECT_MISSING` */
  readTreeEntries(trees: readonly Oid[]): Promise<readonly (readonly TreeEntry[])[]> {
    return readTreeEntries(this.#context, trees);
  }

  /** What each of the trees has of one name.
   * @throws GitError `OBJECT_MISSING` */
  findTreeEntries(trees: readonly Oid[], name: string): Promise<readonly (TreeEntry | undefined)[]> {
    return findTreeEntries(this.#context, trees, name);
  }

  /** @throws GitError `OBJECT_MISSING` */
  readBlobs(oids: readonly Oid[]): Promise<readonly Buffer[]> {
    return readBlobs(this.#context, oids);
  }

  /** The bytes of files of a tree (or of a commit's), in the order asked for; undefined where there is no file. */
  readFiles(tree: Oid, paths: readonly string[]): Promise<readonly (Buffer | undefined)[]> {
    return readFiles(this.#context, tree, paths);
  }

  diffTrees(from: Oid | undefined, to: Oid): Promise<readonly TreeChange[]> {
    return diffTrees(this.#context, from, to);
  }

  /** Writes a commit that no ref points at yet. */
  writeCommit(commit: CommitFiles): Promise<WrittenCommit> {
    return writeCommit(this.#context, commit);
  }

  /** Checks that somebody trusted signed a commit.
   * @returns who: the principal of the list of SSH keys, or the fingerprint of the OpenPGP key
   * @throws GitError `SIGNATURE_REFUSED` */
  verifyCommit(commit: Oid, trusted: TrustedSigners): Promise<string> {
    return verifyCommit(this.#context, commit, trusted);
  }

  /** Writes the files of a commit into a directory.
   * @throws GitError `UNSAFE_PATH` */
  extract(commit: Oid, directory: string, options?: ExtractOptions): Promise<Extracted> {
    return extractTree(this.#context, commit, directory, options);
  }

  readNote(ref: string, commit: Oid): Promise<string | undefined> {
    return readNote(this.#context, ref, commit);
  }

  /** @returns whether the note changed */
  editNote(note: NoteEdit): Promise<boolean> {
    return editNote(this.#context, note);
  }

  /** Adds a line to the note on a commit.
   * @returns whether it changed: false when the line is there already */
  appendNote(note: Omit<NoteEdit, 'edit'> & { readonly line: string }): Promise<boolean> {
    const edit = (text = '') => (text.split('\n').includes(note.line) ? text : `${text}${note.line}\n`);
    return editNote(this.#context, { ...note, edit });
  }

  /** A notes commit on top of `tip` that no ref points at yet; undefined when nothing changes. */
  writeNote(tip: Oid | undefined, note: NoteEdit): Promise<Oid | undefined> {
    return noteCommit(this.#context, tip, note);
  }

  /** Where a configured remote is: maybe with credentials. */
  remoteUrl(name: string): Promise<string | undefined> {
    return remoteUrl(this.#context, name);
  }

  /** @throws GitError `GIT_AUTH_FAILED`, `REMOTE_UNREACHABLE`, `REMOTE_NOT_FOUND`, `INVALID_REMOTE` */
  lsRemote(remote: string, patterns?: readonly string[], options?: RemoteOptions): Promise<RemoteRefs> {
    return lsRemote(this.#context, remote, patterns, options);
  }

  /** @throws GitError as {@link lsRemote} */
  fetch(remote: string, refspecs: readonly string[], options?: FetchOptions): Promise<void> {
    return fetch(this.#context, remote, refspecs, options);
  }

  /** Fetches one ref into a ref of ours.
   * @returns undefined when the remote has no such ref
   * @throws GitError as {@link lsRemote} */
  fetchRef(remote: string, ref: string, into: string, options?: FetchOptions): Promise<Oid | undefined> {
    return fetchRef(this.#context, remote, ref, into, options);
  }

  /** Moves a remote's ref forward, if it still has the value expected.
   * @throws RefRaceError `PUSH_RACE`
   * @throws GitError `PUSH_REJECTED`, and as {@link lsRemote} */
  push(remote: string, update: Push): Promise<void> {
    return push(this.#context, remote, update);
  }

  /** Moves several refs of a remote, all or none, if each still has the value expected.
   * @throws RefRaceError `PUSH_RACE`
   * @throws GitError as {@link push} */
  pushRefs(remote: string, updates: readonly RefPush[], options?: PushOptions): Promise<void> {
    return pushRefs(this.#context, remote, updates, options);
  }

  /** Ends the process that reads objects. The repository may be used again. */
  close(): void {
    this.#context.reader.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Opens a bare mirror of a remote, making it first when it is not there, and fetches all branches. No
   * password of the URL is stored.
   * @param options of a mirror that is there, all that is new is fetched, whatever `depth` says
   * @throws GitError as {@link fetch} */
  static async cloneOrOpen(
    url: string,
    directory: string,
    options: FetchOptions & { readonly findCredentials?: FindCredentials } = {},
  ): Promise<Repository> {
    const existing = await Repository.open(directory).catch((error: unknown) => {
      if (isGitError(error, 'NOT_A_REPOSITORY')) return undefined;
      throw error;
    });
    if (existing) return existing.#mirror(url, options);
    const isNew = !existsSync(directory);
    const { depth, ...others } = options;
    const made = await Repository.initBare(directory);
    try {
      return await made.#mirror(url, others, depth);
    } catch (error) {
      made.close();
      if (!isNew || !isGitError(error, 'UNSUPPORTED_REPOSITORY')) throw error;
      // What was made a moment ago and holds nothing.
      await rm(directory, { recursive: true });
      return (await Repository.initBare(directory, 'sha256')).#mirror(url, others, depth);
    }
  }

  async #mirror(
    url: string,
    {
      depth: _depth,
      findCredentials,
      ...options
    }: FetchOptions & { readonly findCredentials?: FindCredentials },
    depth?: number,
  ): Promise<Repository> {
    this.findCredentials = findCredentials;
    await setMirror(this.#context, url);
    await this.fetch(url, ['+refs/heads/*:refs/heads/*'], {
      prune: true,
      ...options,
      ...(depth !== undefined && { depth }),
    });
    return this;
  }
}
