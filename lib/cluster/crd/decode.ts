/** Reads a custom resource: metadata as every kind's, the rest by its structural schema. */

import { builtinSchemas } from '../openapi/builtin.ts';
import { decodeTyped } from '../openapi/decode.ts';
import { OBJECT_META, typeOf } from '../openapi/types.ts';
import type { Resource } from '../resources/resource.ts';
import { applySchemaDefaults, prune } from './structural.ts';

export function decodeCustom(
  resource: Resource,
  object: Readonly<Record<string, unknown>>,
  unknownFields: string[],
): Record<string, unknown> {
  const type = typeOf(resource)!; // custom resources always have one
  const { metadata = {}, ...rest } = object;
  const content = prune(resource.custom!.schema, rest, unknownFields); // ditto
  const meta = decodeTyped(
    { node: builtinSchemas()[OBJECT_META]!, resolver: type.resolver, name: OBJECT_META }, // part of every Kubernetes document
    metadata as Record<string, unknown>, // JSON that came in as an object's metadata
    unknownFields,
  );
  const decoded = { apiVersion: object.apiVersion, kind: object.kind, metadata: meta, ...content };
  applySchemaDefaults(resource.custom!.schema, decoded);
  return decoded;
}
