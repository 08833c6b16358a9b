import { TruekeelError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../object.ts';
import type { YamlDocument } from './parse.ts';

/** Takes lists apart, as kubectl does: a document whose kind ends in `List` and that has `items` stands for its
 * items. Items of a typed list (`ConfigMapList`) that do not say their kind get it from the list.
 * @throws TruekeelError `INVALID_YAML` when an item is not an object */
export function flattenLists(documents: readonly YamlDocument[]): readonly YamlDocument[] {
  return documents.flatMap((document) => {
    const list = document.value;
    if (!isObject(list)) return [document];
    const { kind, apiVersion, items } = list;
    if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return [document];
    const itemKind = kind.slice(0, -'List'.length);
    return flattenLists(
      items.map((item: JsonValue, index) => {
        if (!isObject(item)) {
          throw new TruekeelError(`item ${index} of the ${kind} is not an object`, {
            code: 'INVALID_YAML',
            family: 'validation',
            source: document.source,
          });
        }
        const typed = itemKind === '' ? {} : { apiVersion: apiVersion ?? 'v1', kind: itemKind };
        return { value: { ...typed, ...item }, source: document.source };
      }),
    );
  });
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
