/** The structured-merge view of a kind: what merges field by field and what as a whole.
 *
 * A schema says which of three shapes a value may take. Most allow one; an untyped one allows all three and
 * the value decides. Schemas of OpenAPI documents are cyclic (JSONSchemaProps) and large, so fields and items
 * are read when they are first asked for. */
import type { JsonValue } from '../objects/index.ts';
import { isList, isMap } from './value.ts';

/** `untyped` takes any scalar: quantities, int-or-string, dates. */
export type ScalarType = 'numeric' | 'string' | 'boolean' | 'untyped';

export interface Schema {
  readonly scalar?: ScalarType;
  readonly list?: ListSchema;
  readonly map?: MapSchema;
}

export interface ListSchema {
  /** `atomic`: one value, owned as a whole. `associative`: items are told apart by keys or, without keys, by
   * value. */
  readonly relationship: 'atomic' | 'associative';
  /** Names of the key fields of an associative list of maps; empty for a set. */
  readonly keys: readonly string[];
  readonly items: Schema;
}

export interface MapSchema {
  readonly relationship: 'atomic' | 'granular';
  readonly fields: ReadonlyMap<string, FieldSchema>;
  /** Of fields that are not named; undefined when there may be none. */
  readonly additional: Schema | undefined;
}

export interface FieldSchema {
  readonly schema: Schema;
  readonly default?: JsonValue;
  /** What an empty object holds here. Kinds that the API server is built with are Go structs: their empty
   * objects hold empty structs, and null for lists that are always written. Custom resources hold nothing. */
  readonly zero?: JsonValue;
}

/** Anything, as a whole. */
export const UNTYPED_ATOMIC: Schema = {
  scalar: 'untyped',
  list: {
    relationship: 'atomic',
    keys: [],
    get items() {
      return UNTYPED_ATOMIC;
    },
  },
  map: {
    relationship: 'atomic',
    fields: new Map(),
    get additional() {
      return UNTYPED_ATOMIC;
    },
  },
};

/** Anything: maps merge field by field, lists as a whole. What a field without a schema gets. */
export const DEDUCED: Schema = {
  scalar: 'untyped',
  list: { relationship: 'atomic', keys: [], items: UNTYPED_ATOMIC },
  map: {
    relationship: 'granular',
    fields: new Map(),
    get additional() {
      return DEDUCED;
    },
  },
};

export type Shape = 'scalar' | 'list' | 'map';

/** The shape that a schema gives a value: the value's own when the schema allows it, else the first that it
 * allows. */
export function shapeOf(schema: Schema, value: JsonValue | undefined): Shape {
  const own = ownShape(value);
  if (own !== undefined && schema[own] !== undefined) return own;
  if (schema.map !== undefined) return 'map';
  return schema.scalar !== undefined ? 'scalar' : 'list';
}

function ownShape(value: JsonValue | undefined): Shape | undefined {
  if (value === null || value === undefined) return undefined;
  if (isList(value)) return 'list';
  return isMap(value) ? 'map' : 'scalar';
}

/** The schema of a field of a map. */
export function schemaOfField(map: MapSchema, name: string): Schema {
  return map.fields.get(name)?.schema ?? map.additional ?? DEDUCED;
}

/** A value together with its schema. */
export interface TypedValue {
  readonly value: JsonValue;
  readonly schema: Schema;
}
