/** Names of objects and of what they are made of. */
import { labelValueProblems, nameProblems, qualifiedNameProblems } from '../objects/index.ts';
import { type FieldError, invalidValue, required } from './field-errors.ts';

/** @param field with a name as that of an object: `example.com` */
export function subdomainErrors(name: string, field: string): FieldError[] {
  return nameProblems(name, undefined).map((problem) => invalidValue(field, name, problem));
}

/** @param field with a name of one part: `web-1` */
export function labelNameErrors(name: string | null | undefined, field: string): FieldError[] {
  if (!name) return [required(field)];
  return nameProblems(name, 'dns-1123-label').map((problem) => invalidValue(field, name, problem));
}

/** @param field with a key of a label: `example.com/tier` */
export function qualifiedNameErrors(name: string, field: string): FieldError[] {
  return qualifiedNameProblems(name).map((problem) => invalidValue(field, name, problem));
}

export function labelValueErrors(value: string, field: string): FieldError[] {
  return labelValueProblems(value).map((problem) => invalidValue(field, value, problem));
}
