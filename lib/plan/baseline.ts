/** The baseline against which drift is measured (docs/decisions/0004): an annotation that says which fields the apply
 * was to leave us as ours. It is computed before the write, so it costs no request, and it lies on the object itself, so
 * it needs no store. While it agrees with our entry in managedFields, nobody has taken a field of ours. Where it does
 * not, the object's content decides. */
import type { OpenApiSchemas, Schema } from '../fields/index.ts';
import { builtInOpenApi, printFieldsV1, schemaFromOpenApi, toFieldSet } from '../fields/index.ts';
import type { JsonObject, KubernetesObject } from '../objects/index.ts';
import { Annotation, fieldsDigest, gvkOf } from '../objects/index.ts';
import { NEVER_HELD } from './managed-fields.ts';

/** The object with the record of the fields that it will give us. Unchanged where its kind's schema is not at hand:
 * then the content decides each time. */
export function withRecord(object: KubernetesObject): KubernetesObject {
  const schema = schemaOf(object);
  if (!schema) return object;
  const withAnnotation = annotated(object, '');
  const fields = toFieldSet(held(withAnnotation), schema);
  return annotated(object, fieldsDigest(printFieldsV1(fields)));
}

function annotated(object: KubernetesObject, value: string): KubernetesObject {
  const annotations = { ...object.metadata.annotations, [Annotation.fields]: value };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** The object without what nobody ever holds. */
function held(object: KubernetesObject): JsonObject {
  const keep = (value: object, prefix: string): JsonObject =>
    Object.fromEntries(Object.entries(value).filter(([name]) => !NEVER_HELD.has(`${prefix}${name}`)));
  return { ...keep(object, ''), metadata: keep(object.metadata, 'metadata.') };
}

const schemas = new Map<string, Schema | undefined>();

/** Of the kinds that Kubernetes brings along. A server of another release may differ in a field; then the record does
 * not agree, and the content decides. */
function schemaOf(object: KubernetesObject): Schema | undefined {
  const name = `${object.apiVersion} ${object.kind}`;
  if (!schemas.has(name)) {
    const path = object.apiVersion.includes('/') ? `apis/${object.apiVersion}` : `api/${object.apiVersion}`;
    const document = builtInOpenApi().document(path);
    // The documents are typed as what they are used for elsewhere; both are the same OpenAPI v3.
    schemas.set(name, document && schemaFromOpenApi(document as OpenApiSchemas, gvkOf(object)));
  }
  return schemas.get(name);
}
