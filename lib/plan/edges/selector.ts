import type { JsonValue } from '../../objects/index.ts';
import { fieldOf, isMap, itemsOf, stringOf } from '../field-path.ts';

/** Whether a label selector (meta/v1) selects labels. An empty one selects everything; one that is not there, nothing. */
export function selects(selector: JsonValue | undefined, labels: JsonValue | undefined): boolean {
  return (
    isMap(selector) &&
    selectsAll(selector.matchLabels, labels) &&
    itemsOf(selector, 'matchExpressions').every((expression) => {
      const value = stringOf(labels, stringOf(expression, 'key') ?? '');
      const values: JsonValue | undefined = expression.values;
      const isListed = value !== undefined && Array.isArray(values) && values.includes(value);
      switch (expression.operator) {
        case 'In':
          return isListed;
        case 'NotIn':
          return !isListed;
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
        default:
          return false;
      }
    })
  );
}

/** Whether labels have all of some values. */
export function selectsAll(wanted: JsonValue | undefined, labels: JsonValue | undefined): boolean {
  return !isMap(wanted) || Object.entries(wanted).every(([name, value]) => fieldOf(labels, name) === value);
}
