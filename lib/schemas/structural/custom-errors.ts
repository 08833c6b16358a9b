/** What a server refuses of a custom resource that is created: by the schema of its kind, then by its rules. */
import { schemaErrors } from './errors.ts';
import type { FieldError } from './field-error.ts';
import { hasRules, ruleErrors } from './rules/rule-errors.ts';
import type { SchemaNode } from './schema-node.ts';

/** With these, a server does not ask the rules (apiextensions-apiserver, customresource strategy, hasBlockingErr). */
const BLOCKING: ReadonlySet<FieldError['type']> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
] as const);

export interface CustomVerdict {
  readonly errors: readonly FieldError[];
  /** Whether there are rules that were not asked because of the errors. */
  readonly hasUnaskedRules: boolean;
}

/** @param object with defaults, and without fields that the schema does not know */
export function judgeCustom(schema: SchemaNode, object: unknown): CustomVerdict {
  const errors = schemaErrors(schema, object, '');
  return errors.some(({ type }) => BLOCKING.has(type))
    ? { errors, hasUnaskedRules: hasRules(schema) }
    : { errors: [...errors, ...ruleErrors(schema, object)], hasUnaskedRules: false };
}
