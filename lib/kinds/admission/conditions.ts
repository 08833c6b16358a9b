/** Conditions under which a webhook or policy is asked (admissionregistration/validation, validateMatchConditions). */
import { qualifiedNameProblems } from '../../objects/index.ts';
import { duplicate, type FieldError, type Fields, invalidValue, required } from '../field-errors.ts';

const MOST = 64;

export function matchConditionErrors(conditions: readonly Fields[], at: string): FieldError[] {
  const names = conditions.map(({ name }): string => name ?? '');
  const errors: FieldError[] = [];
  if (conditions.length > MOST) {
    const message = `Too many: ${conditions.length}: must have at most ${MOST} items`;
    errors.push({ type: 'FieldValueTooMany', field: at, message });
  }
  for (const [i, { expression }] of conditions.entries()) {
    const name = names[i]!;
    if (!expression?.trim()) errors.push(required(`${at}[${i}].expression`));
    if (name === '') errors.push(required(`${at}[${i}].name`));
    for (const problem of name === '' ? [] : qualifiedNameProblems(name))
      errors.push(invalidValue(`${at}[${i}].name`, name, problem));
    if (name !== '' && names.indexOf(name) < i) errors.push(duplicate(`${at}[${i}].name`, name));
  }
  return errors;
}
