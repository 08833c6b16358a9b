/** Labels as keys and values (apimachinery, util/validation). */
import { labelValueProblems, qualifiedNameProblems } from '../objects/index.ts';
import { type FieldError, invalidValue } from './field-errors.ts';

export function labelErrors(
  labels: Readonly<Record<string, string>> | undefined,
  field: string,
): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...qualifiedNameProblems(key).map((problem) => invalidValue(field, key, problem)),
    ...labelValueProblems(value ?? '').map((problem) => invalidValue(field, value, problem)),
  ]);
}
