import { type ErrorDetails, TruekeelError } from '../objects/index.ts';
import type { Place, Problem } from './tree/index.ts';

/** Collects what is wrong, so that people can mend all of it in one pass. */
export class Problems {
  readonly errors: TruekeelError[] = [];

  addError(error: TruekeelError): void {
    this.errors.push(error);
  }

  /** @param place where it was written */
  add(
    place: Place,
    problem: Pick<ErrorDetails, 'code' | 'key' | 'hint'> & { readonly message: string },
  ): void {
    const { message, ...details } = problem;
    const { constructPath, source } = place;
    this.errors.push(
      new TruekeelError(message, {
        family: 'validation',
        ...details,
        ...(constructPath !== undefined && { constructPath }),
        ...(source && { source }),
      }),
    );
  }
}

export function errorOf({ code, message, hint, constructPath, source }: Problem): TruekeelError {
  return new TruekeelError(message, {
    code,
    family: 'validation',
    ...(constructPath !== undefined && { constructPath }),
    ...(source && { source }),
    ...(hint !== undefined && { hint }),
  });
}

/** `main.ts:8: `, or nothing when the place is not known. */
export function formatPlace({ source }: Pick<TruekeelError, 'source'>): string {
  return source ? `${source.file}:${source.line}: ` : '';
}
