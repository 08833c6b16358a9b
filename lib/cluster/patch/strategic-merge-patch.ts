/** Strategic merge patch (apimachinery, util/strategicpatch): a merge patch in which lists are merged by key where
 * the schema says so, with the directives `$patch`, `$deleteFromPrimitiveList/x`, `$setElementOrder/x`, `$retainKeys`. */
import { deepEqual } from '../deep-equal.ts';
import type { SchemaNode, SchemaResolver } from '../openapi/schema.ts';
import { badRequest } from '../status.ts';

type Fields = Readonly<Record<string, unknown>>;

const DELETE_FROM = '$deleteFromPrimitiveList/';
const SET_ORDER = '$setElementOrder/';
const RETAIN_KEYS = '$retainKeys';

/** @returns the patched object; neither argument is changed
 * @throws ApiError 400 when the patch is malformed */
export function strategicMergePatch(
  resolver: SchemaResolver,
  schema: SchemaNode,
  original: Fields,
  patch: Fields,
): Fields {
  return mergeObject(resolver, schema, original, patch) ?? {};
}

function mergeObject(
  resolver: SchemaResolver,
  schema: SchemaNode | undefined,
  original: Fields,
  patch: Fields,
): Fields | undefined {
  if (patch.$patch === 'delete') return undefined;
  const { $patch: directive, ...changes } = patch;
  if (directive === 'replace') return withoutDirectives(changes);
  const result: Record<string, unknown> = retained(original, changes[RETAIN_KEYS]);
  for (const [name, value] of Object.entries(changes)) {
    if (name === RETAIN_KEYS || name.startsWith(SET_ORDER)) continue;
    if (name.startsWith(DELETE_FROM)) {
      const field = name.slice(DELETE_FROM.length);
      result[field] = without(result[field], value);
      continue;
    }
    const property = schema && resolver.property(schema, name);
    const merged = value === null ? undefined : mergeValue(resolver, property, result[name], value);
    if (merged === undefined) delete result[name];
    else result[name] = merged;
  }
  for (const [name, order] of Object.entries(changes)) {
    if (!name.startsWith(SET_ORDER) || !Array.isArray(order)) continue;
    const field = name.slice(SET_ORDER.length);
    const property = schema && resolver.property(schema, field);
    const merged = result[field];
    if (!Array.isArray(merged)) continue;
    const before = original[field];
    result[field] = arrange(
      merged,
      order,
      Array.isArray(before) ? before : [],
      property?.['x-kubernetes-patch-merge-key'],
    );
  }
  return result;
}

function retained(original: Fields, keys: unknown): Record<string, unknown> {
  if (!Array.isArray(keys)) return { ...original };
  return Object.fromEntries(Object.entries(original).filter(([name]) => keys.includes(name)));
}

function without(list: unknown, removed: unknown): unknown {
  if (!Array.isArray(list) || !Array.isArray(removed)) return list;
  return list.filter((item) => !removed.includes(item));
}

function mergeValue(
  resolver: SchemaResolver,
  schema: SchemaNode | undefined,
  original: unknown,
  patch: unknown,
): unknown {
  if (Array.isArray(patch)) return mergeList(resolver, schema, original, patch);
  if (typeof patch !== 'object' || patch === null) return patch;
  const replaces = strategies(schema).includes('replace');
  const base = isObject(original) && !replaces ? original : {};
  return mergeObject(resolver, schema, base, patch as Fields); // a JSON object
}

function strategies(schema: SchemaNode | undefined): readonly string[] {
  return schema?.['x-kubernetes-patch-strategy']?.split(',') ?? [];
}

function mergeList(
  resolver: SchemaResolver,
  schema: SchemaNode | undefined,
  original: unknown,
  patch: readonly unknown[],
): readonly unknown[] {
  const base: readonly unknown[] = Array.isArray(original) ? original : [];
  const key = schema?.['x-kubernetes-patch-merge-key'];
  if (!strategies(schema).includes('merge')) return patch.map(withoutDirectives);
  if (key === undefined) {
    const added = patch.filter((item) => !base.some((own) => deepEqual(own, item)));
    return arrange([...base, ...added], patch, base, undefined);
  }
  if (patch.some((item) => isObject(item) && item.$patch === 'replace' && Object.keys(item).length === 1)) {
    return patch.filter((item) => !(isObject(item) && item.$patch === 'replace')).map(withoutDirectives);
  }
  return mergeByKey(resolver, schema && resolver.items(schema), key, base, patch);
}

function mergeByKey(
  resolver: SchemaResolver,
  itemSchema: SchemaNode | undefined,
  key: string,
  base: readonly unknown[],
  patch: readonly unknown[],
): readonly unknown[] {
  const result = [...base];
  for (const item of patch) {
    if (!isObject(item) || item[key] === undefined) {
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    }
    const index = result.findIndex((own) => isObject(own) && own[key] === item[key]);
    const own = index < 0 ? {} : (result[index] as Fields); // found as an object
    const merged = mergeObject(resolver, itemSchema, own, item);
    if (merged === undefined) {
      if (index >= 0) result.splice(index, 1);
    } else if (index < 0) result.push(merged);
    else result[index] = merged;
  }
  return arrange(result, patch, base, key);
}

/** Puts a merged list in order: items that the patch names as the patch has them, the others as they were, and the two
 * sorts merged so that what stood before an item still does (strategicpatch, mergeSortedSlice). */
function arrange(
  list: readonly unknown[],
  patchOrder: readonly unknown[],
  serverOrder: readonly unknown[],
  key: string | undefined,
): readonly unknown[] {
  const identity = (item: unknown) => JSON.stringify(key !== undefined && isObject(item) ? item[key] : item);
  const places = (order: readonly unknown[]) => new Map(order.map((item, i) => [identity(item), i]));
  const [inPatch, onServer] = [places(patchOrder), places(serverOrder)];
  const by = (order: ReadonlyMap<string, number>) => (a: unknown, b: unknown) =>
    (order.get(identity(a)) ?? order.size) - (order.get(identity(b)) ?? order.size);
  const named = list.filter((item) => inPatch.has(identity(item))).sort(by(inPatch));
  const others = list.filter((item) => !inPatch.has(identity(item))).sort(by(onServer));
  const result: unknown[] = [];
  while (named.length > 0 && others.length > 0) {
    const [other, next] = [onServer.get(identity(others[0])), onServer.get(identity(named[0]))];
    const otherFirst = other !== undefined && next !== undefined && other < next;
    result.push((otherFirst ? others : named).shift());
  }
  return [...result, ...others, ...named];
}

function withoutDirectives(value: unknown): Fields {
  if (Array.isArray(value)) return value.map(withoutDirectives) as unknown as Fields; // keeps the shape, whatever it is
  if (!isObject(value)) return value as Fields; // ditto: scalars pass through
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([name, item]) =>
          item !== null &&
          name !== '$patch' &&
          name !== RETAIN_KEYS &&
          !name.startsWith(SET_ORDER) &&
          !name.startsWith(DELETE_FROM),
      )
      .map(([name, item]) => [name, withoutDirectives(item)]),
  );
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
