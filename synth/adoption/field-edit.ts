/** A copy of an object with another value in one field. */
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, JsonValue, KubernetesObject } from '../../lib/objects/index.ts';
import { type FieldPath, isMap, itemMatches, valueAt } from '../../lib/plan/index.ts';
import type { Wish } from './wish.ts';

export function fieldOf(object: KubernetesObject, path: FieldPath): JsonValue | undefined {
  // A Kubernetes object is JSON.
  return valueAt(object as unknown as JsonValue, path);
}

/** @param like says where in a list an item comes that is not there yet; at the end where it does not have it
 * @param emptied what becomes of maps and lists in which nothing is left */
export function withField(
  object: KubernetesObject,
  { path, after }: Pick<Wish, 'path' | 'after'>,
  { like, emptied = 'stay' }: { readonly like?: KubernetesObject; readonly emptied?: 'stay' | 'go' } = {},
): KubernetesObject {
  const edit = (
    value: JsonValue | undefined,
    [step, ...rest]: FieldPath,
    model: JsonValue | undefined,
  ): JsonValue | undefined => {
    if (step === undefined) return after;
    if ('field' in step) {
      const { [step.field]: child, ...others } = isMap(value) ? value : ({} as JsonObject);
      const edited = edit(child, rest, isMap(model) ? model[step.field] : undefined);
      if (edited !== undefined) return { ...others, [step.field]: edited };
      return emptied === 'go' && Object.keys(others).length === 0 ? undefined : others;
    }
    const items: readonly JsonValue[] = Array.isArray(value) ? value : [];
    const models: readonly JsonValue[] = Array.isArray(model) ? model : [];
    const at = items.findIndex((item) => itemMatches(step, item));
    const modelAt = models.findIndex((item) => itemMatches(step, item));
    const edited = edit(items[at], rest, models[modelAt]);
    const place = at >= 0 ? at : modelAt >= 0 ? modelAt : items.length;
    const changed = items.toSpliced(place, at >= 0 ? 1 : 0, ...(edited === undefined ? [] : [edited]));
    return emptied === 'go' && changed.length === 0 ? undefined : changed;
  };
  // The first step of a path is a field, so an object comes out.
  return edit(
    object as unknown as JsonValue,
    path,
    like as unknown as JsonValue,
  ) as unknown as KubernetesObject;
}

/** Whether an object is another one with these fields as they shall be, and otherwise the same. */
export function isWith(
  result: KubernetesObject,
  object: KubernetesObject,
  wishes: readonly Pick<Wish, 'path' | 'after'>[],
): boolean {
  return (['stay', 'go'] as const).some((emptied) =>
    isDeepStrictEqual(
      result,
      wishes.reduce((edited, wish) => withField(edited, wish, { like: result, emptied }), object),
    ),
  );
}
