/** Replacing an object, or one subresource of it. */
import { immutable, required } from '../../kinds/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import type { Core } from '../core.ts';
import { deepEqual } from '../deep-equal.ts';
import { recordUpdate } from '../fields.ts';
import { rulesOf } from '../kinds/index.ts';
import { reserving } from '../kinds/reservation.ts';
import type { Surroundings } from '../kinds/rules.ts';
import type { MutableObject } from '../mutable.ts';
import { apiVersionOf } from '../resources/registry.ts';
import { hasSubresource, type Resource, tableOf } from '../resources/resource.ts';
import { conflict, type FieldError, invalid, OBJECT_WAS_MODIFIED } from '../status.ts';
import { objectErrors } from '../validation/validate.ts';
import type { WriteContext } from './context.ts';
import { finishIfReleased } from './delete.ts';

/** @param object as {@link readIn} made it; changed in place
 * @param managed true when managedFields are already right, after an apply
 * @throws ApiError 409 Conflict, 422 */
export function replaceObject(
  core: Core,
  resource: Resource,
  old: KubernetesObject,
  object: MutableObject,
  context: WriteContext,
  managed = false,
): KubernetesObject {
  checkPreconditions(resource, old, object);
  // Before the kind's own preparations, so that what the server assigns belongs to nobody.
  if (!managed) {
    recordUpdate({
      live: old,
      next: object,
      resource,
      manager: context.manager,
      subresource: context.subresource,
      now: core.now(),
    });
  }
  return reserving(core, (place) => {
    const ready = checked(resource, old, object, context, place);
    const isDone = ready !== old && !context.dryRun;
    const result = isDone
      ? finishIfReleased(core, resource, core.storage.put(tableOf(resource), ready))
      : ready;
    return { result, isDone };
  });
}

/** Fills in what the server gives it. @returns the old one where nothing changes */
function checked(
  resource: Resource,
  old: KubernetesObject,
  object: MutableObject,
  context: WriteContext,
  place: Surroundings,
): KubernetesObject {
  carryOver(resource, old, object, context.subresource, place);
  const errors = [
    ...objectErrors(resource, object, old),
    ...immutableMetadata(object, old),
    ...(context.subresource === '' ? (rulesOf(resource).validateUpdate?.(object, old) ?? []) : []),
  ];
  if (errors.length > 0) throw invalid(resource, old.metadata.name, errors);
  return isUnchanged(object, old) ? old : (object as KubernetesObject); // has its old name
}

function checkPreconditions(resource: Resource, old: KubernetesObject, object: MutableObject): void {
  const { metadata } = object;
  if (metadata.uid !== undefined && metadata.uid !== '' && metadata.uid !== old.metadata.uid) {
    throw conflict(
      resource,
      old.metadata.name,
      `StorageError: invalid object, Code: 4, Key: /registry/${resource.plural}/${old.metadata.namespace ? `${old.metadata.namespace}/` : ''}${old.metadata.name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${old.metadata.uid}`,
    );
  }
  const given = metadata.resourceVersion ?? '';
  if (given === '' && (resource.custom || rulesOf(resource).conditionalUpdate)) {
    // This message names the resource where others name the kind.
    throw invalid({ group: resource.group, kind: resource.plural }, old.metadata.name, [
      {
        ...required('metadata.resourceVersion'),
        type: 'FieldValueInvalid',
        message: 'Invalid value: 0: must be specified for an update',
      },
    ]);
  }
  if (given !== '' && given !== old.metadata.resourceVersion) {
    throw conflict(resource, old.metadata.name, OBJECT_WAS_MODIFIED);
  }
}

/** Takes over from the old object what a client cannot change. */
function carryOver(
  resource: Resource,
  old: KubernetesObject,
  object: MutableObject,
  subresource: string,
  place: Surroundings,
): void {
  const rules = rulesOf(resource);
  const { metadata } = object;
  object.apiVersion = apiVersionOf(resource);
  if (subresource === 'status') {
    const status = object.status;
    const managedFields = metadata.managedFields;
    for (const field of Object.keys(object)) delete object[field];
    Object.assign(object, structuredClone(old), { apiVersion: apiVersionOf(resource), status });
    if (status === undefined) delete object.status;
    if (managedFields) object.metadata.managedFields = managedFields;
    return;
  }
  if (old.metadata.namespace !== undefined) metadata.namespace = old.metadata.namespace;
  assign(metadata, 'uid', old.metadata.uid);
  assign(metadata, 'creationTimestamp', old.metadata.creationTimestamp);
  assign(metadata, 'deletionTimestamp', old.metadata.deletionTimestamp);
  assign(metadata, 'deletionGracePeriodSeconds', (old as MutableObject).metadata.deletionGracePeriodSeconds);
  assign(metadata, 'generation', old.metadata.generation);
  assign(metadata, 'resourceVersion', old.metadata.resourceVersion);
  if (hasSubresource(resource, 'status')) {
    if (old.status === undefined) delete object.status;
    else object.status = old.status;
  }
  rules.prepareUpdate?.(object, old, place);
  if (metadata.generation !== undefined && isNewGeneration(resource, object, old)) metadata.generation += 1;
}

function assign<K extends keyof MutableObject['metadata']>(
  metadata: MutableObject['metadata'],
  field: K,
  value: MutableObject['metadata'][K] | undefined,
): void {
  if (value === undefined) delete metadata[field];
  else metadata[field] = value;
}

function isNewGeneration(resource: Resource, object: MutableObject, old: KubernetesObject): boolean {
  if (resource.custom) {
    const ignored = hasSubresource(resource, 'status') ? ['metadata', 'status'] : ['metadata'];
    return !deepEqual(without(object, ignored), without(old, ignored));
  }
  return (rulesOf(resource).generationOf ?? []).some((field) => !deepEqual(object[field], old[field]));
}

function without(
  object: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !fields.includes(name)));
}

function immutableMetadata(object: MutableObject, old: KubernetesObject): readonly FieldError[] {
  return [
    ...(object.metadata.name === old.metadata.name ? [] : [immutable('metadata.name', object.metadata.name)]),
    ...lateFinalizers(object, old),
  ];
}

/** What is being deleted waits for nothing that did not know of it before. */
function lateFinalizers(object: MutableObject, old: KubernetesObject): readonly FieldError[] {
  if (old.metadata.deletionTimestamp === undefined) return [];
  const known = new Set(old.metadata.finalizers);
  const added = (object.metadata.finalizers ?? []).filter((name) => !known.has(name));
  if (added.length === 0) return [];
  const list = added
    .sort()
    .map((name) => JSON.stringify(name))
    .join(', ');
  return [
    {
      type: 'FieldValueForbidden',
      field: 'metadata.finalizers',
      message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
    },
  ];
}

/** Whether nothing changed but the times in managedFields. */
function isUnchanged(object: MutableObject, old: KubernetesObject): boolean {
  const withoutTimes = (value: MutableObject | KubernetesObject) => ({
    ...value,
    metadata: {
      ...value.metadata,
      managedFields: value.metadata.managedFields?.map((entry) => ({ ...entry, time: undefined })),
    },
  });
  return deepEqual(withoutTimes(object), withoutTimes(old));
}
