/** Texts that stand between slashes of a path. */
import { nameProblems } from '../objects/index.ts';
import { type FieldError, invalidValue, required } from './field-errors.ts';

export function segmentErrors(text: string | null | undefined, field: string, why = ''): FieldError[] {
  if (!text) return [required(field, why)];
  return nameProblems(text, 'path-segment').map((problem) => invalidValue(field, text, problem));
}
