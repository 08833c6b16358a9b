/** Makes the fields of a manifest ours when its object becomes ours, so that what the program does not have goes, now and
 * later. As long as kubectl or Helm stand in managedFields beside us, the API server would keep for them whatever we give
 * up. (kubectl does the same when it goes over to server-side apply: client-go, util/csaupgrade.) Pure. */
import type { JsonObject, JsonValue, ManagedFieldsEntry, ObjectMeta } from '../objects/index.ts';
import { FIELD_MANAGER } from '../objects/index.ts';
import { isMap } from './field-path.ts';
import { ownEntry } from './managed-fields.ts';
import { isFromManifest } from './managers.ts';

/** Entries of managedFields that become ours with the object, the last one first. */
export function entriesToMove({ managedFields = [] }: ObjectMeta): readonly ManagedFieldsEntry[] {
  return managedFields
    .filter(isFromManifest)
    .sort((a, b) => ((a.time ?? '') < (b.time ?? '') ? 1 : (a.time ?? '') > (b.time ?? '') ? -1 : 0));
}

/** The managedFields with these entries put together into ours.
 * @returns undefined when there is nothing to move */
export function movedToUs(metadata: ObjectMeta): readonly ManagedFieldsEntry[] | undefined {
  const moved = entriesToMove(metadata);
  const [latest] = moved;
  if (!latest) return undefined;
  const own = ownEntry(metadata);
  const { apiVersion, time } = own ?? latest;
  // Fields are named as their version has them: those of another one cannot be put together with them. They stay as they
  // are, and nobody's, until the program names them.
  const same = [...(own ? [own] : []), ...moved].filter((entry) => entry.apiVersion === apiVersion);
  const ours: ManagedFieldsEntry = {
    manager: FIELD_MANAGER,
    operation: 'Apply',
    apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: same.map(({ fieldsV1 }) => fieldsV1).reduce(unite),
  };
  const others = (metadata.managedFields ?? []).filter((entry) => entry !== own && !moved.includes(entry));
  return [ours, ...others];
}

/** All that either of two sets of fields has. */
function unite(a: JsonObject, b: JsonObject): JsonObject {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(
    [...names].map((name): [string, JsonValue | undefined] => {
      const [one, other] = [a[name], b[name]];
      return [name, isMap(one) && isMap(other) ? unite(one, other) : (one ?? other)];
    }),
  );
}
