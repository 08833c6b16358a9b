/** Types of lists, and what tells their items apart. */
import type { FieldError } from '../field-error.ts';
import type { SchemaNode } from '../schema-node.ts';
import { forbidden, invalid, notSupported, required } from './said.ts';

const LIST_TYPES = ['atomic', 'set', 'map'];

export function listErrors(schema: SchemaNode, path: string): FieldError[] {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const errors: FieldError[] = [];
  if (listType !== undefined && schema.type !== 'array') {
    const why = 'must be array if x-kubernetes-list-type is specified';
    errors.push(schema.type ? invalid(`${path}.type`, schema.type, why) : required(`${path}.type`, why));
  } else if (listType !== undefined && !LIST_TYPES.includes(listType)) {
    errors.push(notSupported(`${path}.x-kubernetes-list-type`, listType, LIST_TYPES));
  }
  if (keys.length > 0 && listType !== 'map') {
    const why = 'must be map if x-kubernetes-list-map-keys is non-empty';
    errors.push(
      listType === undefined
        ? required(`${path}.x-kubernetes-list-type`, why)
        : invalid(`${path}.x-kubernetes-list-type`, listType, why),
    );
  }
  if (listType === 'map') errors.push(...mapErrors(schema, keys, path));
  if (listType === 'set') errors.push(...setErrors(schema, path));
  return errors;
}

function mapErrors({ items }: SchemaNode, keys: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const field = `${path}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) errors.push(required(field, 'must not be empty if x-kubernetes-list-type is map'));
  if (!items)
    return [...errors, required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map')];
  if (items.type !== 'object') {
    const why = "must be object if parent array's x-kubernetes-list-type is map";
    return [...errors, invalid(`${path}.items.type`, items.type ?? '', why)];
  }
  for (const [i, key] of keys.entries()) {
    const property = items.properties?.[key];
    const at = `${path}.items.properties[${key}]`;
    if (!property) {
      errors.push(invalid(field, keys, 'entries must all be names of item properties'));
      continue;
    }
    if (property.type === 'array' || property.type === 'object')
      errors.push(
        invalid(
          `${at}.type`,
          property.type,
          "must be a scalar type if parent array's x-kubernetes-list-type is map",
        ),
      );
    if (keys.indexOf(key) < i) errors.push(invalid(field, keys, 'must not contain duplicate entries'));
    if (!items.required?.includes(key) && property.default === undefined)
      errors.push(
        required(
          `${at}.default`,
          'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
        ),
      );
    if (property.nullable)
      errors.push(
        forbidden(
          `${at}.nullable`,
          'this property is in x-kubernetes-list-map-keys, so it cannot be nullable',
        ),
      );
  }
  if (items.nullable)
    errors.push(forbidden(`${path}.items.nullable`, 'cannot be nullable when x-kubernetes-list-type is map'));
  return errors;
}

function setErrors({ items }: SchemaNode, path: string): FieldError[] {
  if (!items) return [];
  const errors: FieldError[] = items.nullable
    ? [forbidden(`${path}.items.nullable`, 'cannot be nullable when x-kubernetes-list-type is set')]
    : [];
  const whole = { object: 'x-kubernetes-map-type', array: 'x-kubernetes-list-type' } as const;
  if (items.type !== 'object' && items.type !== 'array') return errors;
  const member = whole[items.type];
  // A list is whole unless it says something else.
  const isWhole = items.type === 'array' && items[member] === undefined;
  if (!isWhole && items[member] !== 'atomic') {
    const why = 'must be atomic as item of a list with x-kubernetes-list-type=set';
    errors.push(invalid(`${path}.items.${member}`, items[member] ?? null, why));
  }
  return errors;
}
