/** Numbers and names of ports. */
import { type FieldError, invalidValue, required } from './field-errors.ts';

export function portErrors(port: number | undefined, field: string): FieldError[] {
  if (port === undefined) return [required(field)];
  return port > 0 && port < 65_536
    ? []
    : [invalidValue(field, port, 'must be between 1 and 65535, inclusive')];
}

/** What is wrong with the name of a port (an IANA service name). */
function portNameProblem(name: string): string | undefined {
  if (name.length > 15) return 'must be no more than 15 characters';
  if (!/^[-a-z0-9]+$/.test(name))
    return 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)';
  if (!/[a-z]/.test(name)) return 'must contain at least one letter (a-z)';
  if (name.includes('--')) return 'must not contain consecutive hyphens';
  return name.startsWith('-') || name.endsWith('-') ? 'must not begin or end with a hyphen' : undefined;
}

export function portNameErrors(name: string, field: string): FieldError[] {
  const problem = portNameProblem(name);
  return problem === undefined ? [] : [invalidValue(field, name, problem)];
}
