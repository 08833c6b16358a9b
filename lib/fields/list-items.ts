import type { JsonValue } from '../objects/index.ts';
import { keyElement, type PathElement, valueElement } from './path-element.ts';
import type { ListSchema } from './schema.ts';
import { fieldOf, isList, isMap } from './value.ts';

/** What tells an item of an associative list from the others, or why nothing does. A key field that the item
 * leaves out has its default; without a default it is no part of the key. */
export function itemElement(list: ListSchema, item: JsonValue): PathElement | { readonly problem: string } {
  return list.keys.length === 0 ? setItemElement(item) : keyedItemElement(list, item);
}

function setItemElement(item: JsonValue): ReturnType<typeof itemElement> {
  if (isMap(item)) return { problem: "associative list without keys has an element that's a map type" };
  if (isList(item)) return { problem: 'not supported: associative list with lists as elements' };
  if (item === null)
    return { problem: "associative list without keys has an element that's an explicit null" };
  return valueElement(item);
}

function keyedItemElement(list: ListSchema, item: JsonValue): ReturnType<typeof itemElement> {
  if (item === null) return { problem: 'associative list with keys may not have a null element' };
  if (!isMap(item)) return { problem: 'associative list with keys may not have non-map elements' };
  const defaults = list.items.map?.fields;
  const fields = list.keys.flatMap((key): [string, JsonValue][] => {
    const own = fieldOf(item, key);
    const value = own === undefined ? defaults?.get(key)?.default : own;
    return value === undefined ? [] : [[key, value]];
  });
  if (fields.length === 0) {
    const keys = list.keys.map((key) => JSON.stringify(key)).join(' ');
    return {
      problem: `associative list with keys has an element that omits all key fields [${keys}] (and doesn't have default values for any key fields)`,
    };
  }
  return keyElement(Object.fromEntries(fields));
}

/** The items of an associative list with their elements; items that nothing tells apart are left out. */
export function itemsByElement(
  list: ListSchema,
  items: readonly JsonValue[],
): readonly { readonly element: PathElement; readonly item: JsonValue }[] {
  return items.flatMap((item) => {
    const element = itemElement(list, item);
    return 'problem' in element ? [] : [{ element, item }];
  });
}
