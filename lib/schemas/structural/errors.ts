/** Validation of custom resources by their schema; the wording is that of kube-openapi's validator. */
import { javaScriptPattern } from '../../expressions/index.ts';
import type { FieldError } from './field-error.ts';
import { hasFormat } from './formats.ts';
import type { SchemaNode } from './schema-node.ts';

/** Everything that is wrong with a value.
 * @param path of the value; empty for the object itself */
export function schemaErrors(schema: SchemaNode, value: unknown, path: string): FieldError[] {
  if (value === null && schema.nullable) return [];
  if (schema['x-kubernetes-int-or-string']) {
    return typeof value === 'string' || Number.isInteger(value)
      ? []
      : [typeError(path, 'integer,string', value)];
  }
  if (schema.type !== undefined && !hasType(value, schema.type)) return [typeError(path, schema.type, value)];
  return [
    ...enumErrors(schema, value, path),
    ...(typeof value === 'string' ? stringErrors(schema, value, path) : []),
    ...(typeof value === 'number' ? numberErrors(schema, value, path) : []),
    ...(Array.isArray(value) ? arrayErrors(schema, value, path) : []),
    ...(typeof value === 'object' && value !== null && !Array.isArray(value)
      ? objectErrors(schema, value as Readonly<Record<string, unknown>>, path) // a JSON object
      : []),
    ...combinationErrors(schema, value, path),
  ];
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function shown(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? JSON.stringify(jsonType(value))
    : JSON.stringify(value);
}

function typeError(path: string, type: string, value: unknown): FieldError {
  return {
    type: 'FieldValueTypeInvalid',
    field: path,
    message: `Invalid value: ${JSON.stringify(jsonType(value))}: ${path} in body must be of type ${type}: ${JSON.stringify(jsonType(value))}`,
  };
}

function invalidValue(path: string, value: unknown, why: string): FieldError {
  return {
    type: 'FieldValueInvalid',
    field: path,
    message: `Invalid value: ${shown(value)}: ${path} in body ${why}`,
  };
}

function enumErrors(schema: SchemaNode, value: unknown, path: string): FieldError[] {
  if (!schema.enum || schema.enum.includes(value)) return [];
  return [
    {
      type: 'FieldValueNotSupported',
      field: path,
      message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${schema.enum.map((item) => JSON.stringify(item)).join(', ')}`,
    },
  ];
}

function stringErrors(schema: SchemaNode, value: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    errors.push({
      type: 'FieldValueTooLong',
      field: path,
      message: `Too long: may not be more than ${schema.maxLength} bytes`,
    });
  }
  if (schema.minLength !== undefined && length < schema.minLength) {
    errors.push(invalidValue(path, value, `should be at least ${schema.minLength} chars long`));
  }
  if (schema.pattern !== undefined && patternOf(schema.pattern)?.test(value) === false) {
    errors.push(invalidValue(path, value, `should match '${schema.pattern}'`));
  }
  if (schema.format !== undefined && !hasFormat(schema.format, value)) {
    const why = `must be of type ${schema.format}: ${JSON.stringify(value)}`;
    errors.push({ ...invalidValue(path, value, why), type: 'FieldValueTypeInvalid' });
  }
  return errors;
}

const patterns = new Map<string, RegExp | undefined>();

/** Patterns are those of Go's regexp; undefined for one that JavaScript has nothing like: then nothing is said of it. */
function patternOf(pattern: string): RegExp | undefined {
  if (!patterns.has(pattern)) {
    const source = javaScriptPattern(pattern);
    patterns.set(pattern, source === undefined ? undefined : new RegExp(source, 'u'));
  }
  return patterns.get(pattern);
}

function numberErrors(schema: SchemaNode, value: number, path: string): FieldError[] {
  const { minimum, maximum, multipleOf } = schema;
  const errors: FieldError[] = [];
  if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum)) {
    errors.push(
      invalidValue(
        path,
        value,
        `should be less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${maximum}`,
      ),
    );
  }
  if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum)) {
    errors.push(
      invalidValue(
        path,
        value,
        `should be greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${minimum}`,
      ),
    );
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    errors.push(invalidValue(path, value, `should be a multiple of ${multipleOf}`));
  }
  return errors;
}

function arrayErrors(schema: SchemaNode, value: readonly unknown[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    errors.push({
      type: 'FieldValueTooMany',
      field: path,
      message: `Too many: ${value.length}: must have at most ${schema.maxItems} items`,
    });
  }
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    errors.push(invalidValue(path, value.length, `should have at least ${schema.minItems} items`));
  }
  errors.push(...duplicateErrors(schema, value, path));
  const items = schema.items;
  if (items) errors.push(...value.flatMap((item, i) => schemaErrors(items, item, `${path}[${i}]`)));
  return errors;
}

/** Items of a set, or keys of a map list, must be unique. */
function duplicateErrors(schema: SchemaNode, value: readonly unknown[], path: string): FieldError[] {
  const keys = schema['x-kubernetes-list-map-keys'];
  const identity = (item: unknown): string => {
    if (schema['x-kubernetes-list-type'] !== 'map' || !keys) return JSON.stringify(item);
    const fields = item as Readonly<Record<string, unknown>> | null; // items of a map list are objects; their type is checked with them
    return JSON.stringify(
      Object.fromEntries(keys.map((key) => [key, fields?.[key] ?? schema.items?.properties?.[key]?.default])),
    );
  };
  if (schema['x-kubernetes-list-type'] !== 'set' && schema['x-kubernetes-list-type'] !== 'map') return [];
  const seen = new Set<string>();
  return value.flatMap((item, i): FieldError[] => {
    const id = identity(item);
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [{ type: 'FieldValueDuplicate', field: `${path}[${i}]`, message: `Duplicate value: ${id}` }];
  });
}

function objectErrors(
  schema: SchemaNode,
  value: Readonly<Record<string, unknown>>,
  path: string,
): FieldError[] {
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  const missing = (schema.required ?? [])
    .filter(
      (name) =>
        own(value, name) === undefined && !(path === '' && ['metadata', 'kind', 'apiVersion'].includes(name)),
    )
    .map((name): FieldError => ({ type: 'FieldValueRequired', field: at(name), message: 'Required value' }));
  const size = Object.keys(value).length;
  const limits =
    schema.maxProperties !== undefined && size > schema.maxProperties
      ? [
          {
            type: 'FieldValueTooMany',
            field: path,
            message: `Too many: ${size}: must have at most ${schema.maxProperties} items`,
          } as const,
        ]
      : schema.minProperties !== undefined && size < schema.minProperties
        ? [invalidValue(path, value, `should have at least ${schema.minProperties} properties`)]
        : [];
  const inside = Object.entries(value).flatMap(([name, field]) => {
    const property =
      own(schema.properties, name) ??
      (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined);
    return property && field !== undefined ? schemaErrors(property, field, at(name)) : [];
  });
  return [...missing, ...limits, ...inside];
}

/** The member itself, and none that every object has, such as `constructor`. */
function own<T>(members: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return members && Object.hasOwn(members, name) ? members[name] : undefined;
}

function combinationErrors(schema: SchemaNode, value: unknown, path: string): FieldError[] {
  const matches = (branch: SchemaNode) => schemaErrors(branch, value, path).length === 0;
  const errors: FieldError[] = [];
  if (schema.allOf) errors.push(...schema.allOf.flatMap((branch) => schemaErrors(branch, value, path)));
  if (schema.anyOf && !schema.anyOf.some(matches)) {
    errors.push(invalidValue(path, value, 'must validate at least one schema (anyOf)'));
  }
  if (schema.oneOf && schema.oneOf.filter(matches).length !== 1) {
    errors.push(invalidValue(path, value, 'must validate one and only one schema (oneOf)'));
  }
  if (schema.not && matches(schema.not))
    errors.push(invalidValue(path, value, 'must not validate the schema (not)'));
  return errors;
}
