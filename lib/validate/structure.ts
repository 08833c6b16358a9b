/** Walks an object along the type of its kind: fields that do not exist, values of another type, required fields,
 * items that are there twice. The walk of a valid object allocates nothing: the path is a stack, and becomes text only
 * when there is something to say. */
import { nearest } from '../objects/index.ts';
import { formatFieldPath } from '../render/tree/index.ts';
import type { SchemaType } from '../schemas/index.ts';
import type { Finding } from './judgement.ts';
import { otherPlace } from './other-place.ts';
import { enforcedFields } from './required.ts';
import { isBase64, isInt64, isQuantity, isTimestamp } from './scalars.ts';

/** Beyond that many items of a list, keys are compared as texts. */
const FEW = 16;

type Fields = Readonly<Record<string, unknown>>;

export class StructureWalk {
  readonly #found: (finding: Finding) => void;
  readonly #since: (path: readonly (string | number)[]) => number | undefined;
  readonly #path: (string | number)[] = [];
  #root: SchemaType | undefined;
  #isReadOtherwise = false;
  #holdsNulls = false;
  /** Values of Secrets are not shown. */
  #conceals = false;

  /** @param since finds the minor version of the later release that has a field which this one does not */
  constructor(
    found: (finding: Finding) => void,
    since: (path: readonly (string | number)[]) => number | undefined = () => undefined,
  ) {
    this.#found = found;
    this.#since = since;
  }

  /** @param below name of the object's field that the value is; the object itself when absent */
  walk(type: SchemaType, value: unknown, below?: string): void {
    this.#path.length = 0;
    this.#root = below === undefined ? type : undefined;
    this.#isReadOtherwise = false;
    this.#holdsNulls = false;
    this.#conceals = type.name === 'api.core.v1.Secret';
    if (below !== undefined) this.#path.push(below);
    this.#value(type, value);
  }

  /** Whether the value that was walked last has something that a server takes, but as something else: nulls in lists,
   * which become empty items, and numbers that it cuts off. */
  get isReadOtherwise(): boolean {
    return this.#isReadOtherwise;
  }

  /** Whether there are nulls in the value that was walked last. */
  get holdsNulls(): boolean {
    return this.#holdsNulls;
  }

