/** How previews of an environment are made, as the program says it: data, for whoever makes them. */
export interface PreviewSettings {
  /** Namespaces of previews begin with it: `preview` makes `preview-7`. */
  readonly namespacePrefix: string;
  /** A preview that nobody brought up to date for as long is removed. */
  readonly timeToLiveMs: number;
  /** How many there may be at a time. */
  readonly max: number;
  /** Where a preview is reached, with placeholders: `https://{label}-{preview}.example.com`. Absent: from nowhere outside
   * of the cluster. */
  readonly url?: string;
  /** What a preview may take together, as a ResourceQuota has it: `{ pods: '20', 'requests.cpu': '2' }`. */
  readonly quota: Readonly<Record<string, string>>;
  /** What containers request that do not say. */
  readonly containerDefaults: { readonly cpu?: string; readonly memory?: string };
  /** Names of the base's Secrets that previews have, too. */
  readonly secrets: readonly string[];
  /** What pods may be, by Kubernetes' Pod Security Standards. */
  readonly podSecurity: PodSecurityLevel;
}

export const POD_SECURITY_LEVELS = ['privileged', 'baseline', 'restricted'] as const;
export type PodSecurityLevel = (typeof POD_SECURITY_LEVELS)[number];

/** What may stand in braces in the URL of previews. */
export const PREVIEW_PLACEHOLDERS = ['preview', 'namespace', 'label', 'host'] as const;
