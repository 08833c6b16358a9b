/** Git: refs, objects, packs and remotes. In go a directory and what shall be read or written; out come
 * commits, trees, bytes and object ids. Objects are read and written by this room itself, as one pack when they are
 * many, and remotes over HTTP are talked to by it; refs, other remotes and what else only Git knows are the system's
 * `git`'s, as a child process (never by a shell, never with a variable that a hook left behind). Identities and dates
 * are always given, so that equal arguments give equal commit ids on every machine. No message holds a credential. */
export type { Commit, NewCommit } from './commit.ts';
export { verifySignature } from './detached-signature.ts';
export { GitError, type GitErrorCode, isGitError, RefRaceError } from './errors.ts';
export type { Extracted, ExtractOptions } from './extract.ts';
export type { LogOptions } from './history.ts';
export type { FindCredentials, RemoteCredentials } from './http/credentials.ts';
export { type Identity, isoDate } from './identity.ts';
export { maskCredentials } from './mask.ts';
export type { NoteEdit } from './notes.ts';
export { asOid, EMPTY_TREE, hashObject, isOid, type ObjectFormat, type Oid } from './oid.ts';
export type { DirtyFile, TreeChange } from './read.ts';
export { branchRef, checkRefName } from './ref-name.ts';
export type { RefUpdate } from './refs.ts';
export type { Push } from './remote.ts';
export type { FetchOptions, PushOptions, RefPush, RemoteOptions, RemoteRefs } from './remote-options.ts';
export { Repository } from './repository.ts';
export { type Signer, sign, type TrustedSigners } from './signing.ts';
export { formatMessage, parseTrailers, type Trailer, trailer } from './trailers.ts';
export { type Mode, type TreeEntry, type TreeFile, treeOf } from './tree.ts';
export type { CommitFiles, NewFile, WrittenCommit } from './write.ts';
