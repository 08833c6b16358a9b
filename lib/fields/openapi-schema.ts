/** Reads schemas from OpenAPI v3 documents of an API server, and from the structural schemas of custom
 * resources. */
import type { GroupVersionKind, JsonValue } from '../objects/index.ts';
import { formatApiVersion, TruekeelError } from '../objects/index.ts';
import { OBJECT_META } from './object-meta.ts';
import {
  DEDUCED,
  type FieldSchema,
  type ListSchema,
  type MapSchema,
  type ScalarType,
  type Schema,
  UNTYPED_ATOMIC,
} from './schema.ts';

/** The members of an OpenAPI v3 schema object that matter to merging; others may be there. */
export interface OpenApiSchema {
  readonly $ref?: string;
  readonly allOf?: readonly OpenApiSchema[];
  readonly type?: string;
  readonly format?: string;
  readonly default?: JsonValue;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly additionalProperties?: boolean | OpenApiSchema;
  readonly items?: OpenApiSchema;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[];
}

/** The members of an OpenAPI v3 document that matter to merging. */
export interface OpenApiSchemas {
  readonly components?: { readonly schemas?: Readonly<Record<string, OpenApiSchema>> };
}

/** Names of the Kubernetes types that are not what their schema says (kube-openapi, schemaconv). */
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const RAW_EXTENSION = 'io.k8s.apimachinery.pkg.runtime.RawExtension';
const OBJECT_META_NAME = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

const readers = new WeakMap<OpenApiSchemas, SchemaReader>();

/** The schema of a kind in an OpenAPI v3 document of its group and version.
 * @returns undefined when the document does not have the kind
 * @throws TruekeelError `INVALID_SCHEMA`, also later, when a part that cannot be read is first used */
export function schemaFromOpenApi(document: OpenApiSchemas, gvk: GroupVersionKind): Schema | undefined {
  const reader = readers.get(document) ?? new SchemaReader(document.components?.schemas ?? {}, zeroOfStruct);
  readers.set(document, reader);
  const name = reader.nameOf(gvk);
  return name === undefined ? undefined : reader.named(name);
}

/** The schema of a custom resource, from `spec.versions[].schema.openAPIV3Schema` of its definition. Metadata are
 * those of every object, whatever the definition says of them.
 * @throws TruekeelError `INVALID_SCHEMA`, also later, when a part that cannot be read is first used */
export function schemaFromStructural(openAPIV3Schema: OpenApiSchema): Schema {
  return new SchemaReader({ [OBJECT_META_NAME]: OBJECT_META }, () => undefined).resource(openAPIV3Schema);
}

class SchemaReader {
  readonly #definitions: Readonly<Record<string, OpenApiSchema>>;
  readonly #named = new Map<string, Schema>();
  #names: ReadonlyMap<string, string> | undefined;

  readonly #zeroOf: (field: OpenApiSchema, isRequired: boolean) => JsonValue | undefined;

  constructor(
    definitions: Readonly<Record<string, OpenApiSchema>>,
    zeroOf: (field: OpenApiSchema, isRequired: boolean) => JsonValue | undefined,
  ) {
    this.#definitions = definitions;
    this.#zeroOf = zeroOf;
  }

