import type { RemoteCredentials } from './http/credentials.ts';
import type { Oid } from './oid.ts';

/** How a remote is talked to. */
export interface RemoteOptions {
  readonly signal?: AbortSignal;
  /** Default ten minutes. */
  readonly timeoutMs?: number;
  /** For remotes over HTTP, instead of what the URL holds or the user's credential helpers know. */
  readonly credentials?: RemoteCredentials;
  /** `system` leaves everything to the installed Git. Otherwise HTTP remotes are talked to directly, where their
   * settings ask for nothing that only Git can do. */
  readonly transport?: 'system';
}

/** Ends a transfer that hangs. */
export const DEFAULT_TIMEOUT_MS = 600_000;

export interface RemoteRefs {
  readonly refs: ReadonlyMap<string, Oid>;
  /** The branch that the remote's HEAD names, as a full ref name. */
  readonly head: string | undefined;
}

export interface FetchOptions extends RemoteOptions {
  /** Only so many commits of each ref. Everything when absent. */
  readonly depth?: number;
  /** Leave out what the filter says, such as `blob:none`; it is fetched when it is read. The remote has to be one that
   * is configured, for Git has to know where to fetch it from. */
  readonly filter?: string;
  /** Remove refs on our side of the refspecs that are gone on theirs. */
  readonly prune?: boolean;
}

/** One ref of a remote, and what shall become of it. */
export interface RefPush {
  /** Full name of the ref on the remote. */
  readonly ref: string;
  /** What it shall point at; undefined deletes it. */
  readonly commit: Oid | undefined;
  /** The value that it must have; undefined when it must not be there. */
  readonly expected: Oid | undefined;
  /** It may lose commits: what it points at is a proposal, not a history. */
  readonly rewrite?: boolean;
}

export interface PushOptions extends RemoteOptions {
  /** Told to the hooks of the remote (git-push, "--push-option"). */
  readonly pushOptions?: readonly string[];
}
