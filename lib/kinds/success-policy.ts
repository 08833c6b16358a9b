/** When a job whose pods have indexes has succeeded (batch/validation). */
import {
  type FieldError,
  type Fields,
  invalidValue,
  notNegative,
  required,
  tooLong,
  tooMany,
} from './field-errors.ts';

const MOST_RULES = 20;
const LONGEST_INDEXES = 64 * 1024;
const INTEGER = /^[+-]?\d+$/;

/** @param completions as the server sees them */
export function successPolicyErrors(policy: Fields, completions: number, path: string): FieldError[] {
  const rules: readonly Fields[] = policy.rules ?? [];
  return [
    ...(rules.length === 0
      ? [
          required(
            `${path}.rules`,
            'at least one rules must be specified when the successPolicy is specified',
          ),
        ]
      : []),
    ...(rules.length > MOST_RULES ? [tooMany(`${path}.rules`, rules.length, MOST_RULES)] : []),
    ...rules.flatMap((rule, i) => ruleErrors(rule, completions, `${path}.rules[${i}]`)),
  ];
}

function ruleErrors(
  { succeededCount, succeededIndexes }: Fields,
  completions: number,
  at: string,
): FieldError[] {
  if (succeededCount == null && succeededIndexes == null) {
    return [required(at, 'at least one of succeededCount or succeededIndexes must be specified')];
  }
  const errors: FieldError[] = [];
  let total = 0;
  if (succeededIndexes != null) {
    const field = `${at}.succeededIndexes`;
    if (succeededIndexes.length > LONGEST_INDEXES) errors.push(tooLong(field, LONGEST_INDEXES));
    const counted = countIndexes(succeededIndexes, completions);
    if (typeof counted === 'number') total = counted;
    else errors.push(invalidValue(field, succeededIndexes, `error parsing succeededIndexes: ${counted}`));
  }
  if (succeededCount == null) return errors;
  const field = `${at}.succeededCount`;
  errors.push(...notNegative(succeededCount, field));
  if (succeededCount > completions) {
    const why = `must be less than or equal to ${completions} (the number of specified completions)`;
    errors.push(invalidValue(field, succeededCount, why));
  }
  if (succeededIndexes != null && succeededCount > total) {
    const why = `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`;
    errors.push(invalidValue(field, succeededCount, why));
  }
  return errors;
}

/** Of text such as `0,2-4`.
 * @returns how many they are, or what is wrong with the text */
function countIndexes(text: string, completions: number): number | string {
  if (text === '') return 0;
  let last = Number.NEGATIVE_INFINITY;
  let total = 0;
  for (const interval of text.split(',')) {
    const ends = interval.split('-');
    if (ends.length > 2) {
      return `the fragment ${JSON.stringify(interval)} violates the requirement that an index interval can have at most two parts separated by '-'`;
    }
    for (const end of ends) {
      if (!INTEGER.test(end)) return `cannot convert string to integer for index: ${JSON.stringify(end)}`;
      if (Number(end) >= completions) return `too large index: ${JSON.stringify(end)}`;
    }
    const [from = 0, to = from] = ends.map(Number);
    if (ends.length === 2 && from >= to) return `non-increasing order, previous: ${from}, current: ${to}`;
    if (last >= from) return `non-increasing order, previous: ${last}, current: ${from}`;
    total += to - from + 1;
    last = to;
  }
  return total;
}
