/** Numbers and names of ports. */
import { type FieldError, invalidValue, required } from './field-errors.ts';

export function portErrors(port: number | undefined, field: string): FieldError[] {
  if (port === undefined) return [required(field)];
  return port > 0 && port < 65_536
    ? []
    : [invalidValue(field, port, 'must be between 1 and 65535, inclusive')];
}

/** Errors of the name of a port (an IANA service name). */
export function portNameErrors(name: string, field: string): FieldError[] {
  return portNameProblems(name).map((problem) => invalidValue(field, name, problem));
}

function portNameProblems(name: string): readonly string[] {
  return [
    ...(name.length > 15 ? ['must be no more than 15 characters'] : []),
    ...(/^[-a-z0-9]+$/.test(name)
      ? []
      : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
    ...(/[a-z]/.test(name) ? [] : ['must contain at least one letter (a-z)']),
    ...(name.includes('--') ? ['must not contain consecutive hyphens'] : []),
    ...(name.startsWith('-') || name.endsWith('-') ? ['must not begin or end with a hyphen'] : []),
  ];
}
