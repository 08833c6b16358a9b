/** Which fields tell the items of a list apart, found out from the items. For showing and naming only: what is sent does
 * not depend on it. */
import type { JsonObject, JsonValue } from '../objects/index.ts';
import { canonicalJson } from '../objects/index.ts';
import { isMap } from './field-path.ts';

/** Key fields that Kubernetes' own list types use, the most telling first (`x-kubernetes-list-map-keys` of the
 * built-in API). */
const KEY_FIELDS: readonly (readonly string[])[] = [
  ['name'],
  ['mountPath'],
  ['containerPort', 'protocol'],
  ['port', 'protocol'],
  ['type'],
  ['topologyKey', 'whenUnsatisfiable'],
  ['ip'],
  ['key'],
];

/** Key fields that tell the items of each of these lists apart.
 * @returns undefined where none do: such lists are taken as a whole */
export function keyFields(...lists: readonly (readonly JsonValue[])[]): readonly string[] | undefined {
  return KEY_FIELDS.find((keys) =>
    lists.every((list) => {
      const seen = new Set<string>();
      for (const item of list) {
        if (!isMap(item) || item[keys[0]!] === undefined) return false;
        seen.add(keyText(item, keys));
      }
      return seen.size === list.length;
    }),
  );
}

/** @param item one for which {@link keyFields} gave these keys */
export function keyText(item: JsonValue, keys: readonly string[]): string {
  return keys.map((key) => canonicalJson((item as JsonObject)[key] ?? null)).join();
}
