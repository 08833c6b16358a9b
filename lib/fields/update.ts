/** Create, update and every sort of patch but apply: the new object is known, and what changed in it belongs to
 * the manager. */
import type { KubernetesObject, ManagedFieldsEntry } from '../objects/index.ts';
import { type ManagerKey, ManagerSet } from './managers.ts';
import {
  asJson,
  type ManagedRequest,
  stripMetadata,
  timeOf,
  withManagedFields,
  withoutManagedFields,
  zeroObject,
} from './request.ts';
import { KEEP_ALL } from './reset-fields.ts';
import { recordUpdate, SAME_FIELDS } from './updater.ts';
import { assertValid } from './validate.ts';
import { equalValues } from './value.ts';

export interface UpdateRequest extends ManagedRequest {
  /** The live object in the version of the update, with its managedFields; undefined when the request creates
   * it. */
  readonly live: KubernetesObject | undefined;
  /** The object as it is to be stored, with the managedFields that were sent. */
  readonly updated: KubernetesObject;
}

export interface UpdateResult {
  /** The updated object with its new managedFields. */
  readonly object: KubernetesObject;
  readonly managers: ManagerSet;
}

/** Finds out what an update changed and who owns what from now on, as a kube-apiserver does. Whoever sends
 * managedFields rewrites them: an empty list, or a list of one empty entry, clears them.
 * @throws FieldErrors when an object does not have the form of the schema; a server then stores the update
 * with the live object's managedFields */
export function update(request: UpdateRequest): UpdateResult {
  const updated = withoutManagedFields(request.updated);
  const sent = sentManagers(request);
  // Objects that nobody tracks, from before managedFields or because they were cleared, stay so until an apply.
  if (sent.isEmpty() && request.live !== undefined) return { object: updated, managers: sent };
  const live = withoutManagedFields(request.live ?? zeroObject(updated, request.schema));
  const managers = trackUpdate({ ...request, live, updated, managers: sent });
  return { object: withManagedFields(updated, managers), managers };
}

function sentManagers({ live, updated, subresource }: UpdateRequest): ManagerSet {
  const ofLive = (): ManagerSet => decodeOrEmpty(live?.metadata.managedFields);
  if (subresource !== undefined && subresource !== '') return ofLive();
  const { managedFields } = updated.metadata;
  if (managedFields !== undefined && isReset(managedFields)) return ManagerSet.empty;
  const sent = decodeOrEmpty(managedFields);
  // Clients that do not know managedFields drop them; that is no wish to clear them.
  return sent.isEmpty() ? ofLive() : sent;
}

function isReset(entries: readonly ManagedFieldsEntry[]): boolean {
  const [first] = entries;
  return (
    first === undefined ||
    (entries.length === 1 && Object.values(first).every((value) => value === undefined))
  );
}

function decodeOrEmpty(entries: readonly ManagedFieldsEntry[] | undefined): ManagerSet {
  try {
    return ManagerSet.decode(entries);
  } catch {
    return ManagerSet.empty; // what cannot be read says nothing, and must not stop an update
  }
}

/** Stands for the request while it is compared, so that a manager's earlier entry can lose fields to it as
 * anyone's can. */
const CURRENT_OPERATION = 'current-operation';

/** Both objects without managedFields.
 * @throws FieldErrors */
export function trackUpdate(
  request: ManagedRequest & {
    readonly live: KubernetesObject;
    readonly updated: KubernetesObject;
    readonly managers: ManagerSet;
  },
): ManagerSet {
  const { schema, updated, live } = request;
  const manager: ManagerKey = {
    manager: request.manager === '' ? 'unknown' : request.manager,
    operation: 'Update',
    apiVersion: updated.apiVersion,
    subresource: request.subresource ?? '',
  };
  const operation: ManagerKey = { ...manager, manager: CURRENT_OPERATION };
  assertValid(asJson(updated), schema, { duplicates: 'allow' });
  assertValid(asJson(live), schema, { duplicates: 'allow' });
  const recorded = stripMetadata(
    recordUpdate(
      { value: asJson(updated), schema },
      {
        live: { value: asJson(live), schema },
        managers: request.managers,
        manager: operation,
        filter: request.filter ?? KEEP_ALL,
        converter: request.converter ?? SAME_FIELDS,
      },
    ),
    operation,
  );
  const current = recorded.get(operation);
  if (current === undefined) return recorded.capped();
  const before = recorded.get(manager);
  const fields = before === undefined ? current.fields : current.fields.union(before.fields);
  return recorded
    .without(operation)
    .with({ ...manager, fields, time: timeOf(request.now) })
    .capped();
}

/** Puts the old times of managedFields back when nothing else differs, so that a request that changed nothing
 * leaves the stored bytes alone (apiserver, IgnoreManagedFieldsTimestampsTransformer).
 * @param live as it is stored
 * @param updated as it would be stored */
export function keepTimes(live: KubernetesObject, updated: KubernetesObject): KubernetesObject {
  const before = live.metadata.managedFields ?? [];
  const after = updated.metadata.managedFields ?? [];
  if (after.length === 0 || before.length !== after.length) return updated;
  if (!equalValues(before.map(untimed), after.map(untimed))) return updated;
  if (!equalValues(asJson(withoutManagedFields(live)), asJson(withoutManagedFields(updated)))) return updated;
  return { ...updated, metadata: { ...updated.metadata, managedFields: before } };
}

function untimed({ manager, operation, apiVersion, fieldsType, fieldsV1, subresource }: ManagedFieldsEntry) {
  return { manager, operation, apiVersion, fieldsType, fieldsV1, subresource };
}
