/** What can be wrong with label selectors inside objects. */
import type { ObjectLabelSelector } from '../objects/index.ts';
import { type FieldError, invalidValue } from './field-errors.ts';
import { labelErrors } from './labels.ts';

export function selectorErrors(selector: ObjectLabelSelector, field: string): FieldError[] {
  return [
    ...labelErrors(selector.matchLabels, `${field}.matchLabels`),
    ...(selector.matchExpressions ?? []).flatMap(({ operator, values = [] }, i): FieldError[] => {
      const at = `${field}.matchExpressions[${i}]`;
      switch (operator) {
        case 'In':
        case 'NotIn':
          return values.length > 0
            ? []
            : [
                {
                  type: 'FieldValueRequired',
                  field: `${at}.values`,
                  message: "Required value: must be specified when `operator` is 'In' or 'NotIn'",
                },
              ];
        case 'Exists':
        case 'DoesNotExist':
          return values.length === 0
            ? []
            : [
                {
                  type: 'FieldValueForbidden',
                  field: `${at}.values`,
                  message: "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                },
              ];
        default:
          return [invalidValue(`${at}.operator`, operator, 'not a valid selector operator')];
      }
    }),
  ];
}
