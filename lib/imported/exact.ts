/** cdk8s leaves out what is null, and refuses a map with a field named `constructor`. Both are fields like others to
 * Kubernetes, so they go around it, as patches of what it renders. */
import { JsonPatch } from 'cdk8s';
import { isPlainObject } from './values.ts';

export interface ExactValue {
  /** What cdk8s renders as it is. */
  readonly value: unknown;
  /** What makes the rest of it, in this order. */
  readonly patches: readonly JsonPatch[];
}

/** @param pointer of the value in its object (RFC 6901): `/spec` */
export function exactValue(value: unknown, pointer: string): ExactValue {
  const patches: JsonPatch[] = [];
  return { value: plain(value, pointer, patches), patches };
}

function plain(value: unknown, pointer: string, patches: JsonPatch[]): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => {
      if (item === null) patches.push(JsonPatch.replace(`${pointer}/${index}`, null));
      return plain(item, `${pointer}/${index}`, patches);
    });
  }
  if (!isPlainObject(value)) return value;
  const fields: Record<string, unknown> = {};
  for (const [field, inner] of Object.entries(value)) {
    const at = `${pointer}/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (inner === null || field === 'constructor') patches.push(JsonPatch.add(at, inner));
    else fields[field] = plain(inner, at, patches);
  }
  return fields;
}
