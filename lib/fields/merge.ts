/** The typed merge of two objects of a kind. */
import type { JsonValue } from '../objects/index.ts';
import { itemsByElement } from './list-items.ts';
import { type ListSchema, type MapSchema, type Schema, schemaOfField, shapeOf } from './schema.ts';
import { fieldsOf, isList, isMap } from './value.ts';

/** Puts a partial object over another. Nothing is removed; where both have a leaf, or an atomic list or map,
 * the partial object's is kept. Items of associative lists stand in the partial object's order, and those that
 * it does not have stay before the ones that they stood before.
 *
 * Both values have to be valid for the schema.
 * @returns undefined when nothing is left to say, as when an empty map meets one whose fields say nothing */
export function mergeValues(live: JsonValue, partial: JsonValue, schema: Schema): JsonValue | undefined {
  return merge(live, partial, schema);
}

function merge(
  lhs: JsonValue | undefined,
  rhs: JsonValue | undefined,
  schema: Schema,
): JsonValue | undefined {
  const leaf = rhs === undefined ? lhs : rhs;
  switch (shapeOf(schema, leaf)) {
    case 'scalar':
      return leaf;
    case 'list': {
      const left = isList(lhs) ? lhs : [];
      const right = isList(rhs) ? rhs : [];
      // Empty against null is kept apart by treating both as leaves.
      if (schema.list === undefined || schema.list.relationship === 'atomic') return leaf;
      return left.length + right.length === 0 ? leaf : mergeItems(left, right, schema.list);
    }
    case 'map': {
      const left = isMap(lhs) ? fieldsOf(lhs) : [];
      const right = isMap(rhs) ? fieldsOf(rhs) : [];
      if (schema.map === undefined || schema.map.relationship === 'atomic') return leaf;
      return left.length + right.length === 0 ? leaf : mergeFields(left, right, schema.map);
    }
  }
}

type Fields = readonly (readonly [string, JsonValue])[];

function mergeFields(left: Fields, right: Fields, map: MapSchema): JsonValue | undefined {
  const lhs = new Map(left);
  const rhs = new Map(right);
  const merged: [string, JsonValue][] = [];
  for (const name of new Set([...lhs.keys(), ...rhs.keys()])) {
    const value = merge(lhs.get(name), rhs.get(name), schemaOfField(map, name));
    if (value !== undefined) merged.push([name, value]);
  }
  return merged.length === 0 ? undefined : Object.fromEntries(merged);
}

/** Two orders have to be brought together: the live list's and the partial list's. The partial one's wins;
 * items that only the live list has keep their place relative to their live neighbours as far as that allows. */
function mergeItems(
  left: readonly JsonValue[],
  right: readonly JsonValue[],
  list: ListSchema,
): JsonValue | undefined {
  const lhs = itemsByElement(list, left);
  const rhs = itemsByElement(list, right);
  const rhsItems = new Map(rhs.map(({ element, item }) => [element.text, item]));
  const lhsItems = new Map<string, JsonValue>();
  // Which of several live items with the same key a partial item belongs to cannot be said: it belongs to none.
  for (const { element, item } of lhs) lhsItems.set(element.text, lhsItems.has(element.text) ? null : item);

  const merged: JsonValue[] = [];
  const done = new Set<string>();
  const shared = rhs.map(({ element }) => element.text).filter((text) => lhsItems.has(text));
  let nextShared = shared.shift();

  const take = (value: JsonValue | undefined): void => {
    if (value !== undefined) merged.push(value);
  };
  const takeRight = (text: string): void => {
    done.add(text);
    take(merge(lhsItems.get(text), rhsItems.get(text), list.items));
    if (text === nextShared) nextShared = shared.shift();
  };

  let l = 0;
  let r = 0;
  for (;;) {
    const atLeft = lhs[l];
    const atRight = rhs[r];
    if (atLeft === undefined && atRight === undefined) break;
    if (atLeft !== undefined && !rhsItems.has(atLeft.element.text)) {
      take(merge(atLeft.item, undefined, list.items));
      l++;
      continue;
    }
    if (atLeft !== undefined && atRight !== undefined) {
      if (atLeft.element.text === atRight.element.text) {
        takeRight(atRight.element.text);
        l++;
        r++;
        continue;
      }
      if (nextShared !== undefined && atLeft.element.text !== nextShared) {
        l++; // shared, but its turn comes later, or was before
        continue;
      }
    }
    if (atLeft !== undefined && done.has(atLeft.element.text)) l++;
    if (atRight !== undefined) {
      takeRight(atRight.element.text);
      r++;
    }
  }
  return merged.length === 0 ? undefined : merged;
}
