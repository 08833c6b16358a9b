/** Paths into objects, as people write them (`spec.containers[name=web].image`) and as managedFields know them. */
import type { JsonObject, JsonValue } from '../objects/index.ts';
import { canonicalJson } from '../objects/index.ts';

/** One step: to a field of an object, or to an item of a list: by its key fields, by its value (in a set), or,
 * where nobody told what the keys are, by the item itself. */
export type PathStep =
  | { readonly field: string }
  | { readonly key: JsonObject }
  | { readonly value: JsonValue }
  | { readonly item: JsonValue };
export type FieldPath = readonly PathStep[];

export function isMap(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads what fixed field names lead to: `fieldOf(object, 'spec', 'template')`. */
export function fieldOf(value: JsonValue | undefined, ...fields: readonly string[]): JsonValue | undefined {
  let found = value;
  for (const field of fields) {
    found = isMap(found) && Object.hasOwn(found, field) ? found[field] : undefined;
  }
  return found;
}

/** The objects in the list that fixed field names lead to; none when there is no list. */
export function itemsOf(value: JsonValue | undefined, ...fields: readonly string[]): readonly JsonObject[] {
  const list = fieldOf(value, ...fields);
  return Array.isArray(list) ? list.filter(isMap) : [];
}

export function stringOf(value: JsonValue | undefined, ...fields: readonly string[]): string | undefined {
  const found = fieldOf(value, ...fields);
  return typeof found === 'string' ? found : undefined;
}

export function numberOf(value: JsonValue | undefined, ...fields: readonly string[]): number | undefined {
  const found = fieldOf(value, ...fields);
  return typeof found === 'number' ? found : undefined;
}

/** undefined when there is nothing at the path. */
export function valueAt(object: JsonValue, path: FieldPath): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const step of path) {
    if ('field' in step) value = fieldOf(value, step.field);
    else value = Array.isArray(value) ? value.find((item) => itemMatches(step, item)) : undefined;
    if (value === undefined) return undefined;
  }
  return value;
}

/** A copy of an object without what is at some paths, and without the maps that became empty by that. */
export function without(object: JsonObject, paths: readonly FieldPath[]): JsonObject {
  return paths.reduce<JsonObject>((rest, path) => (removeAt(rest, path) ?? {}) as JsonObject, object);
}

function removeAt(value: JsonValue, path: FieldPath): JsonValue | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return undefined;
  if ('field' in step) {
    if (!isMap(value)) return value;
    const { [step.field]: child, ...others } = value;
    const kept = child === undefined ? undefined : removeAt(child, rest);
    if (kept !== undefined) return { ...others, [step.field]: kept };
    return Object.keys(others).length > 0 ? others : undefined;
  }
  if (!Array.isArray(value)) return value;
  const kept = value.flatMap((item) => {
    if (!itemMatches(step, item)) return [item];
    const left = removeAt(item, rest);
    return left === undefined ? [] : [left];
  });
  return kept.length > 0 ? kept : undefined;
}

/** A copy of an object with another value at a path; unchanged where there is nothing yet. */
export function replacedAt(object: JsonObject, path: FieldPath, value: JsonValue): JsonObject {
  const visit = (here: JsonValue, [step, ...rest]: FieldPath): JsonValue => {
    if (step === undefined) return value;
    if ('field' in step) {
      const child = isMap(here) ? here[step.field] : undefined;
      return child === undefined ? here : { ...(here as JsonObject), [step.field]: visit(child, rest) };
    }
    if (!Array.isArray(here)) return here;
    return here.map((item) => (itemMatches(step, item) ? visit(item, rest) : item));
  };
  return visit(object, path) as JsonObject; // only an empty path leads to something that is no object
}

/** Whether a step leads to this item. A key field that the item does not write is its default. */
export function itemMatches(step: PathStep, item: JsonValue): boolean {
  if ('key' in step) {
    if (!isMap(item)) return false;
    let agreeing = 0;
    for (const [field, value] of Object.entries(step.key)) {
      if (item[field] === undefined) continue;
      if (value === undefined || canonicalJson(item[field]) !== canonicalJson(value)) return false;
      agreeing += 1;
    }
    return agreeing > 0;
  }
  if ('value' in step) return canonicalJson(step.value) === canonicalJson(item);
  return 'item' in step && canonicalJson(step.item) === canonicalJson(item);
}

/** Whether a path leads into what another leads to (or to the same). */
export function isWithin(path: FieldPath, outer: FieldPath): boolean {
  return outer.length <= path.length && outer.every((step, depth) => sameStep(step, path[depth]!));
}

function sameStep(a: PathStep, b: PathStep): boolean {
  if ('field' in a || 'field' in b) return 'field' in a && 'field' in b && a.field === b.field;
  if ('item' in a) return itemMatches(b, a.item);
  if ('item' in b) return itemMatches(a, b.item);
  return canonicalJson('key' in a ? a.key : a.value) === canonicalJson('key' in b ? b.key : b.value);
}

/** `spec.template.spec.containers[name=web].image`. */
export function formatPath(path: FieldPath): string {
  let text = '';
  for (const step of path) {
    if ('field' in step) text += formatField(step.field, text === '');
    else
      text += `[${'key' in step ? formatItemKey(step.key) : `=${JSON.stringify('value' in step ? step.value : step.item)}`}]`;
  }
  return text;
}

/** Names with dots or other odd characters are quoted: `metadata.labels["example.com/tier"]`. */
function formatField(field: string, first: boolean): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(field)) return `[${JSON.stringify(field)}]`;
  return first ? field : `.${field}`;
}

function formatItemKey(key: JsonObject): string {
  return Object.entries(key)
    .map(([field, value]) => `${field}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(',');
}
