import type { JsonValue } from '../objects/index.ts';
import { itemElement } from './list-items.ts';
import type { FieldPath } from './path.ts';
import { DEDUCED, type Schema, schemaOfField } from './schema.ts';
import { fieldOf, isList, isMap } from './value.ts';

/** What an object holds at a path; undefined when there is nothing. Of several items with the same key, the
 * first. */
export function valueAt(value: JsonValue, path: FieldPath, schema: Schema): JsonValue | undefined {
  const [element, ...rest] = path;
  if (element === undefined) return value;
  if (element.type === 'field') {
    const field = isMap(value) ? fieldOf(value, element.name) : undefined;
    if (field === undefined) return undefined;
    return valueAt(field, rest, schema.map === undefined ? DEDUCED : schemaOfField(schema.map, element.name));
  }
  const { list } = schema;
  if (!isList(value) || list === undefined) return undefined;
  const item =
    element.type === 'index'
      ? value[element.index]
      : value.find((candidate) => {
          const found = itemElement(list, candidate);
          return !('problem' in found) && found.text === element.text;
        });
  return item === undefined ? undefined : valueAt(item, rest, list.items);
}
