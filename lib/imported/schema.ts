/** What is left of a structural schema (apiextensions.k8s.io/v1) for checks at run time: its members keep their names,
 * documentation is gone, patterns are JavaScript's, and `names` says which fields are called otherwise in TypeScript. */
export interface CheckedSchema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly nullable?: boolean;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  /** A source of `RegExp`, for the flag `u`. */
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  /** Fields that have to be there; those with a default are left out. */
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, CheckedSchema>>;
  readonly additionalProperties?: CheckedSchema | boolean;
  readonly items?: CheckedSchema;
  readonly allOf?: readonly CheckedSchema[];
  readonly anyOf?: readonly CheckedSchema[];
  readonly oneOf?: readonly CheckedSchema[];
  readonly not?: CheckedSchema;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  /** Defaults of the fields by which the items of a map list are told apart. */
  readonly keyDefaults?: Readonly<Record<string, unknown>>;
  /** Name of a property in TypeScript → name of the field, where they differ. */
  readonly names?: Readonly<Record<string, string>>;
}

export const ANYTHING: CheckedSchema = { 'x-kubernetes-preserve-unknown-fields': true };

/** Fields that an object inside of another always has. */
const ENVELOPE: Readonly<Record<string, CheckedSchema>> = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
};

/** The schema of a field; undefined when the field cannot be. */
export function fieldSchema(schema: CheckedSchema, field: string): CheckedSchema | undefined {
  if (schema.properties && Object.hasOwn(schema.properties, field)) return schema.properties[field];
  if (schema['x-kubernetes-embedded-resource'] && Object.hasOwn(ENVELOPE, field)) return ENVELOPE[field];
  return otherFields(schema);
}

/** The schema of the values of a map, or of fields that no property names; undefined when there can be none. */
function otherFields(schema: CheckedSchema): CheckedSchema | undefined {
  const { additionalProperties } = schema;
  if (typeof additionalProperties === 'object') return additionalProperties;
  return additionalProperties === true || schema['x-kubernetes-preserve-unknown-fields']
    ? ANYTHING
    : undefined;
}
