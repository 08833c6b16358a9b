/** Walks a value along a structural schema and tells what the schema does not allow, as data: servers and constructs say
 * it in words of their own. Formats and patterns are those that a server checks; rules in CEL are asked elsewhere. */
import { canonicalJson, type JsonValue } from '../../objects/index.ts';
import { hasFormat } from './formats.ts';
import { patternOf } from './pattern.ts';
import type { SchemaNode } from './schema-node.ts';

export type Path = readonly (string | number)[];

type Limit = 'minLength' | 'maxLength' | 'minItems' | 'maxItems' | 'minProperties' | 'maxProperties';

export type SchemaProblem = { readonly value: unknown; readonly schema: SchemaNode } & (
  | { readonly is: 'type' | 'enum' | 'pattern' | 'format' | 'minimum' | 'maximum' | 'multipleOf' | 'not' }
  | { readonly is: Limit; readonly limit: number; readonly size: number }
  /** `key` is what tells items apart, as JSON. */
  | { readonly is: 'duplicate'; readonly first: number; readonly key: string }
  /** The field is the last step of the path. */
  | { readonly is: 'missing' | 'unknown' }
  /** For each branch what is wrong with it first; of `hits` branches there is nothing. */
  | {
      readonly is: 'anyOf' | 'oneOf';
      readonly hits: number;
      readonly misses: readonly { readonly path: Path; readonly problem: SchemaProblem }[];
    }
);

export interface WalkOptions {
  /** Tells of fields that the schema does not know, unless they were taken out before. */
  readonly findsUnknown?: boolean;
  /** Values that are made later, of which nothing is said. */
  readonly isDeferred?: (value: unknown) => boolean;
}

type Report = (path: Path, problem: SchemaProblem) => void;
type Fields = Readonly<Record<string, unknown>>;

/** Fields that objects always have. */
const ENVELOPE: Readonly<Record<string, SchemaNode>> = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
};

export const ANYTHING: SchemaNode = { 'x-kubernetes-preserve-unknown-fields': true };

/** The schema of a field; undefined when the field cannot be. */
export function fieldSchema<Schema extends SchemaNode>(
  schema: Schema,
  field: string,
): SchemaNode | undefined {
  const { properties, additionalProperties } = schema;
  if (properties && Object.hasOwn(properties, field)) return properties[field];
  if (schema['x-kubernetes-embedded-resource'] && Object.hasOwn(ENVELOPE, field)) return ENVELOPE[field];
  if (typeof additionalProperties === 'object') return additionalProperties;
  return additionalProperties === true || schema['x-kubernetes-preserve-unknown-fields']
    ? ANYTHING
    : undefined;
}

export function walkSchema(
  schema: SchemaNode,
  value: unknown,
  report: Report,
  options: WalkOptions = {},
): void {
  new SchemaWalk(report, options).check(schema, value);
}

class SchemaWalk {
  readonly #path: (string | number)[];
  readonly #report: Report;
  readonly #options: WalkOptions;

  constructor(report: Report, options: WalkOptions, path: Path = []) {
    this.#path = [...path];
    this.#report = report;
    this.#options = options;
  }

  check(schema: SchemaNode, value: unknown): void {
    if (value === null && schema.nullable) return;
    if (this.#options.isDeferred?.(value)) return;
    if (!hasType(schema, value)) {
      this.#tell({ is: 'type', value, schema });
      return;
    }
    if (schema.enum && !schema.enum.some((allowed) => isSame(allowed, value))) {
      this.#tell({ is: 'enum', value, schema });
    }
    if (typeof value === 'string') this.#text(schema, value);
    else if (typeof value === 'number') this.#number(schema, value);
    else if (Array.isArray(value)) this.#list(schema, value);
    else if (isMap(value)) this.#map(schema, value);
    this.#combinations(schema, value);
  }

  #tell(problem: SchemaProblem, ...below: Path): void {
    this.#report([...this.#path, ...below], problem);
  }

