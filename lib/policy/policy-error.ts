import { TruekeelError } from '../objects/index.ts';
import type { Place } from '../render/index.ts';

export function policyError(
  message: string,
  code: string,
  { constructPath, source }: Place,
  details: Pick<ConstructorParameters<typeof TruekeelError>[1], 'key' | 'field' | 'hint'> = {},
): TruekeelError {
  return new TruekeelError(message, {
    code,
    family: 'validation',
    ...(constructPath !== undefined && { constructPath }),
    ...(source && { source }),
    ...details,
  });
}
