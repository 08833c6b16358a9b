/** How objects of Kubernetes' own kinds merge, from the schemas of the newest release that is known. */
import type { FieldSchema, MapSchema, Schema } from '../fields/index.ts';
import { DEDUCED, UNTYPED_ATOMIC } from '../fields/index.ts';
import type { JsonValue, KubernetesObject } from '../objects/index.ts';
import { knownReleases, kubernetesRelease, type SchemaType } from '../schemas/index.ts';

/** The schema of an object's kind, of the kinds that Kubernetes brings along; undefined for any other. */
export function schemaOf({
  apiVersion,
  kind,
}: Pick<KubernetesObject, 'apiVersion' | 'kind'>): Schema | undefined {
  const served = kubernetesRelease(knownReleases().at(-1)!).kind(apiVersion, kind); // the data has releases
  return served && mergeSchema(served.type);
}

/** Types are cyclic, and one object stands for a type wherever it is used. */
const schemas = new WeakMap<SchemaType, Schema>();

function mergeSchema(type: SchemaType): Schema {
  let schema = schemas.get(type);
  if (!schema) {
    schema = readSchema(type);
    schemas.set(type, schema);
  }
  return schema;
}

function readSchema(type: SchemaType): Schema {
  switch (type.form) {
    case 'string':
    case 'bytes':
      return { scalar: 'string' };
    case 'boolean':
      return { scalar: 'boolean' };
    case 'int32':
    case 'int64':
    case 'number':
      return { scalar: 'numeric' };
    // They are not always texts when they arrive.
    case 'date-time':
    case 'quantity':
      return { scalar: 'untyped' };
    case 'int-or-string':
      return DEDUCED;
    case 'any':
      return type.isAtomic ? UNTYPED_ATOMIC : DEDUCED;
    case 'object':
      return { map: { relationship: relationshipOf(type), fields: new Map(), additional: DEDUCED } };
    case 'list':
      return {
        list: {
          relationship: type.listType === 'atomic' ? 'atomic' : 'associative',
          keys: type.keys,
          get items() {
            return mergeSchema(type.element);
          },
        },
      };
    case 'map':
      return {
        map: {
          relationship: relationshipOf(type),
          fields: new Map(),
          get additional() {
            return mergeSchema(type.element);
          },
        },
      };
    case 'struct':
      return { map: structSchema(type) };
  }
}

function structSchema(type: SchemaType): MapSchema {
  const fields = new Map(type.fieldNames().map((name) => [name, fieldSchema(type, name)]));
  return { relationship: relationshipOf(type), fields, additional: undefined };
}

function fieldSchema(type: SchemaType, name: string): FieldSchema {
  const initial = type.defaultOf(name) as JsonValue | undefined; // the data is JSON
  const zero = initial === undefined && type.required.includes(name) ? null : zeroOf(initial);
  return {
    get schema() {
      return mergeSchema(type.field(name)!); // named by the type
    },
    ...(initial !== undefined && { default: initial }),
    ...(zero !== undefined && { zero }),
  };
}

/** A field that is no pointer in Go has the zero value of its type as default. */
function zeroOf(initial: JsonValue | undefined): JsonValue | undefined {
  const isZero = initial === '' || initial === 0 || initial === false || JSON.stringify(initial) === '{}';
  return isZero ? initial : undefined;
}

function relationshipOf({ isAtomic }: SchemaType): MapSchema['relationship'] {
  return isAtomic ? 'atomic' : 'granular';
}
