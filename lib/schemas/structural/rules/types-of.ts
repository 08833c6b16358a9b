/** The type of `self` in rules of a schema (apiserver, pkg/cel/common, SchemaDeclType). */
import type { CheckedType } from '../../../expressions/index.ts';
import type { SchemaNode } from '../schema-node.ts';
import { escapedName } from './field-name.ts';

const METADATA: CheckedType = { fields: { name: 'string', generateName: 'string' } };

const OF_FORMATS: Readonly<Record<string, CheckedType>> = {
  byte: 'bytes',
  date: 'google.protobuf.Timestamp',
  'date-time': 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
};

const known = {
  resource: new WeakMap<SchemaNode, CheckedType>(),
  part: new WeakMap<SchemaNode, CheckedType>(),
};

/** What is not certain is `dyn`, of which nothing is said. Fields that are kept without being known are none to rules.
 * @param isResource whether it is an object with apiVersion, kind and metadata */
export function typesOf(schema: SchemaNode, isResource: boolean): CheckedType {
  const types = isResource ? known.resource : known.part;
  const type = types.get(schema) ?? typeOf(schema, isResource);
  types.set(schema, type);
  return type;
}

function typeOf(schema: SchemaNode, isResource: boolean): CheckedType {
  const { type, nullable } = schema;
  if (schema['x-kubernetes-int-or-string'] || nullable) return 'dyn';
  switch (type) {
    case 'string':
      return OF_FORMATS[schema.format ?? ''] ?? 'string';
    case 'integer':
      return 'int';
    case 'boolean':
      return 'bool';
    case 'array':
      return schema.items ? { items: typesOf(schema.items, isEmbedded(schema.items)) } : 'dyn';
    case 'object':
      return typeOfObject(schema, isResource);
    default:
      return 'dyn';
  }
}

function isEmbedded(schema: SchemaNode): boolean {
  return schema['x-kubernetes-embedded-resource'] === true;
}

function typeOfObject(schema: SchemaNode, isResource: boolean): CheckedType {
  const { additionalProperties, properties } = schema;
  if (typeof additionalProperties === 'object')
    return { values: typesOf(additionalProperties, isEmbedded(additionalProperties)) };
  if (additionalProperties) return 'dyn';
  const fields: Record<string, CheckedType> = {};
  for (const [name, property] of Object.entries(properties ?? {})) {
    const escaped = escapedName(name);
    if (escaped !== undefined) fields[escaped] = typesOf(property, isEmbedded(property));
  }
  if (isResource) Object.assign(fields, { apiVersion: 'string', kind: 'string', metadata: METADATA });
  return { fields };
}
