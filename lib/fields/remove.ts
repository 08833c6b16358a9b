/** Taking a field set's fields out of a value, or everything else. */
import type { JsonValue } from '../objects/index.ts';
import { FieldSet } from './field-set.ts';
import { itemElement } from './list-items.ts';
import { fieldElement, type PathElement } from './path-element.ts';
import { type ListSchema, type MapSchema, type Schema, schemaOfField, shapeOf } from './schema.ts';
import { toFieldSet } from './to-field-set.ts';
import { fieldsOf, isList, isMap } from './value.ts';

/** The value without the fields and items of the set. A list or map of which nothing is left becomes null. */
export function removeItems(value: JsonValue, set: FieldSet, schema: Schema): JsonValue {
  switch (shapeOf(schema, value)) {
    case 'scalar':
      return value;
    case 'list':
      return isList(value) && schema.list !== undefined ? removeFromList(value, set, schema.list) : null;
    case 'map':
      return isMap(value) && schema.map !== undefined
        ? removeFromMap(fieldsOf(value), set, schema.map)
        : null;
  }
}

function removeFromList(items: readonly JsonValue[], set: FieldSet, list: ListSchema): JsonValue {
  if (list.relationship === 'atomic') return null;
  const kept = items.flatMap((item) => {
    const element = itemElement(list, item);
    if ('problem' in element) return [item];
    if (set.hasElement(element)) return [];
    const below = set.below(element);
    return [below.isEmpty() ? item : removeItems(item, below, list.items)];
  });
  return kept.length === 0 ? null : kept;
}

function removeFromMap(fields: Fields, set: FieldSet, map: MapSchema): JsonValue {
  if (map.relationship === 'atomic') return null;
  const kept = fields.flatMap(([name, field]): [string, JsonValue][] => {
    const element = fieldElement(name);
    if (set.hasElement(element)) return [];
    const below = set.below(element);
    return [[name, below.isEmpty() ? field : removeItems(field, below, schemaOfField(map, name))]];
  });
  return kept.length === 0 ? null : Object.fromEntries(kept);
}

export interface ExtractOptions {
  /** Adds the key fields of every list item on the way, so that the result can be applied again. */
  readonly withKeys?: boolean;
}

/** The value with nothing but the fields and items of the set: what a manager would have to apply to own them. */
export function extractItems(
  value: JsonValue,
  set: FieldSet,
  schema: Schema,
  options: ExtractOptions = {},
): JsonValue {
  return extract(
    value,
    options.withKeys === true ? withKeyFields(set, toFieldSet(value, schema)) : set,
    schema,
  );
}

/** The set and, for every member that the value has, the key fields of the items that it lies in. */
function withKeyFields(set: FieldSet, present: FieldSet): FieldSet {
  return FieldSet.from(
    set.entries().map(({ element, member, below }) => {
      const there = present.below(element);
      const inner = withKeyFields(below, there);
      const touched = (member && present.hasElement(element)) || !below.intersection(there).isEmpty();
      return { element, member, below: touched ? inner.union(keyFields(element)) : inner };
    }),
  );
}

function keyFields(element: PathElement): FieldSet {
  return element.type === 'key'
    ? FieldSet.of(...element.fields.map(([name]) => [fieldElement(name)]))
    : FieldSet.empty;
}

function extract(value: JsonValue, set: FieldSet, schema: Schema): JsonValue {
  switch (shapeOf(schema, value)) {
    case 'scalar':
      return value;
    case 'list':
      return isList(value) && schema.list !== undefined ? extractFromList(value, set, schema.list) : null;
    case 'map':
      return isMap(value) && schema.map !== undefined ? extractFromMap(value, set, schema.map) : null;
  }
}

function extractFromList(items: readonly JsonValue[], set: FieldSet, list: ListSchema): JsonValue {
  if (items.length === 0 || list.relationship === 'atomic') return items;
  const kept = items.flatMap((item) => {
    const element = itemElement(list, item);
    if ('problem' in element) return [];
    const below = set.below(element);
    if (!below.isEmpty()) return [extract(item, below, list.items)];
    return set.hasElement(element) ? [item] : [];
  });
  return kept.length === 0 ? null : kept;
}

type Fields = readonly (readonly [string, JsonValue])[];

function extractFromMap(value: JsonValue, set: FieldSet, map: MapSchema): JsonValue {
  const fields = isMap(value) ? fieldsOf(value) : [];
  if (fields.length === 0 || map.relationship === 'atomic') return value;
  const kept = fields.flatMap(([name, field]): [string, JsonValue][] => {
    const element = fieldElement(name);
    const below = set.below(element);
    if (!below.isEmpty()) return [[name, extract(field, below, schemaOfField(map, name))]];
    return set.hasElement(element) ? [[name, field]] : [];
  });
  return kept.length === 0 ? null : Object.fromEntries(kept);
}
