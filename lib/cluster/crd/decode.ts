/** Reads a custom resource: metadata as every kind's, the rest by its structural schema. */

import { applySchemaDefaults, prune } from '../../schemas/index.ts';
import { decodeTyped } from '../openapi/decode.ts';
import { metadataType } from '../openapi/types.ts';
import type { CustomResource } from '../resources/resource.ts';

export function decodeCustom(
  custom: CustomResource,
  object: Readonly<Record<string, unknown>>,
  unknownFields: string[],
): Record<string, unknown> {
  const { metadata = {}, ...rest } = object;
  const content = prune(custom.schema, rest, unknownFields);
  const unknownMetadata: string[] = [];
  const meta = decodeTyped(metadataType(), metadata as Record<string, unknown>, unknownMetadata); // JSON that came in as metadata
  unknownFields.push(...unknownMetadata.map((field) => `metadata.${field}`));
  const decoded = { ...content, apiVersion: object.apiVersion, kind: object.kind, metadata: meta };
  applySchemaDefaults(custom.schema, decoded);
  return decoded;
}
