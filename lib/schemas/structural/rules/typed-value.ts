/** A value as rules see it: typed by its schema (apiserver, pkg/cel/common, UnstructuredToVal). */
import { asMapList, celValue } from '../../../expressions/index.ts';
import type { SchemaNode } from '../schema-node.ts';
import { escapedName } from './field-name.ts';
import { parseRule } from './parse-rule.ts';

const TEXT: SchemaNode = { type: 'string' };

/** Fields that every object has, and all that rules see of metadata. */
const ENVELOPE: Readonly<Record<string, SchemaNode>> = {
  apiVersion: TEXT,
  kind: TEXT,
  metadata: { type: 'object', properties: { name: TEXT, generateName: TEXT } },
};

/** @param isResource whether it is an object with apiVersion, kind and metadata
 * @throws Error when a text is not of its format */
export function typedValue(schema: SchemaNode, value: unknown, isResource: boolean): unknown {
  if (value === null || schema['x-kubernetes-int-or-string']) return celValue(value);
  if (Array.isArray(value)) {
    const { items = {} } = schema;
    const typed = value.map((item) =>
      typedValue(items, item, items['x-kubernetes-embedded-resource'] === true),
    );
    const { 'x-kubernetes-list-type': listType, 'x-kubernetes-list-map-keys': keys = [] } = schema;
    if (listType === 'set') return new Set(typed);
    return listType === 'map'
      ? asMapList(
          typed,
          keys.map((key) => escapedName(key) ?? key),
        )
      : typed;
  }
  if (typeof value === 'object') {
    return typedFields(schema, value as Readonly<Record<string, unknown>>, isResource); // a JSON object
  }
  if (typeof value === 'string') return typedText(schema.format, value);
  return schema.type === 'number' ? value : celValue(value);
}

function typedFields(
  schema: SchemaNode,
  value: Readonly<Record<string, unknown>>,
  isResource: boolean,
): ReadonlyMap<string, unknown> {
  const { additionalProperties } = schema;
  const properties = isResource ? { ...schema.properties, ...ENVELOPE } : schema.properties;
  const typed = new Map<string, unknown>();
  for (const [name, field] of Object.entries(value)) {
    if (properties) {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      const escaped = escapedName(name);
      if (property && escaped !== undefined) typed.set(escaped, typedProperty(property, field));
    } else if (typeof additionalProperties === 'object') {
      typed.set(name, typedProperty(additionalProperties, field));
    }
  }
  return typed;
}

function typedProperty(schema: SchemaNode, value: unknown): unknown {
  return typedValue(schema, value, schema['x-kubernetes-embedded-resource'] === true);
}

function typedText(format: string | undefined, text: string): unknown {
  switch (format) {
    case 'date-time':
    case 'date':
      return timeOf(text);
    case 'duration':
      return parseRule('duration(self)')({ self: text, oldSelf: null });
    case 'byte':
      return Buffer.from(text, 'base64');
    default:
      return text;
  }
}

function timeOf(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new Error(`${JSON.stringify(text)} is no time`);
  return time;
}
