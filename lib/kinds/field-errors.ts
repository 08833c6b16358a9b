/** Errors of fields in the API server's words (apimachinery, util/validation/field). */
import type { FieldError } from '../schemas/index.ts';

export type { FieldError };

// biome-ignore lint/suspicious/noExplicitAny: the fields are those of the kind's schema, which was checked before
export type Fields = any;

/** The items of a list that may be absent; one that is null the server reads as empty. */
export function itemsOf(list: Fields): readonly Fields[] {
  return ((list ?? []) as readonly Fields[]).map((item) => item ?? {});
}

/** The texts of a list that may be absent, likewise. */
export function textsOf(list: Fields): readonly string[] {
  return ((list ?? []) as readonly (string | null)[]).map((text) => text ?? '');
}

export function invalidValue(field: string, value: unknown, why: string): FieldError {
  return { type: 'FieldValueInvalid', field, message: `Invalid value: ${JSON.stringify(value)}: ${why}` };
}

/** Of a value that says nothing when it is printed. */
export function omittedValue(field: string, why: string): FieldError {
  return { type: 'FieldValueInvalid', field, message: `Invalid value: ${why}` };
}

export function required(field: string, why = ''): FieldError {
  return {
    type: 'FieldValueRequired',
    field,
    message: why === '' ? 'Required value' : `Required value: ${why}`,
  };
}

export function forbidden(field: string, why: string): FieldError {
  return { type: 'FieldValueForbidden', field, message: `Forbidden: ${why}` };
}

export function duplicate(field: string, value: unknown): FieldError {
  return { type: 'FieldValueDuplicate', field, message: `Duplicate value: ${JSON.stringify(value)}` };
}

export function notFound(field: string, value: unknown, why = ''): FieldError {
  const message = `Not found: ${JSON.stringify(value)}${why === '' ? '' : `: ${why}`}`;
  return { type: 'FieldValueNotFound', field, message };
}

export function tooLong(field: string, bytes: number): FieldError {
  return { type: 'FieldValueTooLong', field, message: `Too long: may not be more than ${bytes} bytes` };
}

export function tooMany(field: string, count: number, most: number): FieldError {
  return {
    type: 'FieldValueTooMany',
    field,
    message: `Too many: ${count}: must have at most ${most} items`,
  };
}

export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map((one) => JSON.stringify(one)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`;
  return { type: 'FieldValueNotSupported', field, message };
}

export function immutable(field: string, value: unknown): FieldError {
  return invalidValue(field, value, 'field is immutable');
}

/** Errors of a value that has to be one of a few; one that is absent is filled in by the server. */
export function enumErrors(
  value: string | null | undefined,
  allowed: readonly string[],
  field: string,
): FieldError[] {
  return value == null || allowed.includes(value) ? [] : [notSupported(field, value, allowed)];
}

export function notNegative(value: number | null | undefined, field: string): FieldError[] {
  return value != null && value < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : [];
}
