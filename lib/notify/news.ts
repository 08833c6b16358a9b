/** What became of a release, as others are told: names and codes, and nothing that objects hold. */
import type { NotifiedEvent } from '../objects/index.ts';

export interface ReleaseNews {
  readonly event: NotifiedEvent;
  readonly environment: string;
  readonly project?: string;
  /** Oids. */
  readonly rendered: string;
  readonly source: string;
  /** Of the source commit. */
  readonly subject: string;
  /** The API server. */
  readonly cluster: string;
  /** Those that changed, or in which something failed. */
  readonly applications: readonly ApplicationNews[];
  /** Absent where it is not known, and where nothing was written. */
  readonly work?: ReleasedWork;
}

/** What people did since the release before, by their commits. */
export interface ReleasedWork {
  /** Source commit of the release before. */
  readonly since: string;
  /** Newest first; the first few. */
  readonly brought: readonly WorkNews[];
  /** What that release had, and this one has not. */
  readonly takenBack: readonly WorkNews[];
  /** How many there are beside those. */
  readonly more: number;
}

/** A pull request, or a commit that came without one. */
export interface WorkNews {
  readonly commit: string;
  readonly description: string;
  readonly breaking: boolean;
  readonly pullRequest?: number;
  /** Names. */
  readonly authors: readonly string[];
  /** Applications of which something differs that is written in a file that it touched; absent where there is none. */
  readonly applications?: readonly string[];
}

export interface ApplicationNews {
  readonly name: string;
  /** How many objects were created, changed, replaced, deleted, adopted or detached. */
  readonly changed: number;
  readonly problems: readonly ProblemNews[];
}

/** A message of the API server may quote values: what is wrong is told by its code, and read in logs. */
export interface ProblemNews {
  readonly code: string;
  /** The object: `Deployment.apps shop/web`. */
  readonly key?: string;
}