  #within(step: string | number, schema: SchemaNode, value: unknown): void {
    this.#path.push(step);
    this.check(schema, value);
    this.#path.pop();
  }

  #size(least: Limit, most: Limit, size: number, schema: SchemaNode, value: unknown): void {
    const low = schema[least];
    const high = schema[most];
    if (low !== undefined && size < low) this.#tell({ is: least, limit: low, size, value, schema });
    if (high !== undefined && size > high) this.#tell({ is: most, limit: high, size, value, schema });
  }

  #text(schema: SchemaNode, value: string): void {
    // As Go counts runes.
    const isMeasured = schema.minLength !== undefined || schema.maxLength !== undefined;
    if (isMeasured) this.#size('minLength', 'maxLength', [...value].length, schema, value);
    if (schema.pattern !== undefined && patternOf(schema.pattern)?.test(value) === false) {
      this.#tell({ is: 'pattern', value, schema });
    }
    if (schema.format !== undefined && !hasFormat(schema.format, value)) {
      this.#tell({ is: 'format', value, schema });
    }
  }

  #number(schema: SchemaNode, value: number): void {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
    if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
      this.#tell({ is: 'maximum', value, schema });
    }
    if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
      this.#tell({ is: 'minimum', value, schema });
    }
    if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
      this.#tell({ is: 'multipleOf', value, schema });
    }
  }

  #list(schema: SchemaNode, value: readonly unknown[]): void {
    this.#size('minItems', 'maxItems', value.length, schema, value);
    const { items } = schema;
    if (items) for (const [index, item] of value.entries()) this.#within(index, items, item);
    const listType = schema['x-kubernetes-list-type'];
    if (listType === 'set' || listType === 'map') this.#unique(schema, value);
  }

  /** Items of a set, and the keys of the items of a map list, stand once. */
  #unique(schema: SchemaNode, value: readonly unknown[]): void {
    const seen = new Map<string, number>();
    for (const [index, item] of value.entries()) {
      const identity = this.#identity(schema, item);
      if (identity === undefined || this.#holdsDeferred(identity)) continue;
      const key = canonicalJson(identity as JsonValue); // nothing in it is made later
      const first = seen.get(key);
      if (first === undefined) seen.set(key, index);
      else this.#tell({ is: 'duplicate', first, key, value: item, schema }, index);
    }
  }

  #identity(schema: SchemaNode, item: unknown): unknown {
    const keys = schema['x-kubernetes-list-map-keys'];
    if (schema['x-kubernetes-list-type'] === 'set' || !keys) return item;
    if (!isMap(item)) return undefined;
    return Object.fromEntries(
      keys.map((key) => [
        key,
        (Object.hasOwn(item, key) ? item[key] : undefined) ??
          schema.items?.properties?.[key]?.default ??
          null,
      ]),
    );
  }

  #map(schema: SchemaNode, value: Fields): void {
    if (schema.minProperties !== undefined || schema.maxProperties !== undefined) {
      const { length } = Object.values(value).filter((field) => field !== undefined);
      this.#size('minProperties', 'maxProperties', length, schema, value);
    }
    for (const field of schema.required ?? []) {
      // Every object has these, whatever its schema says.
      if (this.#path.length === 0 && Object.hasOwn(ENVELOPE, field)) continue;
      const isThere = Object.hasOwn(value, field) && value[field] !== undefined;
      if (!isThere || isDropped(schema, value, field)) this.#tell({ is: 'missing', value, schema }, field);
    }
    for (const field of Object.keys(value)) {
      if (value[field] === undefined || isDropped(schema, value, field)) continue;
      const known = fieldSchema(schema, field);
      if (known) this.#within(field, known, value[field]);
      // A schema without a type stands in a combination, and restricts only what it names.
      else if (this.#options.findsUnknown && schema.type === 'object') {
        this.#tell({ is: 'unknown', value, schema }, field);
      }
    }
  }

  #combinations(schema: SchemaNode, value: unknown): void {
    const { allOf, anyOf, oneOf, not } = schema;
    if (!allOf && !anyOf && !oneOf && !not) return;
    // What is not known yet can decide either way.
    if (this.#holdsDeferred(value)) return;
    for (const branch of allOf ?? []) this.check(branch, value);
    for (const [is, branches] of [
      ['anyOf', anyOf],
      ['oneOf', oneOf],
    ] as const) {
      if (!branches) continue;
      const misses = branches.flatMap((branch) => this.#firstProblem(branch, value) ?? []);
      const hits = branches.length - misses.length;
      if (is === 'anyOf' ? hits === 0 : hits !== 1) this.#tell({ is, hits, misses, value, schema });
    }
    if (not && this.#firstProblem(not, value) === undefined) this.#tell({ is: 'not', value, schema });
  }

  #firstProblem(branch: SchemaNode, value: unknown) {
    let first: { readonly path: Path; readonly problem: SchemaProblem } | undefined;
    const report: Report = (path, problem) => {
      first ??= { path, problem };
    };
    new SchemaWalk(report, this.#options, this.#path).check(branch, value);
    return first;
  }

  #holdsDeferred(value: unknown): boolean {
    const { isDeferred } = this.#options;
    if (!isDeferred) return false;
    if (isDeferred(value)) return true;
    if (Array.isArray(value)) return value.some((item) => this.#holdsDeferred(item));
    return isMap(value) && Object.values(value).some((item) => this.#holdsDeferred(item));
  }
}

/** An API server takes null in a field that cannot be null for a field that is not there (Kubernetes documentation,
 * "Defaulting and nullable"). */
function isDropped(schema: SchemaNode, value: Fields, field: string): boolean {
  if (value[field] !== null || schema.type !== 'object') return false;
  const { properties } = schema;
  if (schema['x-kubernetes-embedded-resource'] && Object.hasOwn(ENVELOPE, field)) return true;
  const known = properties && Object.hasOwn(properties, field) ? properties[field] : undefined;
  // What takes anything takes null.
  const isTyped = known?.type !== undefined || known?.['x-kubernetes-int-or-string'] === true;
  return isTyped && !known?.nullable;
}

const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'boolean']);

function hasType(schema: SchemaNode, value: unknown): boolean {
  const isJson =
    value === null ||
    Array.isArray(value) ||
    isMap(value) ||
    (SCALARS.has(typeof value) && (typeof value !== 'number' || Number.isFinite(value)));
  if (!isJson) return false;
  if (schema['x-kubernetes-int-or-string']) return typeof value === 'string' || Number.isInteger(value);
  switch (schema.type) {
    case undefined:
      return true;
    case 'object':
      return isMap(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === schema.type;
  }
}

/** A map as `{ … }` or JSON.parse makes it. */
export function isMap(value: unknown): value is Fields {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isSame(a: unknown, b: unknown): boolean {
  return (
    a === b || (typeof a === 'object' && canonicalJson(a as JsonValue) === canonicalJson(b as JsonValue))
  );
}
