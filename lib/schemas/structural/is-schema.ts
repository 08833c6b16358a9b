import type { SchemaNode } from './schema-node.ts';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isFlag: Check = (value) => typeof value === 'boolean';
const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const isMapOf =
  (check: Check): Check =>
  (value) =>
    isMap(value) && Object.values(value).every(check);

const MEMBERS: Readonly<Record<string, Check>> = {
  type: isText,
  format: isText,
  pattern: isText,
  nullable: isFlag,
  minimum: isNumber,
  maximum: isNumber,
  exclusiveMinimum: isFlag,
  exclusiveMaximum: isFlag,
  multipleOf: isNumber,
  minLength: isNumber,
  maxLength: isNumber,
  minItems: isNumber,
  maxItems: isNumber,
  minProperties: isNumber,
  maxProperties: isNumber,
  enum: Array.isArray,
  required: isListOf(isText),
  properties: isMapOf(isSchemaNode),
  items: isSchemaNode,
  additionalProperties: (value) => isFlag(value) || isSchemaNode(value),
  allOf: isListOf(isSchemaNode),
  anyOf: isListOf(isSchemaNode),
  oneOf: isListOf(isSchemaNode),
  not: isSchemaNode,
  'x-kubernetes-list-map-keys': isListOf(isText),
  'x-kubernetes-validations': isListOf(isRule),
};

/** Whether a value of a definition, which anybody may have written, can be walked as a schema. */
export function isSchemaNode(value: unknown): value is SchemaNode {
  if (!isMap(value)) return false;
  for (const name in value) {
    const member = value[name];
    const check = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
    if (check && member !== undefined && !check(member)) return false;
  }
  return true;
}

function isRule(value: unknown): boolean {
  if (!isMap(value)) return false;
  const { rule = '', message = '', messageExpression = '', reason = '', fieldPath = '' } = value;
  return [rule, message, messageExpression, reason, fieldPath].every(isText);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
