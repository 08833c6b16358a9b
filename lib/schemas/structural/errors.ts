/** What a structural schema does not allow, in the words of kube-openapi's validator. */
import type { FieldError } from './field-error.ts';
import type { Path, SchemaProblem } from './walk.ts';

function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

type Said = Omit<FieldError, 'field'>;

export function errorOf(path: Path, problem: SchemaProblem): FieldError {
  const field = formatPath(path);
  return { field, ...said(field, problem) };
}

function said(field: string, problem: SchemaProblem): Said {
  const { schema, value } = problem;
  const invalid = (why: string, shownValue: unknown = value): Said => ({
    type: 'FieldValueInvalid',
    message: `Invalid value: ${shown(shownValue)}: ${field} in body ${why}`,
  });
  switch (problem.is) {
    case 'type': {
      const wanted = schema['x-kubernetes-int-or-string'] ? 'integer,string' : schema.type;
      const type = JSON.stringify(jsonType(value));
      return {
        type: 'FieldValueTypeInvalid',
        message: `Invalid value: ${type}: ${field} in body must be of type ${wanted}: ${type}`,
      };
    }
    case 'enum':
      return {
        type: 'FieldValueNotSupported',
        message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${(schema.enum ?? []).map((item) => JSON.stringify(item)).join(', ')}`,
      };
    case 'maxLength':
      return {
        type: 'FieldValueTooLong',
        message: `Too long: may not be more than ${problem.limit} bytes`,
      };
    case 'minLength':
      return invalid(`should be at least ${problem.limit} chars long`);
    case 'pattern':
      return invalid(`should match '${schema.pattern}'`);
    case 'format':
      return {
        ...invalid(`must be of type ${schema.format}: ${JSON.stringify(value)}`),
        type: 'FieldValueTypeInvalid',
      };
    case 'maximum':
      return invalid(`should be less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${schema.maximum}`);
    case 'minimum':
      return invalid(
        `should be greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${schema.minimum}`,
      );
    case 'multipleOf':
      return invalid(`should be a multiple of ${schema.multipleOf}`);
    case 'maxItems':
    case 'maxProperties':
      return {
        type: 'FieldValueTooMany',
        message: `Too many: ${problem.size}: must have at most ${problem.limit} items`,
      };
    case 'minItems':
      return invalid(`should have at least ${problem.limit} items`, problem.size);
    case 'minProperties':
      return invalid(`should have at least ${problem.limit} properties`, problem.size);
    case 'duplicate':
      return { type: 'FieldValueDuplicate', message: `Duplicate value: ${problem.key}` };
    case 'missing':
      return { type: 'FieldValueRequired', message: 'Required value' };
    case 'unknown':
      return { type: 'FieldValueInvalid', message: 'unknown field' };
    case 'anyOf':
      return invalid('must validate at least one schema (anyOf)');
    case 'oneOf':
      return invalid('must validate one and only one schema (oneOf)');
    case 'not':
      return invalid('must not validate the schema (not)');
  }
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function shown(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? JSON.stringify(jsonType(value))
    : JSON.stringify(value);
}
