import {
  type DesiredApplication,
  formatKey,
  type KubernetesObject,
  type ObjectKey,
} from '../objects/index.ts';

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
  /** Secrets whose values are sealed. */
  readonly sealed: readonly ObjectKey[];
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

/** Sealed Secrets have a field that the API server does not know: whoever cannot open them fails to apply them. */
export function sealedLeftBehind({ sealed }: FollowedBranch, tool: string): readonly LeftBehind[] {
  return sealed.map((key) => ({ what: formatKey(key), because: `it is sealed, and ${tool} cannot open it` }));
}
