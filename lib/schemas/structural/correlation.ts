/** A value of an object that is updated, and what stood in its place before: which errors are old ones, and what `oldSelf` is.
 * Items of lists have a place only where keys tell them apart (apiserver, pkg/cel/common/equality.go). */
import { canonicalJson, type JsonValue } from '../../objects/index.ts';
import type { SchemaNode } from './schema-node.ts';
import { isMap } from './walk.ts';

export class Correlation {
  readonly #schema: SchemaNode;
  readonly #value: unknown;
  readonly #old: unknown;
  #isUnchanged: boolean | undefined;

  constructor(schema: SchemaNode, value: unknown, old: unknown) {
    this.#schema = schema;
    this.#value = value;
    this.#old = old;
  }

  /** Whether it is what it was: a server lets be what is wrong with it. */
  get isUnchanged(): boolean {
    this.#isUnchanged ??= this.#compare();
    return this.#isUnchanged;
  }

  /** Of a field, or of an item; undefined where nothing stood in that place, or nobody can tell. */
  below(step: string | number): Correlation | undefined {
    return typeof step === 'number' ? this.#item(step) : this.#field(step);
  }

  #field(name: string): Correlation | undefined {
    const [value, old] = [this.#value, this.#old];
    if (!isMap(value) || !isMap(old) || !Object.hasOwn(value, name) || !Object.hasOwn(old, name))
      return undefined;
    const { properties, additionalProperties } = this.#schema;
    const property = properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
    const schema = property ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
    return schema && new Correlation(schema, value[name], old[name]);
  }

  #item(index: number): Correlation | undefined {
    const { items } = this.#schema;
    if (!Array.isArray(this.#value) || !items) return undefined;
    const item: unknown = this.#value[index];
    const old = formerItem(this.#schema, item, this.#old);
    return old === undefined ? undefined : new Correlation(items, item, old);
  }

  #compare(): boolean {
    const [value, old] = [this.#value, this.#old];
    if (Array.isArray(value) && Array.isArray(old) && this.#schema['x-kubernetes-list-type'] === 'map') {
      return value.length === old.length && value.every((_, index) => this.#item(index)?.isUnchanged);
    }
    if (isMap(value) && isMap(old)) {
      const names = Object.keys(value);
      // What the schema does not name has no place.
      return (
        names.length === Object.keys(old).length && names.every((name) => this.#field(name)?.isUnchanged)
      );
    }
    return value === old || (isJson(value) && isJson(old) && canonicalJson(value) === canonicalJson(old));
  }
}

/** The item of a former list that has the keys of an item.
 * @returns undefined where the list is none whose items have keys */
export function formerItem(schema: SchemaNode, item: unknown, former: unknown): unknown {
  const { 'x-kubernetes-list-type': listType, 'x-kubernetes-list-map-keys': keys = [] } = schema;
  if (listType !== 'map' || !Array.isArray(former) || !isMap(item)) return undefined;
  const keyOf = (one: Readonly<Record<string, unknown>>) =>
    canonicalJson(keys.map((key) => (Object.hasOwn(one, key) ? one[key] : null) as JsonValue)); // of a JSON object
  const wanted = keyOf(item);
  return former.find((one: unknown) => isMap(one) && keyOf(one) === wanted);
}

function isJson(value: unknown): value is JsonValue {
  return value !== undefined;
}
