import type { ObjectKey } from '../objects/index.ts';

/** Numbers objects in the order in which they are added. Finding the number of a key puts no text together: looking up
 * a hundred thousand long texts takes longer than all else that is done to put as many objects into an order. */
export class KeyIndex {
  readonly #keys: ObjectKey[] = [];
  /** By the key objects themselves: most that are looked up are the ones that were added. */
  readonly #byIdentity = new Map<ObjectKey, number>();
  /** Kind, group, namespace, name. */
  readonly #numbers = new Map<string, Map<string, Map<string, Map<string, number>>>>();

  constructor(keys: Iterable<ObjectKey> = []) {
    for (const key of keys) this.add(key);
  }

  get size(): number {
    return this.#keys.length;
  }

  /** Every key once. */
  get keys(): readonly ObjectKey[] {
    return this.#keys;
  }

  /** @returns the number that the key has from now on, or had before */
  add(key: ObjectKey): number {
    const same = this.#byIdentity.get(key);
    if (same !== undefined) return same;
    const groups = member(this.#numbers, key.kind);
    const names = member(member(groups, key.group), key.namespace);
    const known = names.get(key.name);
    if (known !== undefined) {
      this.#byIdentity.set(key, known);
      return known;
    }
    const number = this.#keys.length;
    this.#keys.push(key);
    names.set(key.name, number);
    this.#byIdentity.set(key, number);
    return number;
  }

  /** undefined when the key was not added. */
  find(key: ObjectKey): number | undefined {
    const number = this.#byIdentity.get(key);
    if (number !== undefined) return number;
    const { group, kind, namespace, name } = key;
    return this.#numbers.get(kind)?.get(group)?.get(namespace)?.get(name);
  }
}

function member<T>(maps: Map<string, Map<string, T>>, name: string): Map<string, T> {
  const known = maps.get(name);
  if (known) return known;
  const made = new Map<string, T>();
  maps.set(name, made);
  return made;
}
