/** What an API server fills in when it reads an object. A door of its own, as judging rules needs no cluster beside it. */
import type { GroupVersionKind, JsonValue, KubernetesObject } from '../../objects/index.ts';
import { gvkOf } from '../../objects/index.ts';
import { applySchemaDefaults } from '../../schemas/index.ts';
import { rulesOf } from '../kinds/index.ts';
import type { MutableObject } from '../mutable.ts';
import { decodeTyped } from '../openapi/decode.ts';
import type { SchemaNode } from '../openapi/schema.ts';
import { builtinType } from '../openapi/types.ts';
import { ApiError } from '../status.ts';

/** The schema of a custom kind, as its definition has it; undefined for built-in ones, and those that are not known. */
export type CustomSchemas = (kind: GroupVersionKind) => JsonValue | undefined;

/** An object with the defaults that an API server fills in when it reads it, before admission and controllers have
 * their say. What it allocates (addresses, ports) is not there.
 * @returns undefined when a field is not of its type, so that a server would refuse it */
export function withServerDefaults(
  object: KubernetesObject,
  schemas: CustomSchemas,
): KubernetesObject | undefined {
  const kind = gvkOf(object);
  const type = builtinType(kind);
  try {
    // Filled in below: a copy, of JSON.
    const copy = structuredClone(object) as MutableObject;
    const read = (type ? decodeTyped(type, copy, []) : copy) as MutableObject;
    if (type) rulesOf(kind).setDefaults?.(read);
    else applySchemaDefaults((schemas(kind) ?? {}) as SchemaNode, read); // a definition that a server took
    return read;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}
