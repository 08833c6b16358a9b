import type { ResultOf } from './results.ts';

type ErrorJson = ResultOf<'failure'>['errors'][number];

/** `TruekeelError.toJSON` has this shape; the test of the published schemas holds it to that. */
export function errorResult(error: { toJSON(): Record<string, unknown> }): ErrorJson {
  return error.toJSON() as ErrorJson;
}
