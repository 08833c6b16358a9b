/** What makes one value of another, as JSON Patch has it (RFC 6902). */
import { canonicalJson, type JsonObject, type JsonValue } from '../objects/index.ts';
import { isMap } from './structural-schema.ts';

export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: JsonValue }
  | { readonly op: 'remove'; readonly path: string };

/** Operations in an order in which each finds what it is about. Items of lists are told apart by their place; a list that
 * became longer or shorter is replaced. */
export function patchesBetween(before: JsonValue, after: JsonValue, path = ''): readonly PatchOperation[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item: JsonValue, index) =>
      patchesBetween(item, after[index] as JsonValue, `${path}/${index}`),
    );
  }
  if (!isMap(before) || !isMap(after)) return [{ op: 'replace', path, value: after }];
  const [from, to] = [before as JsonObject, after as JsonObject];
  const at = (name: string) => `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return [
    ...Object.keys(from).flatMap((name): readonly PatchOperation[] =>
      Object.hasOwn(to, name)
        ? patchesBetween(from[name] ?? null, to[name] ?? null, at(name))
        : [{ op: 'remove', path: at(name) }],
    ),
    ...Object.keys(to).flatMap((name): readonly PatchOperation[] =>
      Object.hasOwn(from, name) ? [] : [{ op: 'add', path: at(name), value: to[name] ?? null }],
    ),
  ];
}
