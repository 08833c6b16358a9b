import type { DesiredApplication, KubernetesObject } from '../objects/index.ts';

/** A rendered branch, as somebody else follows it. */
export interface FollowedBranch {
  readonly environment: string;
  /** What the environment belongs to; absent: nothing that has a name. */
  readonly project?: string;
  /** `rendered/production` */
  readonly branch: string;
  /** Where the repository is cloned from. */
  readonly url: string;
  readonly applications: readonly DesiredApplication[];
}

/** Something that Truekeel would heed, and the other tool will not. */
export interface LeftBehind {
  /** An application, or an object as plans name it. */
  readonly what: string;
  readonly because: string;
}

export interface Exported {
  readonly objects: readonly KubernetesObject[];
  readonly left: readonly LeftBehind[];
}