  #value(type: SchemaType, value: unknown): void {
    if (value === undefined) return;
    if (value === null) {
      // The server drops nulls.
      this.#holdsNulls = true;
      return;
    }
    switch (type.form) {
      case 'struct':
        if (isMap(value)) this.#struct(type, value);
        else this.#wrongType('a map', value);
        return;
      case 'map':
        if (isMap(value)) this.#map(type.element, value);
        else this.#wrongType('a map', value);
        return;
      case 'list':
        if (Array.isArray(value)) this.#list(type, value);
        else this.#wrongType('a list', value);
        return;
      case 'string':
        if (typeof value !== 'string') this.#wrongType('a text', value);
        return;
      case 'boolean':
        if (typeof value !== 'boolean') this.#wrongType('true or false', value);
        return;
      case 'int32':
        this.#int32(value);
        return;
      case 'int64':
        if (!isInt64(value)) this.#wrongType('an integer', value);
        return;
      case 'number':
        if (typeof value !== 'number') this.#wrongType('a number', value);
        return;
      case 'int-or-string':
        if (typeof value !== 'string' && !isInt64(value)) this.#wrongType('an integer or a text', value);
        return;
      case 'quantity':
        if (!isQuantity(value)) this.#wrongType('a quantity such as 500m or 1Gi', value);
        return;
      case 'date-time':
        if (!isTimestamp(value)) this.#wrongType('a time such as 2030-01-31T12:00:00Z', value);
        return;
      case 'bytes':
        if (!isBase64(value)) this.#wrongType('base64', value);
        return;
      case 'object':
        if (!isMap(value)) this.#wrongType('a map', value);
        return;
      case 'any':
        return;
    }
  }

  #int32(value: unknown): void {
    if (!isInt64(value)) {
      this.#wrongType('an integer', value);
    } else if ((value | 0) !== value) {
      this.#isReadOtherwise = true;
      this.#found({
        severity: 'warning',
        code: 'WRONG_TYPE',
        field: formatFieldPath(this.#path),
        message: `is ${value}, which does not fit into 32 bits: a server cuts it off`,
      });
    }
  }

  #struct(type: SchemaType, fields: Fields): void {
    const path = this.#path;
    for (const name in fields) {
      const value = fields[name];
      if (value === undefined) continue;
      const field = type.field(name);
      path.push(name);
      if (field === undefined) this.#unknown(type, name);
      else this.#value(field, value);
      path.pop();
    }
    for (const name of enforcedFields(type)) {
      const value = fields[name];
      if (value === undefined || value === null) this.#missing(name);
    }
  }

  #map(element: SchemaType, fields: Fields): void {
    const path = this.#path;
    for (const name in fields) {
      path.push(name);
      this.#value(element, fields[name]);
      path.pop();
    }
  }

  #list(type: SchemaType, items: readonly unknown[]): void {
    const path = this.#path;
    const { element } = type;
    for (let i = 0; i < items.length; i += 1) {
      const item = items[i];
      path.push(i);
      if (item === null || item === undefined) this.#hole(type);
      else this.#value(element, item);
      path.pop();
    }
    if (type.listType !== 'atomic' && items.length > 1) this.#duplicates(type, items);
  }

  #hole(list: SchemaType): void {
    this.#isReadOtherwise = true;
    if (list.listType !== 'atomic')
      this.#wrongType(list.element.form === 'struct' ? 'a map' : 'a value', null);
  }

  #duplicates(type: SchemaType, items: readonly unknown[]): void {
    if (items.length <= FEW) {
      for (let i = 1; i < items.length; i += 1) {
        for (let j = 0; j < i; j += 1) {
          if (!isSameItem(type, items[i], items[j])) continue;
          this.#duplicate(type, i, j);
          break;
        }
      }
      return;
    }
    const seen = new Map<string, number>();
    for (const [i, item] of items.entries()) {
      const text = keyText(type, item);
      const first = text === undefined ? undefined : seen.get(text);
      if (first !== undefined) this.#duplicate(type, i, first);
      else if (text !== undefined) seen.set(text, i);
    }
  }

  #duplicate(type: SchemaType, index: number, first: number): void {
    const what = type.keys.length === 0 ? 'is' : `has the same ${type.keys.join(' and ')} as`;
    this.#found({
      severity: 'error',
      code: 'DUPLICATE_ITEM',
      field: formatFieldPath([...this.#path, index]),
      message: type.keys.length === 0 ? `is there twice: ${what} item ${first} too` : `${what} item ${first}`,
      hint: 'Remove one of them.',
    });
  }

  #unknown(type: SchemaType, name: string): void {
    const since = this.#since(this.#path);
    const hint =
      since === undefined
        ? this.#advice(type, name)
        : 'Leave it out, or set kubernetesVersion of the environment if its cluster is newer.';
    this.#found({
      severity: 'error',
      code: 'UNKNOWN_FIELD',
      field: formatFieldPath(this.#path),
      message: since === undefined ? 'does not exist' : `does not exist before Kubernetes 1.${since}`,
      ...(hint !== undefined && { hint }),
    });
  }

  #advice(type: SchemaType, name: string): string | undefined {
    const like = nearest(name, type.fieldNames());
    if (like !== undefined) return `Did you mean ${like}?`;
    const place = this.#root && otherPlace(this.#root, this.#path);
    return place === undefined ? undefined : `It is a field of ${place}.`;
  }

  #missing(name: string): void {
    this.#found({
      severity: 'error',
      code: 'MISSING_FIELD',
      field: formatFieldPath([...this.#path, name]),
      message: 'is required and missing',
    });
  }

  #wrongType(wanted: string, value: unknown): void {
    this.#found({
      severity: 'error',
      code: 'WRONG_TYPE',
      field: formatFieldPath(this.#path),
      message: `must be ${wanted}, and is ${describe(value, this.#conceals)}`,
    });
  }
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param type of the list */
function isSameItem(type: SchemaType, a: unknown, b: unknown): boolean {
  if (type.listType === 'set') return a === b && typeof a !== 'object';
  if (!isMap(a) || !isMap(b)) return false;
  let hasKey = false;
  for (const key of type.keys) {
    const left = a[key] ?? type.element.defaultOf(key);
    const right = b[key] ?? type.element.defaultOf(key);
    if (left !== right) return false;
    hasKey ||= left !== undefined;
  }
  return hasKey;
}

/** A text that only the same items have; undefined when nothing tells the item apart. */
function keyText(type: SchemaType, item: unknown): string | undefined {
  if (type.listType === 'set') return typeof item === 'object' ? undefined : JSON.stringify(item);
  if (!isMap(item)) return undefined;
  const keys = type.keys.map((key) => item[key] ?? type.element.defaultOf(key));
  return keys.every((key) => key === undefined) ? undefined : JSON.stringify(keys);
}

function describe(value: unknown, conceals: boolean): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (conceals) return typeof value === 'string' ? 'another text' : 'of another type';
  const text = JSON.stringify(value);
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return typeof value === 'string' ? `the text ${short}` : short;
}
