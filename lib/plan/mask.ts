/** Hides the values of Secrets, but numbers them, so that one sees whether a value changes. */
import type { JsonValue, ObjectKey } from '../objects/index.ts';
import { canonicalJson } from '../objects/index.ts';
import { isMap } from './field-path.ts';
import type { FieldChange } from './plan.ts';

/** Numbers distinct values in the order in which they are met: the same value has the same number. */
class Masker {
  readonly #numbers = new Map<string, number>();

  mask(value: JsonValue): JsonValue {
    if (isMap(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([name, field]) => [
          name,
          field === undefined ? undefined : this.mask(field),
        ]),
      );
    }
    const text = canonicalJson(value);
    const number = this.#numbers.get(text) ?? this.#numbers.size + 1;
    this.#numbers.set(text, number);
    return `<masked #${number}>`;
  }
}

/** The changes of an object as they may be shown, logged and stored. Of a Secret everything that is not its type or
 * its metadata is masked; `kubectl apply`'s copy of the whole Secret in an annotation too. */
export function maskChanges(key: ObjectKey, changes: readonly FieldChange[]): readonly FieldChange[] {
  if (key.group !== '' || key.kind !== 'Secret') return changes;
  const masker = new Masker();
  return changes.map((change) => {
    if (!/^(?:data|stringData)\b/.test(change.path) && !change.path.includes('last-applied-configuration')) {
      return change;
    }
    return {
      ...change,
      ...(change.before !== undefined && { before: masker.mask(change.before) }),
      ...(change.after !== undefined && { after: masker.mask(change.after) }),
    };
  });
}
