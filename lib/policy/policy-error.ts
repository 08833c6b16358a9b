import { type ErrorDetails, TruekeelError } from '../objects/index.ts';
import type { Place } from '../render/index.ts';

export function policyError(
  message: string,
  { constructPath, source }: Place,
  details: Pick<ErrorDetails, 'code' | 'key' | 'field' | 'hint'>,
): TruekeelError {
  return new TruekeelError(message, {
    family: 'validation',
    ...(constructPath !== undefined && { constructPath }),
    ...(source && { source }),
    ...details,
  });
}
