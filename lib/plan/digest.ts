import type { Digest, JsonObject, JsonValue } from '../objects/index.ts';
import { canonicalJson, digestOf, formatKey } from '../objects/index.ts';
import type { PlannedChange, PlannedHelmRelease } from './plan.ts';

/** The name of a plan: a digest over what decides its outcome. Unchanged objects are left out, and so is all that
 * moves by itself (resourceVersions, status), so that a plan made later under the same conditions has the same name. */
export function planDigest(
  environment: string,
  changes: readonly PlannedChange[],
  releases: readonly PlannedHelmRelease[] = [],
): Digest {
  const lines = [
    ...changes.filter(({ action }) => action !== 'none').map((change) => canonicalJson(outcomeOf(change))),
    ...releases
      .filter(({ resolution }) => resolution === 'take-over')
      .map(({ namespace, name, resolution }) => canonicalJson({ namespace, name, resolution })),
  ].sort();
  return digestOf(`truekeel plan v1\n${environment}\n${lines.join('\n')}`);
}

function outcomeOf(change: PlannedChange): JsonObject {
  return {
    application: change.application,
    key: formatKey(change.key),
    apiVersion: change.apiVersion,
    action: change.action,
    digest: change.desired?.digest,
    uid: change.live?.uid,
    takesFieldsOf: change.takesFieldsOf,
    changes: change.changes.map(({ path, before, after }): JsonValue => ({ path, before, after })),
    conflicts: change.conflicts.map(
      ({ path, manager, resolution }): JsonValue => ({ path, manager, resolution }),
    ),
  };
}

/** What one plan does that another does not, for people: one line an object. */
export function planDifferences(
  approved: readonly PlannedChange[],
  actual: readonly PlannedChange[],
): readonly string[] {
  const index = (changes: readonly PlannedChange[]) =>
    new Map(
      changes.filter(({ action }) => action !== 'none').map((change) => [formatKey(change.key), change]),
    );
  const [before, now] = [index(approved), index(actual)];
  const lines: string[] = [];
  for (const name of [...new Set([...before.keys(), ...now.keys()])].sort()) {
    const [old, change] = [before.get(name), now.get(name)];
    if (!old) lines.push(`${name}: ${change!.action} was not part of what was approved (${change!.because})`);
    else if (!change) lines.push(`${name}: ${old.action} was approved and is no longer needed`);
    else if (canonicalJson(outcomeOf(old)) !== canonicalJson(outcomeOf(change))) {
      lines.push(
        `${name}: approved was ${old.action} (${old.because}), now it is ${change.action} (${change.because})`,
      );
    }
  }
  return lines;
}
