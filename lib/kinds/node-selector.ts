/** Selectors of nodes (core/validation, ValidateNodeSelector). */
import { qualifiedNameProblems } from '../objects/index.ts';
import { type FieldError, type Fields, forbidden, invalidValue, itemsOf, required } from './field-errors.ts';

export function nodeSelectorErrors({ nodeSelectorTerms }: Fields, at: string): FieldError[] {
  const field = `${at}.nodeSelectorTerms`;
  if (!nodeSelectorTerms?.length) return [required(field, 'must have at least one node selector term')];
  return itemsOf(nodeSelectorTerms).flatMap((term, i) => [
    ...itemsOf(term?.matchExpressions).flatMap((expression, j) =>
      expressionErrors(expression, `${field}[${i}].matchExpressions[${j}]`),
    ),
    ...itemsOf(term?.matchFields).flatMap((expression, j) =>
      fieldErrors(expression, `${field}[${i}].matchFields[${j}]`),
    ),
  ]);
}

function expressionErrors({ key = '', operator, values }: Fields, at: string): FieldError[] {
  return [
    ...operatorErrors(operator ?? '', values?.length ?? 0, at),
    ...qualifiedNameProblems(key ?? '').map((problem) => invalidValue(`${at}.key`, key, problem)),
  ];
}

function operatorErrors(operator: string, values: number, at: string): FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values > 0
        ? []
        : [required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      return values === 0
        ? []
        : [forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    case 'Gt':
    case 'Lt':
      return values === 1
        ? []
        : [required(`${at}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
    default:
      return [invalidValue(`${at}.operator`, operator, 'not a valid selector operator')];
  }
}

/** Of fields there is the name alone. */
function fieldErrors({ key = '', operator = '', values }: Fields, at: string): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn')
    errors.push(invalidValue(`${at}.operator`, operator, 'not a valid selector operator'));
  else if (values?.length !== 1)
    errors.push(
      required(
        `${at}.values`,
        "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
      ),
    );
  if (key !== 'metadata.name') errors.push(invalidValue(`${at}.key`, key, 'not a valid field selector key'));
  return errors;
}
