/** A type to walk a value along: fields, items and keys, read from the short form when they are first asked for, as
 * the types are many, cyclic, and mostly not needed. */
import type { CompactSchema, CompactStruct, CompactType, ScalarCode } from './releases/data.ts';

const SCALARS = {
  s: 'string',
  b: 'boolean',
  i: 'int32',
  l: 'int64',
  n: 'number',
  t: 'date-time',
  y: 'bytes',
  q: 'quantity',
  x: 'int-or-string',
  o: 'object',
  '*': 'any',
} as const satisfies Readonly<Record<ScalarCode, string>>;

/** `object` and `any` have no types below them. */
export type TypeForm = (typeof SCALARS)[ScalarCode] | 'struct' | 'list' | 'map';

/** Finds the type of a schema by its place among the names of a release. */
export type TypeAt = (place: number) => SchemaType;

const NONE: readonly string[] = [];

export class SchemaType {
  readonly form: TypeForm;
  /** Of a struct, without `io.k8s.`: `api.core.v1.Container`. */
  readonly name: string;
  /** How the items of a list are told apart; `atomic` for a list that is merged as a whole. */
  readonly listType: 'atomic' | 'set' | 'map';
  /** Whether a struct or map is merged as a whole. */
  readonly isAtomic: boolean;
  /** The fields that tell the items of a `map` list apart. */
  readonly keys: readonly string[];
  /** Fields of a struct that its schema calls required. The API server does not ask for all of them. */
  readonly required: readonly string[];
  readonly #schema: CompactSchema;
  readonly #struct: CompactStruct | undefined;
  readonly #element: CompactType | undefined;
  readonly #typeAt: TypeAt;
  readonly #fields = new Map<string, SchemaType>();
  #elementType: SchemaType | undefined;

  constructor(schema: CompactSchema, typeAt: TypeAt, name = '', isAtomic?: boolean) {
    this.#schema = schema;
    this.#typeAt = typeAt;
    this.name = name;
    this.#struct = isStruct(schema) ? schema : undefined;
    this.isAtomic = isAtomic ?? this.#struct?.a === 1;
    this.required = this.#struct?.r ?? NONE;
    // A reference stands for another type, which `typeOf` has found.
    const shape: readonly unknown[] = Array.isArray(schema) ? schema : [];
    const isList = shape[0] === '[';
    this.form =
      typeof schema === 'string' ? SCALARS[schema] : this.#struct ? 'struct' : isList ? 'list' : 'map';
    this.#element = shape[1] as CompactType | undefined; // the second member in either form, see data.ts
    this.listType = isList && shape[2] === 's' ? 'set' : isList && shape[2] === 'm' ? 'map' : 'atomic';
    this.keys = this.listType === 'map' ? (shape.slice(3) as readonly string[]) : NONE; // see data.ts
  }

  /** @returns undefined when the struct has no such field */
  field(name: string): SchemaType | undefined {
    const known = this.#fields.get(name);
    if (known !== undefined) return known;
    const fields = this.#struct?.p;
    if (fields === undefined || !Object.hasOwn(fields, name)) return undefined;
    const type = typeOf(fields[name]!, this.#typeAt); // it has one, see above
    this.#fields.set(name, type);
    return type;
  }

  /** Names of a struct's fields. */
  fieldNames(): readonly string[] {
    return Object.keys(this.#struct?.p ?? {});
  }

  /** The same type where it merges otherwise than it says itself. */
  used(isAtomic: boolean): SchemaType {
    return new SchemaType(this.#schema, this.#typeAt, this.name, isAtomic);
  }

  /** What the server takes for a field that is absent. */
  defaultOf(field: string): unknown {
    const type = this.#struct?.p[field];
    if (typeof type === 'number') return type < 0 ? {} : undefined;
    return Array.isArray(type) && type[0] === '=' ? type[2] : undefined;
  }

  /** The type of a list's items, or of a map's values.
   * @throws RangeError for other forms */
  get element(): SchemaType {
    if (this.#element === undefined) throw new RangeError(`a ${this.form} has no elements`);
    this.#elementType ??= typeOf(this.#element, this.#typeAt);
    return this.#elementType;
  }
}

function isStruct(schema: CompactSchema): schema is CompactStruct {
  return typeof schema === 'object' && !Array.isArray(schema);
}

/** The type where a field, list or map uses it. */
function typeOf(compact: CompactType, typeAt: TypeAt): SchemaType {
  if (typeof compact === 'number') return typeAt(compact < 0 ? -1 - compact : compact);
  if (compact[0] === '[' || compact[0] === '{' || typeof compact === 'string')
    return new SchemaType(compact, typeAt);
  const type = typeOf(compact[1] as CompactType, typeAt); // the second member in all other forms, see data.ts
  return compact[0] === '=' ? type : type.used(compact[0] === '@');
}
