/** The baseline against which drift is measured (docs/decisions/0004): an annotation that says which fields the apply
 * was to leave us as ours. It is computed before the write, so it costs no request, and it lies on the object itself, so
 * it needs no store. While it agrees with our entry in managedFields, nobody has taken a field of ours. Where it does
 * not, the object's content decides. */
import { fieldsText } from '../fields/index.ts';
import type { JsonObject, KubernetesObject } from '../objects/index.ts';
import { Annotation, digestOf } from '../objects/index.ts';
import { NEVER_HELD } from './managed-fields.ts';
import { schemaOf } from './schemas.ts';

/** The object with the record of the fields that it will give us. Unchanged where its kind's schema is not at hand:
 * then the content decides each time. A server of another release may differ in a field of a kind; then the record does
 * not agree, and the content decides, too. */
export function withRecord(object: KubernetesObject): KubernetesObject {
  const schema = schemaOf(object);
  if (!schema) return object;
  return annotated(object, digestOf(fieldsText(held(annotated(object, '')), schema)));
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
