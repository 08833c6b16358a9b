import type { JsonValue } from '../../objects/index.ts';

/** What generators look at. */
export interface ArgoSurroundings {
  /** Folders of the repository, from its root. */
  readonly directories: readonly string[];
  /** Files of the repository that hold YAML or JSON, from its root. */
  readonly files: readonly string[];
  /** What is in such a file. */
  readonly read: (file: string) => JsonValue;
  readonly clusters: readonly ArgoCluster[];
}

export interface ArgoCluster {
  readonly name: string;
  readonly server: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