  nameOf(gvk: GroupVersionKind): string | undefined {
    this.#names ??= new Map(
      Object.entries(this.#definitions).flatMap(([name, definition]) =>
        (definition['x-kubernetes-group-version-kind'] ?? []).map((of) => [kindText(of), name]),
      ),
    );
    return this.#names.get(kindText(gvk));
  }

  named(name: string): Schema {
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    const definition = Object.hasOwn(this.#definitions, name) ? this.#definitions[name] : undefined;
    if (definition === undefined) throw invalidSchema(`it refers to ${name}, which it does not define`);
    const schema = this.#definition(name, definition);
    this.#named.set(name, schema);
    return schema;
  }

  #definition(name: string, definition: OpenApiSchema): Schema {
    if (name === QUANTITY) return { scalar: 'untyped' };
    return name === RAW_EXTENSION ? UNTYPED_ATOMIC : this.#inline(definition, false);
  }

  /** The root of a custom resource. */
  resource(definition: OpenApiSchema): Schema {
    return this.#inline({ ...definition, type: 'object', 'x-kubernetes-embedded-resource': true }, false);
  }

  /** A schema where it is used: a reference, possibly wrapped in allOf so that it can carry a description, or
   * spelled out. */
  #used(definition: OpenApiSchema, preserveUnknown: boolean): Schema {
    const reference =
      definition.$ref ?? (definition.allOf?.length === 1 ? definition.allOf[0]?.$ref : undefined);
    if (reference === undefined) return this.#inline(definition, preserveUnknown);
    const schema = this.named(reference.slice(reference.lastIndexOf('/') + 1));
    const relationship = definition['x-kubernetes-map-type'];
    // The place of use overrides the type: "granular" for the map or "atomic" for either.
    if (relationship === undefined) return schema;
    if (schema.map !== undefined) return { ...schema, map: withRelationship(schema.map, relationship) };
    if (schema.list !== undefined && relationship === 'atomic')
      return { ...schema, list: { relationship, keys: [], items: UNTYPED_ATOMIC } };
    throw invalidSchema(`x-kubernetes-map-type is set where ${reference} is used, which is no map`);
  }

  /** @param preserveUnknown whether x-kubernetes-preserve-unknown-fields holds here because it is set further
   * up */
  #inline(definition: OpenApiSchema, preserveUnknown: boolean): Schema {
    const preserve = preserveUnknown || definition['x-kubernetes-preserve-unknown-fields'] === true;
    switch (definition.type) {
      case 'object':
        return { map: this.#map(definition, preserve) };
      case 'array':
        return { list: this.#list(definition, preserve) };
      case undefined:
      case '':
        return {
          scalar: 'untyped',
          list: this.#list(definition, preserve),
          map: this.#map(definition, preserve),
        };
      default:
        return { scalar: scalarType(definition) };
    }
  }

  #map(definition: OpenApiSchema, preserve: boolean): MapSchema {
    const properties = { ...definition.properties };
    if (definition['x-kubernetes-embedded-resource'] === true) {
      properties.apiVersion = { type: 'string' };
      properties.kind = { type: 'string' };
      properties.metadata = { $ref: OBJECT_META_NAME };
    }
    const fields = new Map(
      Object.entries(properties).map(([name, field]): [string, FieldSchema] => [
        name,
        this.#field(field, preserve, definition.required?.includes(name) ?? false),
      ]),
    );
    const { additionalProperties } = definition;
    const used = lazily(() =>
      typeof additionalProperties === 'object' ? this.#used(additionalProperties, preserve) : DEDUCED,
    );
    const allowed =
      additionalProperties === undefined ? preserve || fields.size === 0 : additionalProperties !== false;
    return {
      relationship: definition['x-kubernetes-map-type'] ?? 'granular',
      fields,
      get additional() {
        return allowed ? used() : undefined;
      },
    };
  }

  #field(definition: OpenApiSchema, preserve: boolean, isRequired: boolean): FieldSchema {
    const zero = this.#zeroOf(definition, isRequired);
    const used = lazily(() => this.#used(definition, preserve));
    return {
      get schema() {
        return used();
      },
      ...(definition.default !== undefined && { default: definition.default }),
      ...(zero !== undefined && { zero }),
    };
  }

  #list(definition: OpenApiSchema, preserve: boolean): ListSchema {
    const { items } = definition;
    const used = lazily(() => (items === undefined ? UNTYPED_ATOMIC : this.#used(items, preserve)));
    return {
      ...listRelationship(definition),
      get items() {
        return used();
      },
    };
  }
}

/** In documents made from Go types a field that is no pointer has the zero value of its type as default, and a
 * field that is always written is required. */
function zeroOfStruct({ default: value }: OpenApiSchema, isRequired: boolean): JsonValue | undefined {
  if (value === undefined) return isRequired ? null : undefined;
  const isZero = value === '' || value === 0 || value === false || JSON.stringify(value) === '{}';
  return isZero ? value : undefined;
}

function scalarType({ type, format }: OpenApiSchema): ScalarType {
  switch (type) {
    case 'integer':
    case 'number':
      return 'numeric';
    case 'boolean':
      return 'boolean';
    case 'string':
      // "byte" is base64 text; dates and int-or-string are not always strings when they arrive.
      return format === undefined || format === '' || format === 'byte' ? 'string' : 'untyped';
    default:
      throw invalidSchema(`it has the type ${JSON.stringify(type)}, which OpenAPI does not know`);
  }
}

function listRelationship(definition: OpenApiSchema): Pick<ListSchema, 'relationship' | 'keys'> {
  const type = definition['x-kubernetes-list-type'];
  switch (type) {
    case 'atomic':
      return { relationship: 'atomic', keys: [] };
    case 'set':
      return { relationship: 'associative', keys: [] };
    case 'map': {
      const keys = definition['x-kubernetes-list-map-keys'];
      if (keys === undefined) throw invalidSchema('a list of type map has no x-kubernetes-list-map-keys');
      return { relationship: 'associative', keys };
    }
    case undefined:
      break;
    default:
      throw invalidSchema(`x-kubernetes-list-type is ${JSON.stringify(type)}, not atomic, set or map`);
  }
  // Kinds from before list types say it with the terms of strategic merge patch.
  const strategies = definition['x-kubernetes-patch-strategy']?.split(',') ?? [];
  if (!strategies.includes('merge')) return { relationship: 'atomic', keys: [] };
  const key = definition['x-kubernetes-patch-merge-key'];
  return { relationship: 'associative', keys: key === undefined ? [] : [key] };
}

function withRelationship(map: MapSchema, relationship: MapSchema['relationship']): MapSchema {
  return {
    relationship,
    fields: map.fields,
    get additional() {
      return map.additional;
    },
  };
}

function kindText({ group, version, kind }: GroupVersionKind): string {
  return `${formatApiVersion(group, version)} ${kind}`;
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function invalidSchema(what: string): TruekeelError {
  return new TruekeelError(`the schema cannot be read: ${what}`, {
    code: 'INVALID_SCHEMA',
    family: 'validation',
    hint: 'Check the OpenAPI document of the API server or the schema in the CustomResourceDefinition.',
  });
}
