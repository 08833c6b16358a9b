/** Keys of config maps and secrets. */
import { type FieldError, invalidValue } from './field-errors.ts';

const KEY = /^[-._a-zA-Z0-9]+$/;
const LONGEST = 253;

export function keyNameErrors(key: string, field: string): FieldError[] {
  const problems = [
    ...(key.length > LONGEST ? [`must be no more than ${LONGEST} characters`] : []),
    ...(KEY.test(key)
      ? []
      : [
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
        ]),
    ...(key === '.' ? ["must not be '.'"] : []),
    ...(key === '..' ? ["must not be '..'"] : key.startsWith('..') ? ["must not start with '..'"] : []),
  ];
  return problems.map((problem) => invalidValue(field, key, problem));
}
