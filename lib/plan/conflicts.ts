/** What to do about fields that somebody else holds, decided before anything is sent. */
import type {
  JsonObject,
  KubernetesObject,
  ManagedFieldsEntry,
  ObjectMeta,
  ObjectSettings,
} from '../objects/index.ts';
import { canonicalJson, FIELD_MANAGER } from '../objects/index.ts';
import type { FieldPath } from './field-path.ts';
import { formatPath, valueAt, without } from './field-path.ts';
import {
  countLeaves,
  foreignEntries,
  heldFields,
  holds,
  leafPaths,
  missingFields,
  overlap,
  ownEntry,
} from './managed-fields.ts';
import { isPeoplesTool } from './managers.ts';
import type { FieldConflict } from './plan.ts';

/** A conflict with the path as data. */
export interface HeldField extends FieldConflict {
  readonly at: FieldPath;
}

/** What happens to a field in dispute: what was written under our own name is ours; then the object's setting decides,
 * else people's tools lose and controllers win. */
function resolve(manager: string, setting: ObjectSettings['conflicts']): FieldConflict['resolution'] {
  if (manager === FIELD_MANAGER) return 'take-over';
  if (setting === 'force') return 'force';
  if (setting === 'yield') return 'yield';
  return isPeoplesTool(manager) ? 'take-over' : 'yield';
}

/** Fields of `object` that somebody else holds with another value than ours. */
export function conflictsOf(
  object: JsonObject,
  live: KubernetesObject,
  setting: ObjectSettings['conflicts'],
): readonly HeldField[] {
  const differs = (path: FieldPath) => {
    const [ours, theirs] = [valueAt(object, path), valueAt(live, path)];
    return ours === undefined || theirs === undefined || canonicalJson(ours) !== canonicalJson(theirs);
  };
  const held = heldByOthers(object, live.metadata, setting).filter(({ at }) => differs(at));
  const [stranger] = inOtherVersions(object, live.metadata);
  if (!stranger) return held;
  const entries = (live.metadata.managedFields ?? []).filter((entry) => entry !== stranger);
  const unexplained = leafPaths(object).filter(
    (at) => differs(at) && !entries.some(({ fieldsV1 }) => holds(fieldsV1, at)),
  );
  return [...held, ...unexplained.map((at) => attribute(at, stranger.manager, setting))];
}

/** Entries of others that name fields as another version of the kind has them, and that we therefore cannot find in the
 * object: a field of ours that is not as we want it, and that nobody holds by its name, is taken to be theirs. */
function inOtherVersions(object: JsonObject, metadata: ObjectMeta): readonly ManagedFieldsEntry[] {
  return foreignEntries(metadata).filter(({ apiVersion, fieldsV1, subresource }) => {
    if (apiVersion === object.apiVersion || subresource === 'status') return false;
    const { 'f:metadata': _, 'f:status': __, ...fields } = fieldsV1;
    return countLeaves(fields) > heldFields(object, fields).length;
  });
}

function attribute(at: FieldPath, manager: string, setting: ObjectSettings['conflicts']): HeldField {
  return { at, path: formatPath(at), manager, resolution: resolve(manager, setting) };
}

/** Fields of `object` that somebody else holds, alone or together with us. Values are not looked at. */
function heldByOthers(
  object: JsonObject,
  metadata: ObjectMeta,
  setting: ObjectSettings['conflicts'],
): readonly HeldField[] {
  return foreignEntries(metadata).flatMap(({ manager, fieldsV1 }) =>
    heldFields(object, fieldsV1).map((at) => attribute(at, manager, setting)),
  );
}

export interface Drift {
  /** Fields of ours that somebody took and that we take back. */
  readonly taken: readonly HeldField[];
  /** Fields of ours that a controller took and keeps. */
  readonly yielded: readonly HeldField[];
  /** Fields of ours that nobody holds any more: somebody removed them. */
  readonly removed: readonly FieldPath[];
}

/** What became of the fields that we applied. `object` is what we would send now; its digest is the one that the live
 * object carries, so whatever our entry no longer holds was taken or removed by somebody. */
export function driftOf(
  object: JsonObject,
  metadata: ObjectMeta,
  setting: ObjectSettings['conflicts'],
): Drift {
  const own = ownEntry(metadata)?.fieldsV1 ?? {};
  const missing = missingFields(object, own);
  if (missing.length === 0) return { taken: [], yielded: [], removed: [] };
  const named = heldByOthers(object, metadata, setting).filter(({ at }) => !holds(own, at));
  const [stranger] = inOtherVersions(object, metadata);
  const unexplained = missing.filter((path) => !named.some(({ at }) => overlap(at, path)));
  const lost = stranger
    ? [...named, ...unexplained.map((at) => attribute(at, stranger.manager, setting))]
    : named;
  return {
    taken: lost.filter(({ resolution }) => resolution !== 'yield'),
    yielded: lost.filter(({ resolution }) => resolution === 'yield'),
    removed: missing.filter((path) => !lost.some(({ at }) => overlap(at, path))),
  };
}

/** The object without the fields that are left to others. */
export function withoutYielded(object: KubernetesObject, conflicts: readonly HeldField[]): KubernetesObject {
  const yielded = conflicts.filter(({ resolution }) => resolution === 'yield').map(({ at }) => at);
  if (yielded.length === 0) return object;
  // Only fields below the envelope can be held by others: apiVersion, kind and name stay.
  return without(object as JsonObject, yielded) as KubernetesObject;
}

/** Whether the write has to take fields from others. */
export function mustForce(conflicts: readonly FieldConflict[]): boolean {
  return conflicts.some(({ resolution }) => resolution !== 'yield');
}
