import type { ApiResource } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';

/** What a cluster held when somebody looked. */
export interface Snapshot {
  /** Milliseconds since 1970. */
  readonly takenAt: number;
  readonly cluster: SnapshotCluster;
  /** Absent where it was taken for a folder of YAML. */
  readonly environment?: string;
  readonly project?: string;
  /** Namespaces of which it has everything. Of others it has what belongs to the environment's applications. */
  readonly namespaces: readonly string[];
  /** What was not looked at, or might not be. */
  readonly unread: readonly UnreadPlace[];
  /** Every kind in every version that the cluster serves, in order of preference. */
  readonly kinds: readonly ApiResource[];
  /** With managedFields, uids and status; Secrets without their values. */
  readonly objects: readonly KubernetesObject[];
}

export interface SnapshotCluster {
  /** URL of the API server. */
  readonly server: string;
  /** Name of the kubeconfig's context; empty when there was none. */
  readonly context: string;
  /** Of the namespace `kube-system`, which no two clusters share; absent when it could not be read. */
  readonly uid?: string;
  /** `v1.37.2` */
  readonly version: string;
}

/** A kind, as `Deployment.apps`, in one namespace, or wherever it may be. */
export interface UnreadPlace {
  readonly kind: string;
  readonly namespace?: string;
  /** `skipped`: no program has objects of that kind; `forbidden`: who took the snapshot may not list it. */
  readonly because: 'skipped' | 'forbidden';
}
