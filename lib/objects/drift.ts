/** What `metadata.managedFields` says about who wrote an object, without looking at values. When somebody changes
 * the value of a field that we applied, that field leaves our entry; when they write the same value, it stays: so
 * two equal digests of our entry mean that nothing of ours was touched in between. */
import type { Digest } from './digest.ts';
import { canonicalJson, digestOf } from './digest.ts';
import { Annotation, FIELD_MANAGER } from './names.ts';
import type { JsonObject, ManagedFieldsEntry, ObjectMeta } from './object.ts';
import { compareText } from './order.ts';

/** Who wrote fields, by managedFields. */
export interface FieldWriter {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  /** RFC 3339, to the second; the server leaves it out for entries that are older than the field. */
  readonly time?: string;
  readonly subresource?: string;
}

/** Digest of the fields that a manager holds by server-side apply; undefined when it holds none. */
export function ownFieldsDigest(metadata: ObjectMeta, manager: string = FIELD_MANAGER): Digest | undefined {
  const entry = metadata.managedFields?.find((candidate) => isAppliedBy(candidate, manager));
  return entry && fieldsDigest(entry.fieldsV1);
}

/** Many objects have the very same set of fields, as whoever reads them makes one value of equal ones. */
const digests = new WeakMap<JsonObject, Digest>();

/** Digest of a set of fields, as managedFields write it. */
export function fieldsDigest(fieldsV1: JsonObject): Digest {
  let digest = digests.get(fieldsV1);
  if (digest === undefined) {
    digest = digestOf(canonicalJson(fieldsV1));
    digests.set(fieldsV1, digest);
  }
  return digest;
}

/** Whether we hold what our last apply was to leave us, by the annotation that it carried. False also where there is no
 * such annotation: then only the object's content can tell. */
export function isAsRecorded(metadata: ObjectMeta): boolean {
  const recorded = metadata.annotations?.[Annotation.fields];
  const entry = metadata.managedFields?.find((candidate) => isAppliedBy(candidate, FIELD_MANAGER));
  if (recorded === undefined || !entry) return false;
  return recorded === (digests.get(entry.fieldsV1) ?? inOrderDigest(entry.fieldsV1, recorded));
}

/** API servers write the members in order, so that most often nothing has to be sorted: a tenth of the time. */
function inOrderDigest(fieldsV1: JsonObject, expected: string): Digest {
  const digest = digestOf(JSON.stringify(fieldsV1));
  if (digest !== expected) return fieldsDigest(fieldsV1);
  digests.set(fieldsV1, digest);
  return digest;
}

/** Everybody else who wrote fields, the last one first. What was written under our name by other means than apply
 * is somebody else's doing. */
export function lastForeignWriters(
  metadata: ObjectMeta,
  manager: string = FIELD_MANAGER,
): readonly FieldWriter[] {
  return (metadata.managedFields ?? [])
    .filter((entry) => !isAppliedBy(entry, manager))
    .map((entry) => ({
      manager: entry.manager,
      operation: entry.operation,
      ...(entry.time !== undefined && { time: entry.time }),
      ...(entry.subresource && { subresource: entry.subresource }),
    }))
    .sort((a, b) => compareText(b.time ?? '', a.time ?? ''));
}

/** When a manager applied last, to the second; undefined when it holds nothing. */
export function lastApplied(metadata: ObjectMeta, manager: string = FIELD_MANAGER): string | undefined {
  return metadata.managedFields?.find((entry) => isAppliedBy(entry, manager))?.time;
}

function isAppliedBy(entry: ManagedFieldsEntry, manager: string): boolean {
  return entry.manager === manager && entry.operation === 'Apply' && !entry.subresource;
}
