/** The annotation in which kubectl keeps what it applied from the client side, read and kept true for those who
 * change over to server-side apply, and back. */
import type { JsonObject, JsonValue, KubernetesObject } from '../objects/index.ts';
import { canonicalJson } from '../objects/index.ts';
import { compareValuesBySchema } from './compare.ts';
import type { FieldSet } from './field-set.ts';
import { asJson } from './request.ts';
import type { Schema } from './schema.ts';
import { toFieldSet } from './to-field-set.ts';
import { validate } from './validate.ts';
import { fieldOf, isMap } from './value.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** What the annotation says that its writer owns, as far as the live object still has it; undefined without a
 * readable annotation of the version. */
export function ownedByLastApplied(
  live: KubernetesObject,
  apiVersion: string,
  schema: Schema,
): FieldSet | undefined {
  const text = live.metadata.annotations?.[LAST_APPLIED];
  if (text === undefined || text === '') return undefined;
  let lastApplied: JsonValue;
  try {
    lastApplied = JSON.parse(text) as JsonValue; // what JSON.parse returns is JSON
  } catch {
    return undefined; // anyone can write an annotation
  }
  if (!isMap(lastApplied) || fieldOf(lastApplied, 'apiVersion') !== apiVersion) return undefined;
  if (validate(lastApplied, schema, { duplicates: 'refuse' }).length > 0) return undefined;
  const { added, modified, removed } = compareValuesBySchema(lastApplied, asJson(live), schema);
  return toFieldSet(lastApplied, schema).difference(modified).difference(added).difference(removed);
}

/** All annotations of an object together may have this many bytes (apimachinery TotalAnnotationSizeLimitB). */
const ANNOTATIONS_LIMIT = 256 * 1024;

/** Keeps the annotation true, for those who go back to client-side apply. */
export function updateLastApplied(object: KubernetesObject, config: KubernetesObject): KubernetesObject {
  const annotations = object.metadata.annotations ?? {};
  if ((annotations[LAST_APPLIED] ?? '') === '') return object;
  const { [LAST_APPLIED]: _, ...others } = annotations;
  const updated = { ...annotations, [LAST_APPLIED]: lastAppliedText(config) };
  const size = Object.entries(updated).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  const kept = size > ANNOTATIONS_LIMIT ? others : updated;
  return { ...object, metadata: { ...object.metadata, annotations: kept } };
}

function lastAppliedText(config: KubernetesObject): string {
  const value: JsonObject = asJson(config);
  const metadata = fieldOf(value, 'metadata');
  const annotations = isMap(metadata) ? fieldOf(metadata, 'annotations') : undefined;
  if (!isMap(metadata) || !isMap(annotations)) return `${escapeHtml(canonicalJson(value))}\n`;
  const { [LAST_APPLIED]: _, ...others } = annotations;
  return `${escapeHtml(canonicalJson({ ...value, metadata: { ...metadata, annotations: others } }))}\n`;
}

/** JSON as Go writes it. */
function escapeHtml(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
