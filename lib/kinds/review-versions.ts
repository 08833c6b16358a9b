/** Versions of the reviews that an API server sends to a webhook. */
import { nameProblems } from '../objects/index.ts';
import { type FieldError, invalidValue, required } from './field-errors.ts';

/** Those that an API server can send. */
export const REVIEWS = ['v1', 'v1beta1'];

/** @param whenNone said where there is none at all */
export function reviewVersionErrors(versions: readonly string[], field: string, whenNone = ''): FieldError[] {
  if (versions.length === 0) return [required(field, whenNone)];
  return [
    ...versions.flatMap((version, i) =>
      versions.indexOf(version) < i
        ? [invalidValue(`${field}[${i}]`, version, 'duplicate version')]
        : nameProblems(version, 'dns-1035-label').map((problem) =>
            invalidValue(`${field}[${i}]`, version, problem),
          ),
    ),
    ...(versions.some((version) => REVIEWS.includes(version))
      ? []
      : [invalidValue(field, versions, `must include at least one of ${REVIEWS.join(', ')}`)]),
  ];
}
