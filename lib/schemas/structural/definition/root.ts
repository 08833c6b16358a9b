/** What holds for the schema of a whole object only (apiextensions/validation). */
import type { FieldError } from '../field-error.ts';
import type { SchemaNode } from '../schema-node.ts';
import { forbidden, invalid } from './said.ts';

/** What may stand at the root where the status is taken out of it. */
const BESIDE_STATUS = [
  'description',
  'type',
  'format',
  'title',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
  'multipleOf',
  'required',
  'items',
  'properties',
  'externalDocs',
  'example',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-validations',
];

const GO_NAMES = BESIDE_STATUS.map((name) =>
  name.startsWith('x-')
    ? name
        .replace('kubernetes', '')
        .replaceAll(/-+(.)|^x/g, (_, first: string | undefined) => first?.toUpperCase() ?? 'X')
    : name[0]!.toUpperCase() + name.slice(1),
);

export function rootErrors(schema: SchemaNode, path: string, hasStatus: boolean): FieldError[] {
  return [
    ...(hasStatus &&
    Object.entries(schema).some(([name, value]) => isSet(value) && !BESIDE_STATUS.includes(name))
      ? [
          invalid(
            path,
            schema,
            `only [${GO_NAMES.join(' ')}] fields are allowed at the root of the schema if the status subresource is enabled`,
          ),
        ]
      : []),
    ...(schema.nullable ? [forbidden(`${path}.nullable`, 'nullable cannot be true at the root')] : []),
  ];
}

function isSet(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return false;
  return !Array.isArray(value) || value.length > 0;
}
