/** Label selectors inside objects. */
import type { FieldError } from '../status.ts';
import { invalidValue, labelErrors } from './names.ts';

export interface ObjectLabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

export function selectorMatches(
  selector: ObjectLabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        default:
          return value === undefined;
      }
    })
  );
}

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
