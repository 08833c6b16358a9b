/** What can be wrong with label selectors inside objects (apimachinery, apis/meta/v1/validation). */
import type { ObjectLabelSelector } from '../objects/index.ts';
import { type FieldError, forbidden, invalidValue, itemsOf, required, textsOf } from './field-errors.ts';
import { labelErrors } from './labels.ts';
import { labelValueErrors, qualifiedNameErrors } from './names.ts';

type Requirement = NonNullable<ObjectLabelSelector['matchExpressions']>[number];

export function selectorErrors(
  selector: ObjectLabelSelector | null | undefined,
  field: string,
): FieldError[] {
  if (!selector) return [];
  return [
    ...labelErrors(selector.matchLabels, `${field}.matchLabels`),
    ...itemsOf(selector.matchExpressions).flatMap((requirement, i) =>
      requirementErrors(requirement, `${field}.matchExpressions[${i}]`),
    ),
  ];
}

function requirementErrors({ key, operator, values }: Requirement, at: string): FieldError[] {
  return [
    ...operatorErrors(operator ?? '', textsOf(values).length > 0, at),
    ...qualifiedNameErrors(key ?? '', `${at}.key`),
    ...textsOf(values).flatMap((value, i) => labelValueErrors(value, `${at}.values[${i}]`)),
  ];
}

function operatorErrors(operator: string, hasValues: boolean, at: string): FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return hasValues
        ? []
        : [required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      return hasValues
        ? [forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
        : [];
    default:
      return [invalidValue(`${at}.operator`, operator, 'not a valid selector operator')];
  }
}

/** Whether it selects everything. */
export function isEmptySelector({ matchLabels, matchExpressions }: ObjectLabelSelector): boolean {
  return Object.keys(matchLabels ?? {}).length === 0 && !matchExpressions?.length;
}
