/** Structural schemas (apiextensions.k8s.io/v1): pruning of what they do not name, and their defaults. */
import type { SchemaNode } from './schema-node.ts';

type Fields = Readonly<Record<string, unknown>>;

const ENVELOPE = new Set(['apiVersion', 'kind', 'metadata']);

/** The object without the fields that the schema does not know; their paths are added to `unknownFields`. */
export function prune(schema: SchemaNode, object: Fields, unknownFields: string[]): Record<string, unknown> {
  return pruneObject(schema, object, '', unknownFields, true);
}

function pruneObject(
  schema: SchemaNode,
  object: Fields,
  path: string,
  unknownFields: string[],
  isResource: boolean,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object)) {
    const at = path === '' ? name : `${path}.${name}`;
    const isEnvelope = isResource && ENVELOPE.has(name);
    const { properties } = schema;
    // Every object has members such as `constructor`, which are no properties of the schema.
    const named = properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
    const property = isEnvelope ? undefined : (named ?? additional(schema));
    if (property) result[name] = pruneValue(property, value, at, unknownFields);
    else if (isEnvelope && name === 'metadata') result[name] = knownMetadata(value, at, unknownFields);
    else if (schema['x-kubernetes-preserve-unknown-fields'] || isEnvelope) result[name] = value;
    else unknownFields.push(at);
  }
  return result;
}

/** Members of ObjectMeta (meta/v1): of an embedded object's metadata nothing else is kept. */
const METADATA = new Set([
  'annotations',
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'finalizers',
  'generateName',
  'generation',
  'labels',
  'managedFields',
  'name',
  'namespace',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
  'uid',
]);

function knownMetadata(value: unknown, path: string, unknownFields: string[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value);
  for (const [name] of members) if (!METADATA.has(name)) unknownFields.push(`${path}.${name}`);
  return Object.fromEntries(members.filter(([name]) => METADATA.has(name)));
}

function additional(schema: SchemaNode): SchemaNode | undefined {
  if (schema.additionalProperties === true) return { 'x-kubernetes-preserve-unknown-fields': true };
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

function pruneValue(schema: SchemaNode, value: unknown, path: string, unknownFields: string[]): unknown {
  if (Array.isArray(value)) {
    const items = schema.items;
    return items ? value.map((item, i) => pruneValue(items, item, `${path}[${i}]`, unknownFields)) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (schema.type !== 'object' && schema['x-kubernetes-preserve-unknown-fields']) return value;
  return pruneObject(
    schema,
    value as Fields, // a JSON object
    path,
    unknownFields,
    schema['x-kubernetes-embedded-resource'] === true,
  );
}

/** Most defaults are scalars, which need no copy. */
function copyOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? structuredClone(value) : value;
}

/** Fills in, in place, the schema's defaults for fields that are absent (or null where null is not allowed). */
export function applySchemaDefaults(schema: SchemaNode, value: unknown): void {
  if (Array.isArray(value)) {
    if (schema.items) for (const item of value) applySchemaDefaults(schema.items, item);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const fields = value as Record<string, unknown>; // a JSON object
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const present = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const absent = present === undefined || (present === null && !property.nullable);
    if (absent && property.default !== undefined) fields[name] = copyOf(property.default);
    else if (present === null && !property.nullable) delete fields[name];
    applySchemaDefaults(property, fields[name]);
  }
  if (typeof schema.additionalProperties === 'object') {
    for (const item of Object.values(fields)) applySchemaDefaults(schema.additionalProperties, item);
  }
}
