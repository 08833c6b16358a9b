/** Whether a schema is structural (apiextensions-apiserver, pkg/apiserver/schema, validation.go and complete.go). */
import type { FieldError } from '../field-error.ts';
import type { SchemaNode } from '../schema-node.ts';
import { patternProblem } from './pattern-problem.ts';
import { forbidden, invalid, required } from './said.ts';

/** Where a schema stands, which decides how a missing type is told. */
const MISSING_TYPE = {
  root: 'must not be empty at the root',
  items: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
} as const;

type Level = keyof typeof MISSING_TYPE;

export function structuralErrors(schema: SchemaNode, path: string): FieldError[] {
  return [...invariantErrors(schema, path, 'root'), ...missingErrors(schema, schema, path, path)];
}

function invariantErrors(schema: SchemaNode, path: string, level: Level): FieldError[] {
  const { additionalProperties, items } = schema;
  const hasMap = typeof additionalProperties === 'object' || additionalProperties === true;
  return [
    ...(schema.type === 'array' && !items ? [required(`${path}.items`, 'must be specified')] : []),
    ...(items ? invariantErrors(items, `${path}.items`, 'items') : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      invariantErrors(property, `${path}.properties[${name}]`, 'field'),
    ),
    ...(hasMap && level === 'root'
      ? [forbidden(`${path}.additionalProperties`, 'must not be used at the root')]
      : []),
    ...(typeof additionalProperties === 'object'
      ? invariantErrors(additionalProperties, `${path}.additionalProperties`, 'field')
      : []),
    ...extensionErrors(schema, path),
    ...typeErrors(schema, path, level),
    ...valueErrors(schema, path),
    ...envelopeErrors(schema, path, level),
    ...(schema['x-kubernetes-embedded-resource'] && hasMap
      ? [
          forbidden(
            `${path}.additionalProperties`,
            'must not be used if x-kubernetes-embedded-resource is set',
          ),
        ]
      : []),
  ];
}

