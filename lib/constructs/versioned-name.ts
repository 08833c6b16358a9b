/** Names of objects of which each content is an object of its own: what refers to one changes with it. */
import { createHash } from 'node:crypto';
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { canonicalJson, type JsonValue } from '../objects/index.ts';
import { objectName } from './object-name.ts';

/** Former versions that stay: as many as an editor takes in at a glance, and far more than a rollout that takes its time
 * is behind. */
export const KEPT_VERSIONS = 3;

export interface VersionedName {
  /** What all versions are called, before the hash. */
  readonly baseName: string;
  readonly name: string;
}

export function contentHash(content: JsonValue): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 10);
}

/** @param given what the program wants all versions to be called; absent: after its place in the application */
export function versionedName(
  scope: Construct,
  id: string,
  options: { readonly kind: string; readonly hash: string; readonly given: string | undefined },
): VersionedName {
  const { kind, hash, given } = options;
  if (given !== undefined) return { baseName: given, name: `${given}-${hash}` };
  const chart = Chart.of(scope);
  const ids = [...scope.node.scopes.slice(chart.node.scopes.length).map(({ node }) => node.id), id];
  const baseName = objectName(ids, { kind, fallback: chart.node.id, longest: 63 - hash.length - 1 });
  return { baseName, name: `${baseName}-${hash}` };
}

/** @returns what is wrong with a number of versions to keep */
export function keepProblem(keep: number): string | undefined {
  return Number.isInteger(keep) && keep >= 1 && keep < 1000
    ? undefined
    : `keep is ${keep}: it can be a whole number from 1 to 999`;
}
