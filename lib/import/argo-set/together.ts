import type { JsonObject, JsonValue } from '../../objects/index.ts';
import { record } from '../fields.ts';
import { isMap } from '../structural-schema.ts';

/** Both maps as one. @param decide between values that both have */
export function together(
  a: JsonObject,
  b: JsonObject,
  decide: (a: JsonValue, b: JsonValue, name: string) => JsonValue,
): JsonObject {
  const joined = new Map<string, JsonValue | undefined>(Object.entries(a));
  for (const [name, value] of Object.entries(b)) {
    const known = joined.get(name);
    if (known === undefined || value === undefined) joined.set(name, value);
    else if (isMap(known) && isMap(value)) joined.set(name, together(record(known), record(value), decide));
    else joined.set(name, decide(known, value, name));
  }
  return Object.fromEntries(joined) as JsonObject;
}

/** Go templates get parameters that are merged by a library for which what is empty says nothing. */
export function isEmpty(value: JsonValue): boolean {
  return (
    value === null ||
    value === '' ||
    value === 0 ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  );
}
