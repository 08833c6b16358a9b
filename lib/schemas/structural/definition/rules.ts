/** Rules of schemas, but for whether they compile. */
import type { FieldError } from '../field-error.ts';
import type { SchemaNode, ValidationRule } from '../schema-node.ts';
import { invalid, notSupported, required } from './said.ts';

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

export function ruleErrors(schema: SchemaNode, path: string): FieldError[] {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((rule, i) =>
    oneErrors(rule, schema, `${path}.x-kubernetes-validations[${i}]`),
  );
}

function oneErrors(rule: ValidationRule, schema: SchemaNode, at: string): FieldError[] {
  const { message = '', messageExpression = '', reason, fieldPath = '' } = rule;
  return [
    ...textErrors(rule.rule ?? '', message, messageExpression, at),
    ...(messageExpression !== '' && messageExpression.trim() === ''
      ? [required(`${at}.messageExpression`, 'messageExpression must be non-empty if specified')]
      : []),
    ...(reason === undefined || REASONS.includes(reason)
      ? []
      : [notSupported(`${at}.reason`, reason, REASONS)]),
    ...pathErrors(fieldPath, schema, `${at}.fieldPath`),
  ];
}

const LINE_BREAK = /[\n\r]/;

function textErrors(rule: string, message: string, expression: string, at: string): FieldError[] {
  const text = message.trim();
  if (rule.trim() === '') return [required(`${at}.rule`, 'rule is not specified')];
  if (message !== '' && text === '')
    return [invalid(`${at}.message`, message, 'must be non-empty if specified')];
  if (LINE_BREAK.test(text)) return [invalid(`${at}.message`, message, 'must not contain line breaks')];
  return LINE_BREAK.test(rule.trim()) && text === '' && expression.trim() === ''
    ? [required(`${at}.message`, 'message must be specified if rule contains line breaks')]
    : [];
}

function pathErrors(fieldPath: string, schema: SchemaNode, field: string): FieldError[] {
  if (fieldPath === '') return [];
  const errors: FieldError[] = [];
  if (fieldPath.trim() === '') errors.push(invalid(field, fieldPath, 'must be non-empty if specified'));
  if (LINE_BREAK.test(fieldPath)) errors.push(invalid(field, fieldPath, 'must not contain line breaks'));
  if (!leadsSomewhere(fieldPath, schema)) errors.push(invalid(field, fieldPath, 'must be a valid path'));
  return errors;
}

/** `.spec['a-b']`: names of fields, and keys of maps; items of lists have no names. */
function leadsSomewhere(fieldPath: string, schema: SchemaNode): boolean {
  if (fieldPath.trim() === '') return false;
  let rest = fieldPath.trim();
  let at: SchemaNode | undefined = schema;
  while (rest !== '') {
    const [step, plain, quoted] = /^(?:\.([A-Za-z_]\w*)|\['((?:\\.|[^'\\])+)'\])/.exec(rest) ?? [];
    if (step === undefined) return false;
    const name = plain ?? quoted!.replaceAll(/\\(.)/g, '$1');
    const values: SchemaNode | boolean | undefined = at.additionalProperties;
    const below: SchemaNode | undefined =
      at.properties?.[name] ?? (typeof values === 'object' ? values : undefined);
    if (!below) return false;
    at = below;
    rest = rest.slice(step.length);
  }
  return true;
}
