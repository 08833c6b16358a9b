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
