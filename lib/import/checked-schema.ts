import { javaScriptPattern } from '../expressions/index.ts';
import type { CheckedSchema } from '../imported/index.ts';
import type { SchemaNode } from '../schemas/index.ts';
import { propertyNames } from './names.ts';

/** Members that are checked as they stand. */
const SAME = [
  ...['type', 'enum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength'],
  ...['minItems', 'maxItems', 'minProperties', 'maxProperties', 'x-kubernetes-int-or-string'],
  ...['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource', 'x-kubernetes-list-map-keys'],
] as const;

/** The range of numbers that a format stands for. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
};

/** What the server, and not the program, fills in at the root of an object. */
const OUTSIDE: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'status']);

/** The checks of an object: its schema without what the construct sets itself. */
export function checkedObject(schema: SchemaNode): CheckedSchema {
  const name = schema.properties?.metadata?.properties?.name;
  const { properties = {}, required, ...rest } = rootOf(schema);
  const root = { ...rest, properties, ...(required && { required }) };
  const checked = hasRules(root) ? withRules(checkedSchema(root), root) : checkedSchema(root);
  return name === undefined
    ? checked
    : {
        ...checked,
        properties: {
          ...checked.properties,
          metadata: checkedSchema({ type: 'object', properties: { name } }),
        },
      };
}

/** The schema without the fields of the envelope. */
export function rootOf(schema: SchemaNode): SchemaNode {
  const { required, properties = {}, ...rest } = schema;
  const kept = Object.entries(properties).filter(([name]) => !OUTSIDE.has(name));
  const needed = required?.filter((name) => !OUTSIDE.has(name)) ?? [];
  return { ...rest, properties: Object.fromEntries(kept), ...(needed.length > 0 && { required: needed }) };
}

function checkedSchema(schema: SchemaNode): CheckedSchema {
  const checked: Record<string, unknown> = {};
  for (const name of SAME)
    if (schema[name] !== undefined && schema[name] !== false) checked[name] = schema[name];
  if (schema.nullable) checked.nullable = true;
  const { pattern, format } = schema;
  // What JavaScript has nothing like is checked by the server only.
  if (pattern !== undefined && javaScriptPattern(pattern) !== undefined) checked.pattern = pattern;
  if (format !== undefined && schema.type === 'string') checked.format = format;
  Object.assign(checked, rangeOf(schema), listOf(schema), fieldsOf(schema));
  for (const name of ['allOf', 'anyOf', 'oneOf'] as const) {
    if (schema[name]) checked[name] = schema[name].map(checkedSchema);
  }
  if (schema.not) checked.not = checkedSchema(schema.not);
  return checked;
}

function hasRules({ 'x-kubernetes-validations': rules, properties, items, ...schema }: SchemaNode): boolean {
  const { additionalProperties: values, allOf = [] } = schema;
  return (
    (rules ?? []).length > 0 ||
    Object.values(properties ?? {}).some(hasRules) ||
    (items !== undefined && hasRules(items)) ||
    (typeof values === 'object' && hasRules(values)) ||
    allOf.some(hasRules)
  );
}

/** With the rules, and with the defaults that a server fills in before it asks them. */
function withRules(checked: CheckedSchema, schema: SchemaNode): CheckedSchema {
  const { 'x-kubernetes-validations': rules = [], additionalProperties, allOf, items } = schema;
  const { properties, additionalProperties: values } = checked;
  return {
    ...checked,
    ...(rules.length > 0 && { 'x-kubernetes-validations': rules }),
    ...(schema.default !== undefined && { default: schema.default }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, one]) => [
          name,
          withRules(one, schema.properties?.[name] ?? {}),
        ]),
      ),
    }),
    ...(checked.items && items && { items: withRules(checked.items, items) }),
    ...(typeof values === 'object' &&
      typeof additionalProperties === 'object' && {
        additionalProperties: withRules(values, additionalProperties),
      }),
    ...(checked.allOf &&
      allOf && { allOf: checked.allOf.map((one, index) => withRules(one, allOf[index] ?? {})) }),
  };
}

function rangeOf({ format, minimum, maximum }: SchemaNode): Partial<CheckedSchema> {
  const [low, high] = (format !== undefined && RANGES[format]) || [];
  const least = minimum ?? low;
  const most = maximum ?? high;
  return { ...(least !== undefined && { minimum: least }), ...(most !== undefined && { maximum: most }) };
}

function listOf(schema: SchemaNode): Partial<CheckedSchema> {
  const { items } = schema;
  const listType = schema['x-kubernetes-list-type'];
  return {
    ...(items && { items: itemsOf(items, schema['x-kubernetes-list-map-keys'] ?? []) }),
    ...(listType !== undefined && listType !== 'atomic' && { 'x-kubernetes-list-type': listType }),
  };
}

/** Of defaults, only those of the fields by which items are told apart matter. */
function itemsOf(items: SchemaNode, keys: readonly string[]): CheckedSchema {
  const checked = checkedSchema(items);
  const withDefaults = keys.flatMap((key) => {
    const value = items.properties?.[key]?.default;
    const property = checked.properties?.[key];
    return value === undefined || !property ? [] : [[key, { ...property, default: value }] as const];
  });
  return withDefaults.length === 0
    ? checked
    : { ...checked, properties: { ...checked.properties, ...Object.fromEntries(withDefaults) } };
}

function fieldsOf(schema: SchemaNode): Partial<CheckedSchema> {
  const { properties, required, additionalProperties } = schema;
  const needed = (required ?? []).filter((name) => properties?.[name]?.default === undefined);
  const names = properties ? renamed(schema) : [];
  return {
    ...(needed.length > 0 && { required: needed }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [name, checkedSchema(property)]),
      ),
    }),
    ...(additionalProperties !== undefined &&
      additionalProperties !== false && {
        additionalProperties:
          additionalProperties === true ? additionalProperties : checkedSchema(additionalProperties),
      }),
    ...(names.length > 0 && { names: Object.fromEntries(names) }),
  };
}

/** Properties that are not called as their fields are. */
function renamed(schema: SchemaNode): readonly (readonly [property: string, field: string])[] {
  return [...namesIn(schema)].flatMap(([field, property]) =>
    field === property ? [] : [[property, field] as const],
  );
}

/** What the fields of an object are called. Where an object takes fields that its schema does not name, every name could be
 * such a field, so none is changed. */
export function namesIn(schema: SchemaNode): ReadonlyMap<string, string> {
  const fields = Object.keys(schema.properties ?? {});
  return isOpenMap(schema) || schema['x-kubernetes-embedded-resource']
    ? new Map(fields.map((field) => [field, field]))
    : propertyNames(fields);
}

/** Whether an object takes fields that its schema does not name, with any value. */
export function isOpenMap(schema: SchemaNode): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true;
}
