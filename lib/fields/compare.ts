/** What changed between two objects of a kind, as field sets. */
import type { JsonValue } from '../objects/index.ts';
import { FieldSet } from './field-set.ts';
import { itemsByElement } from './list-items.ts';
import { fieldElement, type PathElement } from './path-element.ts';
import {
  type ListSchema,
  type MapSchema,
  type Schema,
  type Shape,
  schemaOfField,
  shapeOf,
} from './schema.ts';
import { equalValues, fieldsOf, isList, isMap } from './value.ts';

/** No path is in two of the sets. All empty: the objects are equal. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Both values have to be valid for the schema. */
export function compareValuesBySchema(before: JsonValue, after: JsonValue, schema: Schema): Comparison {
  const root = new ChangeNode();
  compare(before, after, schema, root);
  return { added: root.paths('added'), modified: root.paths('modified'), removed: root.paths('removed') };
}

export function isSame({ added, modified, removed }: Comparison): boolean {
  return added.isEmpty() && modified.isEmpty() && removed.isEmpty();
}

export function filterComparison(
  { added, modified, removed }: Comparison,
  filter: (fields: FieldSet) => FieldSet,
): Comparison {
  return { added: filter(added), modified: filter(modified), removed: filter(removed) };
}

type Change = keyof Comparison;

class ChangeNode {
  readonly #changes = new Set<Change>();
  readonly #below = new Map<string, { readonly element: PathElement; readonly node: ChangeNode }>();

  mark(change: Change): void {
    this.#changes.add(change);
  }

  below(element: PathElement): ChangeNode {
    const found = this.#below.get(element.text);
    if (found !== undefined) return found.node;
    const node = new ChangeNode();
    this.#below.set(element.text, { element, node });
    return node;
  }

  paths(change: Change): FieldSet {
    return FieldSet.from(
      [...this.#below.values()].map(({ element, node }) => ({
        element,
        member: node.#changes.has(change),
        below: node.paths(change),
      })),
    );
  }
}

/** One of the values may be undefined: the field is not there. */
function compare(
  lhs: JsonValue | undefined,
  rhs: JsonValue | undefined,
  schema: Schema,
  at: ChangeNode,
): void {
  if (lhs === undefined && rhs === undefined) return;
  let leaf = false;
  for (const shape of shapesOf(lhs, rhs, schema)) leaf = compareAs(shape, lhs, rhs, schema, at);
  if (leaf) return;
  if (lhs === undefined) at.mark('added');
  else if (rhs === undefined) at.mark('removed');
}

/** Untyped values can change their shape: then the fields of the one go and those of the other come. */
function shapesOf(lhs: JsonValue | undefined, rhs: JsonValue | undefined, schema: Schema): readonly Shape[] {
  if (rhs === undefined) return [shapeOf(schema, lhs)];
  const right = shapeOf(schema, rhs);
  if (lhs === undefined) return [right];
  const left = shapeOf(schema, lhs);
  return left === right ? [right] : [left, right];
}

/** @returns whether the value counts as a leaf, and so is already marked */
function compareAs(
  shape: Shape,
  lhs: JsonValue | undefined,
  rhs: JsonValue | undefined,
  schema: Schema,
  at: ChangeNode,
): boolean {
  if (shape === 'list' && schema.list !== undefined) {
    const left = isList(lhs) ? lhs : [];
    const right = isList(rhs) ? rhs : [];
    if (schema.list.relationship === 'associative' && left.length + right.length > 0) {
      compareItems(left, right, schema.list, at);
      return false;
    }
  }
  if (shape === 'map' && schema.map !== undefined) {
    const left = isMap(lhs) ? fieldsOf(lhs) : [];
    const right = isMap(rhs) ? fieldsOf(rhs) : [];
    if (schema.map.relationship === 'granular' && left.length + right.length > 0) {
      compareFields(new Map(left), new Map(right), schema.map, at);
      return false;
    }
  }
  if (lhs === undefined) at.mark('added');
  else if (rhs === undefined) at.mark('removed');
  else if (!equalValues(lhs, rhs)) at.mark('modified');
  return true;
}

function compareFields(
  left: ReadonlyMap<string, JsonValue>,
  right: ReadonlyMap<string, JsonValue>,
  map: MapSchema,
  at: ChangeNode,
): void {
  for (const name of new Set([...left.keys(), ...right.keys()]))
    compare(left.get(name), right.get(name), schemaOfField(map, name), at.below(fieldElement(name)));
}

function compareItems(
  left: readonly JsonValue[],
  right: readonly JsonValue[],
  list: ListSchema,
  at: ChangeNode,
): void {
  const lhs = groupItems(list, left);
  const rhs = groupItems(list, right);
  for (const [text, { element }] of new Map([...lhs, ...rhs])) {
    const before = lhs.get(text)?.items ?? [];
    const after = rhs.get(text)?.items ?? [];
    const node = at.below(element);
    if (before.length <= 1 && after.length <= 1) {
      compare(before[0], after[0], list.items, node);
    } else if (before.length > 1 && after.length > 1) {
      // Items with the same key are compared, as they are owned, together and as a whole.
      if (!equalValues(before, after)) node.mark('modified');
    } else if (before.length > 1) {
      if (after[0] !== undefined) compare(undefined, after[0], list.items, node);
      node.mark('removed');
    } else {
      if (before[0] !== undefined) compare(before[0], undefined, list.items, node);
      node.mark('added');
    }
  }
}

function groupItems(
  list: ListSchema,
  items: readonly JsonValue[],
): ReadonlyMap<string, { readonly element: PathElement; readonly items: readonly JsonValue[] }> {
  const groups = new Map<string, { readonly element: PathElement; readonly items: JsonValue[] }>();
  for (const { element, item } of itemsByElement(list, items)) {
    const group = groups.get(element.text);
    if (group === undefined) groups.set(element.text, { element, items: [item] });
    else group.items.push(item);
  }
  return groups;
}
