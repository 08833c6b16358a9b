/** What an apply will make of a live object, without asking the server: for the changes where the answer cannot be
 * another (docs/decisions/0009). */
import { applyPatch, FieldErrors } from '../../fields/index.ts';
import type { JsonObject, JsonValue, KubernetesObject, ObjectKey } from '../../objects/index.ts';
import { FIELD_MANAGER } from '../../objects/index.ts';
import { isMap } from '../field-path.ts';
import { schemaOf } from '../schemas.ts';
import { withDefaults } from './defaults.ts';
import { isPlain } from './plain-fields.ts';

/** @param sent as it would be sent
 * @returns the object as it will be; undefined where only the server can tell */
export function computeApply(
  key: ObjectKey,
  live: KubernetesObject,
  sent: KubernetesObject,
  options: { readonly force: boolean },
): KubernetesObject | undefined {
  const schema = schemaOf(sent);
  if (!schema || !isFamiliar(live, sent)) return undefined;
  const merged = merge({ ...options, live, config: sent, schema });
  if (!merged) return undefined;
  const [before, after] = [
    withoutManagedFields(live),
    withoutManagedFields(withoutEmptyData(withDefaults(merged, key))),
  ];
  return isPlain(before, after, key) ? after : undefined;
}

/** Whether the object is one that no version conversion, deletion or old tool has a part in. */
function isFamiliar(live: KubernetesObject, sent: KubernetesObject): boolean {
  const { managedFields = [], deletionTimestamp } = live.metadata;
  return (
    live.apiVersion === sent.apiVersion &&
    deletionTimestamp === undefined &&
    managedFields.length > 0 &&
    managedFields.every(({ apiVersion }) => apiVersion === sent.apiVersion) &&
    sent.status === undefined &&
    sent.stringData === undefined &&
    !hasNull(sent as unknown as JsonObject) // objects are JSON
  );
}

function hasNull(value: JsonValue | undefined): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return value.some(hasNull);
  return isMap(value) && Object.values(value).some(hasNull);
}

function merge(request: Pick<Parameters<typeof applyPatch>[0], 'live' | 'config' | 'schema' | 'force'>) {
  try {
    // Its time goes into managedFields only, which nobody looks at here.
    const result = applyPatch({ ...request, manager: FIELD_MANAGER, now: new Date(0) });
    return result.conflicts === undefined ? result.object : undefined;
  } catch (error) {
    // The server says it in its own words.
    if (error instanceof FieldErrors) return undefined;
    throw error;
  }
}

function withoutManagedFields(object: KubernetesObject): KubernetesObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** The server keeps no empty maps of data. */
function withoutEmptyData(object: KubernetesObject): KubernetesObject {
  const isEmpty = (name: string, value: unknown): boolean =>
    (name === 'data' || name === 'binaryData') &&
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 0;
  const kept = Object.entries(object).filter(([name, value]) => !isEmpty(name, value));
  return Object.fromEntries(kept) as unknown as KubernetesObject; // it has lost no field that all objects have
}
