import type { CustomSchemas } from '../../cluster/defaults/index.ts';
import { withServerDefaults } from '../../cluster/defaults/index.ts';
import {
  canonicalJson,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  type ObjectMeta,
} from '../../objects/index.ts';
import { type FieldPath, heldFields, isMap, isOurMark, itemMatches } from '../../plan/index.ts';
import { isPartOfCluster, isWriter } from './writers.ts';

export type Written =
  | { readonly object: KubernetesObject }
  /** Nobody's: made by the cluster, by what owns it, or by `manager`, of which nothing is known. */
  | { readonly madeBy: 'cluster' | 'owner' | { readonly manager: string } };

/** The server's own label on a namespace. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Made in each namespace, and with nothing in them that a manager could hold. */
const MADE_IN_NAMESPACES: ReadonlySet<string> = new Set([
  'ServiceAccount default',
  'ConfigMap kube-root-ca.crt',
]);

/** What people, or tools at their request, wrote of a live object: the fields that such managers hold, without those that
 * the API server fills in anyway, and without what it says about the object.
 * @param schemas of custom kinds, for their defaults */
export function writtenPart(live: KubernetesObject, schemas: CustomSchemas): Written {
  const { metadata } = live;
  if ((metadata.ownerReferences ?? []).length > 0) return { madeBy: 'owner' };
  if (MADE_IN_NAMESPACES.has(`${live.kind} ${metadata.name}`)) return { madeBy: 'cluster' };
  // What controllers write beside the object itself, such as its status, is no wish.
  const entries = (metadata.managedFields ?? []).filter(({ subresource }) => !subresource);
  const writers = entries.filter(({ manager }) => isWriter(manager));
  const others = entries.map(({ manager }) => manager).filter((manager) => !isPartOfCluster(manager));
  if (entries.length > 0 && writers.length === 0) {
    const [manager] = others;
    return { madeBy: manager === undefined ? 'cluster' : { manager } };
  }
  const json = live as unknown as JsonObject; // an object that was read is JSON
  const paths = writers.flatMap(({ fieldsV1 }) => heldFields(json, fieldsV1));
  const held = writers.length > 0 ? pick(json, paths) : withoutStatus(json);
  const written = asWritten(live, isMap(held) ? held : {});
  // What was applied by the server was meant word for word.
  const applied = writers
    .filter(({ operation }) => operation === 'Apply')
    .flatMap(({ fieldsV1 }) => heldFields(json, fieldsV1));
  return { object: lastApplied(live, written, schemas) ?? withoutDefaults(written, applied, schemas) };
}

function asWritten(live: KubernetesObject, held: JsonObject): KubernetesObject {
  const { apiVersion, kind, metadata } = live;
  const own = isMap(held.metadata) ? held.metadata : {};
  return { ...held, apiVersion, kind, metadata: metadataOf(metadata, own) } as unknown as KubernetesObject;
}

/** What kubectl applied, where that still makes the object what it is. */
function lastApplied(
  live: KubernetesObject,
  written: KubernetesObject,
  schemas: CustomSchemas,
): KubernetesObject | undefined {
  const text = live.metadata.annotations?.[LAST_APPLIED];
  if (text === undefined) return undefined;
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    return undefined; // anyone can write an annotation
  }
  if (!isMap(manifest as JsonValue)) return undefined;
  const { status: _, ...fields } = manifest as JsonObject;
  if (fields.apiVersion !== live.apiVersion || fields.kind !== live.kind) return undefined;
  const object = asWritten(live, fields);
  const wanted = filled(written, schemas);
  return wanted !== undefined && filled(object, schemas) === wanted ? object : undefined;
}

/** The same text for objects of which the server makes the same. */
function filled(object: KubernetesObject, schemas: CustomSchemas): string | undefined {
  const made = withServerDefaults(object, schemas);
  return made && canonicalJson(made as unknown as JsonValue);
}

/** The parts of a value that paths lead to. Of an item of a list, the fields that it is found by are kept, too. */
function pick(value: JsonValue, paths: readonly FieldPath[]): JsonValue {
  if (paths.some((path) => path.length === 0)) return value;
  if (Array.isArray(value)) {
    return value.flatMap((item: JsonValue) => {
      const found = paths.filter(([step]) => step !== undefined && itemMatches(step, item));
      if (found.length === 0) return [];
      const picked = pick(item, tails(found));
      return [isMap(item) && isMap(picked) ? withKeys(item, picked, found) : picked];
    });
  }
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => {
      const below = paths.filter(([step]) => step !== undefined && 'field' in step && step.field === name);
      if (field === undefined || below.length === 0) return [];
      return [[name, pick(field, tails(below))] as const];
    }),
  );
}

function withKeys(item: JsonObject, picked: JsonObject, paths: readonly FieldPath[]): JsonObject {
  const keys = new Set(paths.flatMap(([step]) => (step && 'key' in step ? Object.keys(step.key) : [])));
  // In the order of the item.
  return Object.fromEntries(
    Object.entries(item)
      .filter(([name]) => Object.hasOwn(picked, name) || keys.has(name))
      .map(([name, field]) => [name, picked[name] ?? field]),
  );
}