function extensionErrors(schema: SchemaNode, path: string): FieldError[] {
  if (!schema['x-kubernetes-int-or-string']) return [];
  return (['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const)
    .filter((name) => schema[name])
    .map((name) => invalid(`${path}.${name}`, true, 'must be false if x-kubernetes-int-or-string is true'));
}

function typeErrors(schema: SchemaNode, path: string, level: Level): FieldError[] {
  const { type } = schema;
  const mayBeAnything =
    schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields'];
  const errors: FieldError[] = [];
  if (schema['x-kubernetes-embedded-resource'] && type !== 'object') {
    const why = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(type ? invalid(`${path}.type`, type, why) : required(`${path}.type`, why));
  } else if (!type && !mayBeAnything) {
    errors.push(required(`${path}.type`, MISSING_TYPE[level]));
  }
  if (level === 'root' && type && type !== 'object')
    errors.push(invalid(`${path}.type`, type, 'must be object at the root'));
  return errors;
}

/** Of apiVersion, kind and metadata a schema may say little. */
function envelopeErrors(schema: SchemaNode, path: string, level: Level): FieldError[] {
  const { properties = {} } = schema;
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  const isResource = isEmbedded || level === 'root';
  const at = (name: string) => `${path}.properties[${name}]`;
  const named = (name: string) => (Object.hasOwn(properties, name) ? properties[name] : undefined);
  const errors = ['kind', 'apiVersion'].flatMap((name) => {
    const property = isResource ? named(name) : undefined;
    return property && property.type !== 'string'
      ? [invalid(`${at(name)}.type`, property.type ?? '', 'must be string')]
      : [];
  });
  const metadata = named('metadata');
  if (metadata && isResource && metadata.type !== 'object')
    errors.push(invalid(`${at('metadata')}.type`, metadata.type ?? '', 'must be object'));
  if (metadata && level === 'root' && !saysNamesOnly(metadata)) {
    const why =
      'must not specify anything other than name and generateName, but metadata is implicitly specified';
    errors.push(forbidden(at('metadata'), why));
  }
  if (isEmbedded && !schema['x-kubernetes-preserve-unknown-fields'] && Object.keys(properties).length === 0)
    errors.push(
      required(
        `${path}.properties`,
        'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      ),
    );
  return errors;
}

const OF_METADATA = ['type', 'properties', 'default'];

function saysNamesOnly(metadata: SchemaNode): boolean {
  const members = Object.entries(metadata).filter(([, value]) => value !== undefined && value !== false);
  const names = Object.keys(metadata.properties ?? {});
  return (
    members.every(([name]) => OF_METADATA.includes(name)) &&
    names.every((name) => name === 'name' || name === 'generateName')
  );
}

/** The two forms in which the types of an integer or a string may be written out. */
function isIntOrString(branches: readonly SchemaNode[] | undefined): boolean {
  const types = ['integer', 'string'];
  return (
    branches?.length === 2 &&
    branches.every((branch, i) => branch.type === types[i] && Object.keys(branch).length === 1)
  );
}

function valueErrors(schema: SchemaNode, path: string, isNested = false): FieldError[] {
  const { allOf = [], anyOf = [], oneOf = [], not, pattern } = schema;
  const skipsAnyOf = !isNested && isIntOrString(anyOf);
  return [
    ...(skipsAnyOf ? [] : anyOf.flatMap((one, i) => nestedErrors(one, `${path}.anyOf[${i}]`))),
    ...allOf.flatMap((one, i) =>
      nestedErrors(one, `${path}.allOf[${i}]`, !isNested && i === 0 && isIntOrString(one.anyOf)),
    ),
    ...oneOf.flatMap((one, i) => nestedErrors(one, `${path}.oneOf[${i}]`)),
    ...(not ? nestedErrors(not, `${path}.not`) : []),
    ...patternErrors(pattern ?? '', `${path}.pattern`),
  ];
}

function patternErrors(pattern: string, field: string): FieldError[] {
  const problem = patternProblem(pattern);
  if (problem === undefined) return [];
  const why = `must be a valid regular expression, but isn't: error parsing regexp: ${problem}`;
  return [invalid(field, pattern, why)];
}

const EMPTY = 'must be empty to be structural';
const UNDEFINED = 'must be undefined to be structural';
const FALSE = 'must be false to be structural';

/** What allOf, anyOf, oneOf and not may not say, as the schema around them has to. */
const OUTSIDE_ONLY: Readonly<Record<string, string>> = {
  type: EMPTY,
  additionalProperties: UNDEFINED,
  default: UNDEFINED,
  title: EMPTY,
  description: EMPTY,
  nullable: FALSE,
  externalDocs: UNDEFINED,
  'x-kubernetes-preserve-unknown-fields': FALSE,
  'x-kubernetes-embedded-resource': FALSE,
  'x-kubernetes-int-or-string': FALSE,
  'x-kubernetes-list-map-keys': EMPTY,
  'x-kubernetes-list-type': UNDEFINED,
  'x-kubernetes-map-type': UNDEFINED,
  'x-kubernetes-validations': EMPTY,
};

function nestedErrors(nested: SchemaNode, path: string, skipsAnyOf = false): FieldError[] {
  const said = nested as Readonly<Record<string, unknown>>; // members that the type does not have
  return [
    ...valueErrors(skipsAnyOf ? withoutAnyOf(nested) : nested, path, true),
    ...(nested.items ? nestedErrors(nested.items, `${path}.items`) : []),
    ...Object.entries(nested.properties ?? {}).flatMap(([name, property]) =>
      nestedErrors(property, `${path}.properties[${name}]`),
    ),
    ...Object.entries(OUTSIDE_ONLY)
      .filter(([name]) => isSaid(said[name]))
      .map(([name, why]) => forbidden(`${path}.${name}`, why)),
    ...(nested.properties && Object.hasOwn(nested.properties, 'metadata')
      ? [forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context')]
      : []),
  ];
}

function withoutAnyOf({ anyOf: _, ...nested }: SchemaNode): SchemaNode {
  return nested;
}

function isSaid(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return false;
  return !Array.isArray(value) || value.length > 0;
}

/** What branches at the root speak of has to be defined beside them; further down the server does not look. */
function missingErrors(
  { allOf = [], anyOf = [], oneOf = [], not }: SchemaNode,
  defined: SchemaNode,
  at: string,
  from: string,
): FieldError[] {
  const below = (nested: SchemaNode, place: string): FieldError[] => [
    ...missingErrors(nested, defined, at, place),
    ...partErrors(nested.items, defined.items, `${at}.items`, `${place}.items`),
    ...Object.entries(nested.properties ?? {}).flatMap(([name, property]) => {
      const part = `properties[${name}]`;
      const own = defined.properties?.[name];
      return partErrors(property, own, `${at}.${part}`, `${place}.${part}`);
    }),
  ];
  return [
    ...(not ? below(not, `${from}.not`) : []),
    ...allOf.flatMap((one, i) => below(one, `${from}.allOf[${i}]`)),
    ...anyOf.flatMap((one, i) => below(one, `${from}.anyOf[${i}]`)),
    ...oneOf.flatMap((one, i) => below(one, `${from}.oneOf[${i}]`)),
  ];
}

function partErrors(
  nested: SchemaNode | undefined,
  defined: SchemaNode | undefined,
  at: string,
  from: string,
): FieldError[] {
  if (!nested) return [];
  if (!defined) return [required(at, `because it is defined in ${from}`)];
  // A branch of its own, with this part for all that there is.
  return missingErrors({ allOf: [nested] }, defined, at, from).map((error) => ({
    ...error,
    message: error.message.replace(`${from}.allOf[0]`, from),
  }));
}
