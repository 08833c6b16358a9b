/** What is wrong with the schema of a definition itself: it has to be structural (apiextensions.k8s.io/v1, "Specifying
 * a structural schema"). The wording is the API server's. */
import type { FieldError } from './field-error.ts';
import { patternOf } from './pattern.ts';
import { parseRule } from './rules/parse-rule.ts';
import type { SchemaNode, ValidationRule } from './schema-node.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

/** Where a schema stands, which decides how a missing type is told. */
const MISSING_TYPE = {
  root: 'must not be empty at the root',
  items: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
} as const;

type Level = keyof typeof MISSING_TYPE;

/** @param path of the schema in the definition: `spec.versions[0].schema.openAPIV3Schema` */
export function definitionSchemaErrors(schema: SchemaNode, path: string): FieldError[] {
  return [
    ...(schema.type === undefined || schema.type === 'object'
      ? []
      : [invalid(`${path}.type`, schema.type, 'must be object at the root')]),
    ...nodeErrors(schema, path, 'root'),
    ...metadataErrors(schema, path),
  ];
}

function nodeErrors(schema: SchemaNode, path: string, level: Level): FieldError[] {
  return [
    ...typeErrors(schema, path, level),
    ...unsupportedErrors(schema, path),
    ...listErrors(schema, path),
    ...ruleErrors(schema['x-kubernetes-validations'] ?? [], path),
    ...junctorErrors(schema, path),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      nodeErrors(property, `${path}.properties[${name}]`, 'field'),
    ),
    ...(schema.items ? nodeErrors(schema.items, `${path}.items`, 'items') : []),
    ...(typeof schema.additionalProperties === 'object'
      ? nodeErrors(schema.additionalProperties, `${path}.additionalProperties`, 'field')
      : []),
  ];
}

function typeErrors(schema: SchemaNode, path: string, level: Level): FieldError[] {
  const { type } = schema;
  if (type !== undefined && !TYPES.includes(type)) {
    const supported = TYPES.map((one) => JSON.stringify(one)).join(', ');
    const message = `Unsupported value: ${JSON.stringify(type)}: supported values: ${supported}`;
    return [{ type: 'FieldValueNotSupported', field: `${path}.type`, message }];
  }
  const mayBeAnything =
    schema['x-kubernetes-int-or-string'] === true ||
    (schema['x-kubernetes-preserve-unknown-fields'] === true && level !== 'root');
  return type === undefined && !mayBeAnything ? [required(`${path}.type`, MISSING_TYPE[level])] : [];
}

/** Members of JSON Schema that definitions cannot have. */
const NOT_SUPPORTED = ['$ref', 'definitions', 'dependencies', 'id', 'patternProperties'];