function withoutStatus({ status: _, ...rest }: JsonObject): JsonObject {
  return rest;
}

/** Name, namespace, and what was written of the rest. */
function metadataOf({ name, namespace }: ObjectMeta, held: JsonObject): JsonObject {
  const { labels, annotations, finalizers } = held;
  const own = {
    ...marksOff('labels', labels),
    ...marksOff('annotations', annotations),
    ...(Array.isArray(finalizers) && finalizers.length > 0 && { finalizers }),
  };
  return { name, ...(namespace !== undefined && { namespace }), ...own };
}

function marksOff(field: string, values: JsonValue | undefined): JsonObject {
  const kept = Object.entries(isMap(values) ? values : {}).filter(
    ([name]) => name !== LAST_APPLIED && name !== NAME_LABEL && !isOurMark(name),
  );
  return kept.length === 0 ? {} : { [field]: Object.fromEntries(kept) };
}

/** Names that are never taken for a default: without them an object is not the same to a reader. */
const KEPT: ReadonlySet<string> = new Set(['emptyDir']);

/** What the object is, and content, in which nothing is filled in. */
const KEPT_AT_ROOT: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'data', 'binaryData']);

type Place = readonly (string | number)[];

/** Places, without the positions of items, at which nothing was ever filled in: by the schemas that were asked. */
const unfilled = new WeakMap<CustomSchemas, Set<string>>();

function unfilledPlaces(schemas: CustomSchemas): Set<string> {
  const known = unfilled.get(schemas);
  if (known) return known;
  const made = new Set<string>();
  unfilled.set(schemas, made);
  return made;
}

/** Leaves out all fields that the server would fill in just so.
 * @param meant paths of fields that stay whatever they are */
function withoutDefaults(
  object: KubernetesObject,
  meant: readonly FieldPath[],
  schemas: CustomSchemas,
): KubernetesObject {
  const wanted = filled(object, schemas);
  if (wanted === undefined) return object;
  const never = unfilledPlaces(schemas);

  /** Whether the server makes the same of the object when it lacks what is at a place. */
  const isFilledIn = (rest: JsonObject, at: Place): boolean => {
    const place = [
      object.apiVersion,
      object.kind,
      ...at.map((step) => (typeof step === 'number' ? 0 : step)),
    ].join('\n');
    if (never.has(place)) return false;
    // Less of an object is still an object, as apiVersion, kind and metadata stay.
    const made = withServerDefaults(rest as unknown as KubernetesObject, schemas) as unknown as
      | JsonValue
      | undefined;
    if (made === undefined) return false;
    // Where even the parent is gone, that its field is says nothing.
    if (valueIn(made, at) !== undefined || valueIn(made, at.slice(0, -1)) === undefined) {
      return canonicalJson(made) === wanted;
    }
    never.add(place);
    return false;
  };

  /** @param paths those that lead into the value @param put the whole object with another value here */
  const reduce = (
    value: JsonValue,
    at: Place,
    paths: readonly FieldPath[],
    put: (value: JsonValue) => JsonObject,
  ): JsonValue => {
    // Where a path ends in a value that is applied as a whole, nobody knows what was written in it.
    if (Array.isArray(value)) {
      let items: readonly JsonValue[] = value;
      for (const [index, item] of items.entries()) {
        const below = paths.filter(([step]) => step !== undefined && itemMatches(step, item));
        const reduced = reduce(item, [...at, index], tails(below), (inner) => put(items.with(index, inner)));
        items = items.with(index, reduced);
      }
      return items;
    }
    return isMap(value) ? reduceFields(value, at, paths, put, KEPT) : value;
  };

  const reduceFields = (
    value: JsonObject,
    at: Place,
    paths: readonly FieldPath[],
    put: (value: JsonValue) => JsonObject,
    kept: ReadonlySet<string>,
  ): JsonObject => {
    let fields = value;
    for (const [name, field] of Object.entries(value)) {
      if (field === undefined || kept.has(name)) continue;
      const here = [...at, name];
      const below = paths.filter(([step]) => step !== undefined && 'field' in step && step.field === name);
      const { [name]: _, ...rest } = fields;
      if (below.length === 0 && isFilledIn(put(rest), here)) fields = rest;
      else {
        const inner = reduce(field, here, tails(below), (inner) => put({ ...fields, [name]: inner }));
        fields = { ...fields, [name]: inner };
      }
    }
    return fields;
  };

  const whole = object as unknown as JsonObject;
  return reduceFields(
    whole,
    [],
    meant,
    (value) => value as JsonObject,
    KEPT_AT_ROOT,
  ) as unknown as KubernetesObject;
}

function valueIn(value: JsonValue, at: Place): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const step of at) {
    if (Array.isArray(found) && typeof step === 'number') found = found[step];
    else found = isMap(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  }
  return found;
}

function tails(paths: readonly FieldPath[]): readonly FieldPath[] {
  return paths.map((path) => path.slice(1));
}
