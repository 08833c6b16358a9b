/** The Kubernetes versions that programs can be written for: those whose schemas lib/schemas has. */
const OLDEST = 27;

/** Minor version of the newest Kubernetes release that is known: what an environment goes to that does not say. */
export const NEWEST_KUBERNETES = 37;

/** What a version may be, as the end of a sentence. */
export const KUBERNETES_VERSIONS = `a version from "1.${OLDEST}" to "1.${NEWEST_KUBERNETES}"`;

/** The minor version: 33 of `1.33` and of `1.33.4`.
 * @returns undefined when it is no version, or none that is known */
export function kubernetesMinor(version: string): number | undefined {
  const match = /^1\.(\d{1,3})(?:\.\d+)?$/.exec(version);
  const minor = Number(match?.[1]);
  return match && minor >= OLDEST && minor <= NEWEST_KUBERNETES ? minor : undefined;
}
