/** What each schema in a definition may say, branches included (apiextensions/validation,
 * ValidateCustomResourceDefinitionOpenAPISchema). */
import type { FieldError } from '../field-error.ts';
import type { SchemaNode } from '../schema-node.ts';
import { listErrors } from './lists.ts';
import { ruleErrors } from './rules.ts';
import { forbidden, invalid, notSupported, required } from './said.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

/** Members of JSON Schema that definitions cannot have. */
const NOT_SUPPORTED = ['$ref', 'additionalItems', 'definitions', 'dependencies', 'id', 'patternProperties'];

interface Surroundings {
  /** Why there can be no default. */
  readonly noDefaults?: string;
  readonly isInMetadata?: boolean;
}

export function nodeErrors(
  schema: SchemaNode,
  path: string,
  around: Surroundings,
  isRoot = true,
): FieldError[] {
  return [
    ...ownErrors(schema, path, around),
    ...partsErrors(schema, path, around, isRoot),
    ...branchErrors(schema, path, around),
    ...listErrors(schema, path),
    ...ruleErrors(schema, path),
  ];
}

function ownErrors(
  schema: SchemaNode,
  path: string,
  { noDefaults, isInMetadata }: Surroundings,
): FieldError[] {
  const said = schema as Readonly<Record<string, unknown>>; // members that the type does not have
  const { type, additionalProperties } = schema;
  const mapType = schema['x-kubernetes-map-type'];
  return [
    ...(schema.default !== undefined && noDefaults !== undefined
      ? [forbidden(`${path}.default`, noDefaults)]
      : []),
    ...NOT_SUPPORTED.filter((name) => isPresent(said[name])).map((name) =>
      forbidden(`${path}.${name}`, `${name} is not supported`),
    ),
    ...(type && !TYPES.includes(type) ? [notSupported(`${path}.type`, type, TYPES)] : []),
    ...(type === 'null'
      ? [forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative')]
      : []),
    ...(isInMetadata && schema['x-kubernetes-embedded-resource']
      ? [forbidden(`${path}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta')]
      : []),
    ...(schema.uniqueItems === true
      ? [
          forbidden(
            `${path}.uniqueItems`,
            'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
          ),
        ]
      : []),
    ...(additionalProperties !== undefined &&
    additionalProperties !== true &&
    Object.keys(schema.properties ?? {}).length > 0
      ? [
          forbidden(
            `${path}.additionalProperties`,
            'additionalProperties and properties are mutual exclusive',
          ),
        ]
      : []),
    ...(schema['x-kubernetes-preserve-unknown-fields'] === false
      ? [invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined')]
      : []),
    ...(mapType === undefined || type === 'object'
      ? []
      : [
          type
            ? invalid(`${path}.type`, type, 'must be object if x-kubernetes-map-type is specified')
            : required(`${path}.type`, 'must be object if x-kubernetes-map-type is specified'),
        ]),
    ...(mapType === undefined || mapType === 'atomic' || mapType === 'granular'
      ? []
      : [notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular'])]),
  ];
}

function isPresent(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

const ENVELOPE = ['apiVersion', 'kind', 'metadata'];

function partsErrors(schema: SchemaNode, path: string, around: Surroundings, isRoot: boolean): FieldError[] {
  const isResource = isRoot || schema['x-kubernetes-embedded-resource'] === true;
  const { additionalProperties, items } = schema;
  return [
    ...(typeof additionalProperties === 'object'
      ? nodeErrors(
          additionalProperties,
          `${path}.additionalProperties`,
          around.isInMetadata
            ? { ...around, noDefaults: 'inside additionalProperties applying to object metadata' }
            : around,
          false,
        )
      : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
      const isMeta = isResource && ENVELOPE.includes(name);
      const noDefaults = isRoot ? { noDefaults: 'must not be set in top-level metadata' } : {};
      const inside = isMeta ? { ...around, isInMetadata: true, ...noDefaults } : around;
      return nodeErrors(property, `${path}.properties[${name}]`, inside, false);
    }),
    ...(items ? nodeErrors(items, `${path}.items`, around, false) : []),
  ];
}

function branchErrors(schema: SchemaNode, path: string, around: Surroundings): FieldError[] {
  return [
    ...(['allOf', 'anyOf', 'oneOf'] as const).flatMap((junctor) =>
      (schema[junctor] ?? []).flatMap((branch, i) =>
        nodeErrors(branch, `${path}.${junctor}[${i}]`, around, false),
      ),
    ),
    ...(schema.not ? nodeErrors(schema.not, `${path}.not`, around, false) : []),
  ];
}

/** Whether the server can read the schema as a structural one at all; of others it says no more. */
export function isReadable(schema: SchemaNode): boolean {
  const said = schema as Readonly<Record<string, unknown>>; // members that the type does not have
  const { properties = {}, items, additionalProperties, allOf = [], anyOf = [], oneOf = [], not } = schema;
  const parts = [...Object.values(properties), ...allOf, ...anyOf, ...oneOf];
  if (items) parts.push(items);
  if (not) parts.push(not);
  if (typeof additionalProperties === 'object') parts.push(additionalProperties);
  return NOT_SUPPORTED.every((name) => !isPresent(said[name])) && parts.every(isReadable);
}
