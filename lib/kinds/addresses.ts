/** Addresses of IP. */
import { isIP } from 'node:net';
import { type FieldError, invalidValue } from './field-errors.ts';

export function addressErrors(address: string, field: string): FieldError[] {
  return isIP(address) === 0
    ? [invalidValue(field, address, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')]
    : [];
}
