/** cdk8s leaves out what is null, and refuses a map with a field named `constructor`. Both are fields like others to
 * Kubernetes, so they go around it, as patches of what it renders. */
import { isMap } from '../schemas/structural/index.ts';

export interface ExactValue {
  /** What cdk8s renders as it is. */
  readonly value: unknown;
  /** What makes the rest of it, in this order. */
  readonly patches: readonly ExactPatch[];
}

/** An operation of a JSON patch (RFC 6902). */
export interface ExactPatch {
  readonly op: 'add' | 'replace';
  readonly path: string;
  readonly value: unknown;
}

export function exactValue(value: unknown): ExactValue {
  const patches: ExactPatch[] = [];
  return { value: plain(value, '', patches), patches };
}

/** @param pointer of the value in its object (RFC 6901): `/spec` */
function plain(value: unknown, pointer: string, patches: ExactPatch[]): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => {
      const at = `${pointer}/${index}`;
      if (item === null) patches.push({ op: 'replace', path: at, value: null });
      return plain(item, at, patches);
    });
  }
  if (!isMap(value)) return value;
  const fields: Record<string, unknown> = {};
  for (const [field, inner] of Object.entries(value)) {
    const at = `${pointer}/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (inner === null || field === 'constructor') patches.push({ op: 'add', path: at, value: inner });
    else fields[field] = plain(inner, at, patches);
  }
  return fields;
}
