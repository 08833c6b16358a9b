/** JSON merge patch, RFC 7386. */
import type { JsonValue } from '../../objects/index.ts';

/** @returns the patched value; neither argument is changed */
export function mergePatch(target: unknown, patch: JsonValue): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const isObject = typeof target === 'object' && target !== null && !Array.isArray(target);
  const result: Record<string, unknown> = isObject ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || value === undefined) delete result[name];
    else result[name] = mergePatch(result[name], value);
  }
  return result;
}
