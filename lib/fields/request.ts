/** What apply and update requests have in common, and what they do to metadata. */
import type { JsonObject, JsonValue, KubernetesObject } from '../objects/index.ts';
import { FieldSet } from './field-set.ts';
import type { ManagerKey, ManagerSet } from './managers.ts';
import { fieldPath } from './path.ts';
import type { FieldFilter } from './reset-fields.ts';
import type { Schema } from './schema.ts';
import type { VersionConverter } from './updater.ts';
import { isMap } from './value.ts';

export interface ManagedRequest {
  /** Of the kind in the version of the request. */
  readonly schema: Schema;
  /** `fieldManager` of the request. */
  readonly manager: string;
  /** The subresource that the request is for: `status`, `scale`; undefined for the object itself. */
  readonly subresource?: string | undefined;
  /** Time of the request; managedFields keep whole seconds. */
  readonly now: Date;
  /** What a manager can come to own by this request: see {@link resetFieldsFilter}. Default: everything. */
  readonly filter?: FieldFilter;
  /** For kinds whose versions differ in their fields. Default: all versions have the same. */
  readonly converter?: VersionConverter;
}

/** What an object that is created is merged with. */
export function emptyObject({ apiVersion, kind }: KubernetesObject): KubernetesObject {
  return { apiVersion, kind, metadata: {} } as unknown as KubernetesObject; // it has no name yet
}

/** What an object that is created is compared with, to find out what its creator wrote. */
export function zeroObject({ apiVersion, kind }: KubernetesObject, schema: Schema): KubernetesObject {
  return { ...zeroOf(schema), apiVersion, kind } as unknown as KubernetesObject; // it has no name yet
}

function zeroOf(schema: Schema): JsonObject {
  const fields = [...(schema.map?.fields ?? [])].flatMap(([name, field]): [string, JsonValue][] => {
    if (field.zero === undefined) return [];
    return [[name, isMap(field.zero) ? zeroOf(field.schema) : field.zero]];
  });
  return Object.fromEntries(fields);
}

/** The fields of metadata, and of the envelope, that nobody owns (apimachinery, stripMetaManager). */
const NEVER_OWNED = FieldSet.of(
  fieldPath('apiVersion'),
  fieldPath('kind'),
  fieldPath('metadata'),
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((name) => fieldPath('metadata', name)),
);

/** Takes the fields that nobody owns from a manager, and the manager out when nothing is left. */
export function stripMetadata(managers: ManagerSet, key: ManagerKey): ManagerSet {
  const manager = managers.get(key);
  if (manager === undefined) return managers;
  const fields = manager.fields.difference(NEVER_OWNED);
  return fields.isEmpty() ? managers.without(key) : managers.with({ ...manager, fields });
}

export function withoutManagedFields(object: KubernetesObject): KubernetesObject {
  if (object.metadata?.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

export function withManagedFields(object: KubernetesObject, managers: ManagerSet): KubernetesObject {
  const { managedFields: _, ...metadata } = object.metadata;
  const managedFields = managers.encode();
  return { ...object, metadata: managedFields === undefined ? metadata : { ...metadata, managedFields } };
}

/** RFC 3339 with whole seconds. */
export function timeOf(now: Date): string {
  return now.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** An object is JSON; only its TypeScript type says more. */
export function asJson(object: KubernetesObject): JsonObject {
  return object as unknown as JsonObject;
}
