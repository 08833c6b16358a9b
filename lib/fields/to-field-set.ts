import type { JsonValue } from '../objects/index.ts';
import { type FieldSet, FieldSetBuilder } from './field-set.ts';
import { itemsByElement } from './list-items.ts';
import { fieldElement } from './path-element.ts';
import { type ListSchema, type MapSchema, type Schema, schemaOfField, shapeOf } from './schema.ts';
import { fieldsOf, isList, isMap } from './value.ts';

/** The fields and items that a value mentions: what an applier of the value owns. Atomic lists and maps count
 * as one field; items of other lists, and fields that the schema does not name, count themselves beside what
 * is in them. */
export function toFieldSet(value: JsonValue, schema: Schema): FieldSet {
  const root = new FieldSetBuilder();
  collect(value, schema, root);
  return root.build();
}

function collect(value: JsonValue, schema: Schema, at: FieldSetBuilder): void {
  const shape = shapeOf(schema, value);
  if (shape === 'map' && schema.map?.relationship === 'granular') collectMap(value, schema.map, at);
  else if (shape === 'list' && schema.list?.relationship === 'associative')
    collectList(value, schema.list, at);
  else at.insert();
}

function collectList(value: JsonValue, list: ListSchema, at: FieldSetBuilder): void {
  if (!isList(value)) return;
  const items = itemsByElement(list, value);
  const counts = new Map<string, number>();
  for (const { element } of items) counts.set(element.text, (counts.get(element.text) ?? 0) + 1);
  for (const { element, item } of items) {
    const node = at.below(element);
    node.insert();
    // Items with the same key are owned together and as a whole.
    if (counts.get(element.text) === 1) collect(item, list.items, node);
  }
}

function collectMap(value: JsonValue, map: MapSchema, at: FieldSetBuilder): void {
  if (!isMap(value)) return;
  for (const [name, field] of fieldsOf(value)) {
    const node = at.below(fieldElement(name));
    collect(field, schemaOfField(map, name), node);
    const isEmptyMap = isMap(field) && fieldsOf(field).length === 0;
    if (field === null || isEmptyMap || !map.fields.has(name)) node.insert();
  }
}
