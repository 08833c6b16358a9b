/** Who holds a field of a live object, as `metadata.managedFields` say it. */
import { FIELD_MANAGER, type JsonObject, type KubernetesObject } from '../../lib/objects/index.ts';
import { type FieldAddress, heldPath, holds } from '../../lib/plan/index.ts';

export interface Holder {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource?: string;
  /** RFC 3339: when the manager last changed any of its fields. */
  readonly time?: string;
  /** It is Truekeel. */
  readonly isOurs: boolean;
}

/** Ours first, then the others, the newest first. */
export function holdersOf(live: KubernetesObject, address: FieldAddress): readonly Holder[] {
  // What was read as JSON is JSON.
  const path = heldPath(live as unknown as JsonObject, address);
  if (!path || path.length === 0) return [];
  const found = (live.metadata.managedFields ?? []).filter(({ fieldsV1 }) => holds(fieldsV1, path));
  return found
    .map(
      ({ manager, operation, subresource, time }): Holder => ({
        manager,
        operation,
        ...(subresource && { subresource }),
        ...(time !== undefined && { time }),
        isOurs: manager === FIELD_MANAGER && operation === 'Apply' && !subresource,
      }),
    )
    .sort(
      (a, b) =>
        Number(b.isOurs) - Number(a.isOurs) || Date.parse(b.time ?? '') - Date.parse(a.time ?? '') || 0,
    );
}
