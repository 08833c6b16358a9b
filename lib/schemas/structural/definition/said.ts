/** Errors of fields in the API server's words. */
import type { FieldError } from '../field-error.ts';

export function invalid(field: string, value: unknown, why: string): FieldError {
  return { type: 'FieldValueInvalid', field, message: `Invalid value: ${JSON.stringify(value)}: ${why}` };
}

export function required(field: string, why: string): FieldError {
  return { type: 'FieldValueRequired', field, message: `Required value: ${why}` };
}

export function forbidden(field: string, why: string): FieldError {
  return { type: 'FieldValueForbidden', field, message: `Forbidden: ${why}` };
}

export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map((one) => JSON.stringify(one)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`;
  return { type: 'FieldValueNotSupported', field, message };
}
