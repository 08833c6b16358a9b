/** Reads `metadata.managedFields`: which fields of an object somebody holds. No schema is needed: the entry
 * itself says whether a list is held as a whole, item by item, or by key.
 *
 * The format is structured-merge-diff's "FieldsV1": `f:<name>` a field, `k:{…}` an item of a list by its key
 * fields, `v:<value>` an item of a set, `.` the thing itself, and `{}` a leaf: everything below is held as one. */
import type { JsonObject, JsonValue, ManagedFieldsEntry, ObjectMeta } from '../objects/index.ts';
import { canonicalJson, FIELD_MANAGER } from '../objects/index.ts';
import type { FieldPath, PathStep } from './field-path.ts';
import { isMap, isWithin, itemMatches } from './field-path.ts';

/** What we applied last, as the server keeps it. undefined when the object is not ours, or somebody reset the entry. */
export function ownEntry(metadata: ObjectMeta): ManagedFieldsEntry | undefined {
  return metadata.managedFields?.find(
    (entry) => entry.manager === FIELD_MANAGER && entry.operation === 'Apply' && !entry.subresource,
  );
}

/** Entries of everybody else; to the API server that is also what was written under our name by other means. */
export function foreignEntries(metadata: ObjectMeta): readonly ManagedFieldsEntry[] {
  const own = ownEntry(metadata);
  return (metadata.managedFields ?? []).filter((entry) => entry !== own);
}

/** The API server takes these out of every applied configuration, so no entry ever holds them. */
export const NEVER_HELD: ReadonlySet<string> = new Set([
  'apiVersion',
  'kind',
  'status',
  'metadata.name',
  'metadata.namespace',
  'metadata.creationTimestamp',
  'metadata.generation',
  'metadata.managedFields',
  'metadata.resourceVersion',
  'metadata.selfLink',
  'metadata.uid',
]);

/** The fields of an object, paired with what an entry says about them. Nulls are no fields. */
function* fieldsOf(
  value: JsonObject,
  node: JsonObject | undefined,
  path: FieldPath,
): Generator<{ child: JsonValue; below: JsonObject | undefined; path: FieldPath }> {
  for (const [field, child] of Object.entries(value)) {
    if (child === undefined || child === null) continue;
    const here = [...path, { field }];
    if (here.length <= 2 && NEVER_HELD.has(here.map((step) => ('field' in step ? step.field : '')).join('.')))
      continue;
    yield { child, below: childOf(node, `f:${field}`), path: here };
  }
}

/** Where an object has something that an entry does not hold: scalars, lists, empty maps; items of lists as far as
 * the entry holds them one by one. Empty: everything that was applied is still held. */
export function missingFields(object: JsonObject, fieldsV1: JsonObject): readonly FieldPath[] {
  const missing: FieldPath[] = [];
  const visit = (value: JsonValue, node: JsonObject | undefined, path: FieldPath): void => {
    if (node !== undefined && isLeaf(node)) return;
    if (Array.isArray(value)) {
      if (node === undefined) missing.push(path);
      else for (const item of value) visitItem(item, node, path);
    } else if (isMap(value) && Object.keys(value).length > 0) {
      for (const field of fieldsOf(value, node, path)) visit(field.child, field.below, field.path);
    } else if (node === undefined) {
      missing.push(path);
    }
  };
  const visitItem = (item: JsonValue, node: JsonObject, path: FieldPath): void => {
    const held = itemOf(node, item);
    if (!held) missing.push([...path, { item }]);
    else if (isMap(item)) visit(item, held.node, [...path, held.step]);
  };
  for (const field of fieldsOf(object, fieldsV1, [])) visit(field.child, field.below, field.path);
  return missing;
}

/** What an entry holds of the fields that an object has, as deep as the entry goes. */
export function heldFields(object: JsonObject, fieldsV1: JsonObject): readonly FieldPath[] {
  const held: FieldPath[] = [];
  const visit = (value: JsonValue, node: JsonObject | undefined, path: FieldPath): void => {
    if (node === undefined) return;
    if (isLeaf(node)) held.push(path);
    else if (Array.isArray(value)) {
      for (const item of value) {
        const found = itemOf(node, item);
        if (found) visit(item, found.node, [...path, found.step]);
      }
    } else if (isMap(value)) {
      for (const field of fieldsOf(value, node, path)) visit(field.child, field.below, field.path);
    } else held.push(path);
  };
  for (const field of fieldsOf(object, fieldsV1, [])) visit(field.child, field.below, field.path);
  return held;
}

/** The fields of an object that could be held: scalars, lists, empty maps. */
export function leafPaths(object: JsonObject): readonly FieldPath[] {
  return missingFields(object, {});
}

/** How many things an entry holds one by one. */
export function countLeaves(fieldsV1: JsonObject): number {
  let count = 0;
  for (const child of Object.values(fieldsV1)) {
    if (isMap(child)) count += isLeaf(child) ? 1 : countLeaves(child);
  }
  return count;
}

/** Whether an entry holds the value at a path, or something that it is part of. */
export function holds(fieldsV1: JsonObject, path: FieldPath): boolean {
  let node: JsonObject | undefined = fieldsV1;
  for (const [depth, step] of path.entries()) {
    if (depth > 0 && isLeaf(node)) return true;
    node = stepInto(node, step);
    if (node === undefined) return false;
  }
  return true;
}

/** Whether two paths lead to the same value, or one into the other. */
export function overlap(a: FieldPath, b: FieldPath): boolean {
  return isWithin(a, b) || isWithin(b, a);
}

function stepInto(node: JsonObject, step: PathStep): JsonObject | undefined {
  if ('field' in step) return childOf(node, `f:${step.field}`);
  if ('item' in step) return itemOf(node, step.item)?.node;
  if ('value' in step) return itemOf(node, step.value)?.node;
  const wanted = canonicalJson(step.key);
  for (const [name, child] of Object.entries(node)) {
    if (name.startsWith('k:') && isMap(child) && canonicalJson(keyIn(name)) === wanted) return child;
  }
  return undefined;
}

/** The item of a held list that is this item: the same value, or one whose key fields agree. A key field that was
 * not written has been set by the server to its default (a port's protocol). */
function itemOf(node: JsonObject, item: JsonValue): { node: JsonObject; step: PathStep } | undefined {
  for (const [name, child] of Object.entries(node)) {
    if (!isMap(child)) continue;
    if (name.startsWith('k:')) {
      const key = keyIn(name);
      if (itemMatches({ key }, item)) return { node: child, step: { key } };
    } else if (name.startsWith('v:') && canonicalJson(JSON.parse(name.slice(2))) === canonicalJson(item)) {
      return { node: child, step: { value: item } };
    }
  }
  return undefined;
}

function keyIn(name: string): JsonObject {
  return JSON.parse(name.slice(2)) as JsonObject; // the server writes an object after "k:"
}

function childOf(node: JsonObject | undefined, name: string): JsonObject | undefined {
  const child = node !== undefined && Object.hasOwn(node, name) ? node[name] : undefined;
  return child !== undefined && isMap(child) ? child : undefined;
}

function isLeaf(node: JsonObject): boolean {
  for (const name in node) if (name !== '.') return false;
  return true;
}