function unsupportedErrors(schema: SchemaNode, path: string): FieldError[] {
  const present = schema as Readonly<Record<string, unknown>>; // members that the type does not have
  return [
    ...NOT_SUPPORTED.filter((name) => present[name] !== undefined).map((name) =>
      forbidden(`${path}.${name}`, `${name} is not supported`),
    ),
    ...(schema.uniqueItems === true
      ? [
          forbidden(
            `${path}.uniqueItems`,
            'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
          ),
        ]
      : []),
    ...(schema.additionalProperties === false
      ? [forbidden(`${path}.additionalProperties`, 'additionalProperties cannot be set to false')]
      : []),
    ...(schema.additionalProperties && Object.keys(schema.properties ?? {}).length > 0
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
    ...(schema.pattern !== undefined && !isPattern(schema.pattern)
      ? [invalid(`${path}.pattern`, schema.pattern, `must be a valid regular expression`)]
      : []),
  ];
}

/** What JavaScript cannot take for another reason is left to the server. */
function isPattern(pattern: string): boolean {
  try {
    patternOf(pattern);
    return true;
  } catch {
    return false;
  }
}

function listErrors(schema: SchemaNode, path: string): FieldError[] {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return [
    ...(schema.type === 'array' && !schema.items ? [required(`${path}.items`, 'must be specified')] : []),
    ...(listType !== undefined && schema.type !== 'array'
      ? [
          schema.type === undefined
            ? required(`${path}.type`, 'must be array if x-kubernetes-list-type is specified')
            : invalid(`${path}.type`, schema.type, 'must be array if x-kubernetes-list-type is specified'),
        ]
      : []),
    ...(listType === 'map' && keys.length === 0
      ? [required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map')]
      : []),
    ...(keys.length > 0 && listType !== 'map'
      ? [
          invalid(
            `${path}.x-kubernetes-list-type`,
            listType ?? null,
            'must be map if x-kubernetes-list-map-keys is non-empty',
          ),
        ]
      : []),
    ...(listType === 'map' ? mapKeyErrors(schema, keys, path) : []),
  ];
}

function mapKeyErrors({ items }: SchemaNode, keys: readonly string[], path: string): FieldError[] {
  if (!items) return [];
  if (items.type !== 'object') {
    return [
      invalid(
        `${path}.items.type`,
        items.type ?? '',
        "must be object if parent array's x-kubernetes-list-type is map",
      ),
    ];
  }
  return keys.flatMap((key, i) => {
    const property = items.properties?.[key];
    if (!property) {
      return [
        invalid(
          `${path}.x-kubernetes-list-map-keys[${i}]`,
          key,
          'entries must all be names of item properties',
        ),
      ];
    }
    return items.required?.includes(key) || property.default !== undefined
      ? []
      : [
          required(
            `${path}.items.properties[${key}].default`,
            'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
          ),
        ];
  });
}

function ruleErrors(rules: readonly ValidationRule[], path: string): FieldError[] {
  return rules.flatMap((rule, i): FieldError[] => {
    const at = `${path}.x-kubernetes-validations[${i}]`;
    if (!rule.rule?.trim()) return [required(`${at}.rule`, 'rule is not specified')];
    const why = syntaxError(rule.rule);
    return [
      ...(why === undefined ? [] : [invalid(`${at}.rule`, rule.rule, `compilation failed: ${why}`)]),
      ...(rule.message?.includes('\n')
        ? [invalid(`${at}.message`, rule.message, 'message must not contain line breaks')]
        : []),
    ];
  });
}

/** Only what no reader of CEL takes; a function that is not known here may be known to the server. */
function syntaxError(rule: string): string | undefined {
  try {
    parseRule(rule);
    return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    return /Parse|Syntax/i.test(name) ? message.split('\n')[0] : undefined;
  }
}

/** What allOf, anyOf, oneOf and not may not say, as the schema around them has to. */
const OUTSIDE_ONLY = [
  'type',
  'default',
  'description',
  'nullable',
  'additionalProperties',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
] as const;

function junctorErrors(schema: SchemaNode, path: string): FieldError[] {
  const lists = (['allOf', 'anyOf', 'oneOf'] as const).flatMap((junctor) =>
    (schema[junctor] ?? []).map((nested, i) => [nested, `${path}.${junctor}[${i}]`] as const),
  );
  const all = schema.not ? [...lists, [schema.not, `${path}.not`] as const] : lists;
  // Of an integer or a string the types are written out, which is the one exception.
  const isIntOrString = schema['x-kubernetes-int-or-string'] === true;
  return isIntOrString ? [] : all.flatMap(([nested, at]) => nestedErrors(nested, schema, at, path));
}

function nestedErrors(nested: SchemaNode, outer: SchemaNode, at: string, outerAt: string): FieldError[] {
  return [
    ...OUTSIDE_ONLY.filter((name) => nested[name] !== undefined && nested[name] !== '').map((name) =>
      forbidden(`${at}.${name}`, 'must be empty to be structural'),
    ),
    ...Object.entries(nested.properties ?? {}).flatMap(([name, property]) => {
      const defined = outer.properties?.[name];
      if (!defined) {
        return outer['x-kubernetes-preserve-unknown-fields']
          ? []
          : [
              required(
                `${outerAt}.properties[${name}]`,
                `because it is defined in ${at}.properties[${name}]`,
              ),
            ];
      }
      return nestedErrors(property, defined, `${at}.properties[${name}]`, `${outerAt}.properties[${name}]`);
    }),
    ...(nested.items
      ? outer.items
        ? nestedErrors(nested.items, outer.items, `${at}.items`, `${outerAt}.items`)
        : [required(`${outerAt}.items`, `because it is defined in ${at}.items`)]
      : []),
    ...junctorErrors({ ...nested, properties: outer.properties ?? {} }, at),
  ];
}

/** Of an object's metadata a schema may bound its name and nothing else. */
function metadataErrors({ properties }: SchemaNode, path: string): FieldError[] {
  const members = Object.keys(properties?.metadata?.properties ?? {});
  return members.every((name) => name === 'name' || name === 'generateName')
    ? []
    : [
        forbidden(
          `${path}.properties[metadata]`,
          'must not specify anything other than name and generateName, but metadata is implicitly specified',
        ),
      ];
}

function invalid(field: string, value: unknown, why: string): FieldError {
  return { type: 'FieldValueInvalid', field, message: `Invalid value: ${JSON.stringify(value)}: ${why}` };
}

function required(field: string, why: string): FieldError {
  return { type: 'FieldValueRequired', field, message: `Required value: ${why}` };
}

function forbidden(field: string, why: string): FieldError {
  return { type: 'FieldValueForbidden', field, message: `Forbidden: ${why}` };
}
