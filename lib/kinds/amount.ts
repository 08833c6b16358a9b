/** Amounts of pods: a number, or a percentage of those there are (apps/validation). */
import { type FieldError, invalidValue } from './field-errors.ts';

export type Amount = number | string;

const PERCENT = /^[0-9]+%$/;
const WHOLE = /^[+-]?[0-9]+$/;

export function amountErrors(
  amount: Amount | null | undefined,
  field: string,
  { upTo100Percent = true } = {},
): FieldError[] {
  if (amount == null) return [];
  if (typeof amount === 'number') {
    return amount < 0 ? [invalidValue(field, amount, 'must be greater than or equal to 0')] : [];
  }
  if (!PERCENT.test(amount)) {
    return [
      invalidValue(
        field,
        amount,
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ),
    ];
  }
  return upTo100Percent && Number.parseInt(amount, 10) > 100
    ? [invalidValue(field, amount, 'must not be greater than 100%')]
    : [];
}

/** Whether it is none, as the server reads it: a text that is no amount is none too. */
export function isNoAmount(amount: Amount): boolean {
  if (typeof amount === 'number') return amount === 0;
  return PERCENT.test(amount) || WHOLE.test(amount) ? Number.parseInt(amount, 10) === 0 : true;
}
