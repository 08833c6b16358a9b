import type { SourceLocation } from './desired.ts';
import type { ObjectKey } from './key.ts';
import { formatKey } from './key.ts';

/** What family an error belongs to. The command line turns it into the exit code: `error` 1, `usage` (also
 * configuration) 3, `validation` (also policy) 4, `conflict` 5, `not-ready` 6, `plan-changed` 7, `guard` 8. */
export type ErrorFamily =
  | 'error'
  | 'usage'
  | 'validation'
  | 'conflict'
  | 'not-ready'
  | 'plan-changed'
  | 'guard';

export interface ErrorDetails {
  /** Stable, upper snake case: `DUPLICATE_KEY`. Documented in docs/errors.md. */
  readonly code: string;
  readonly family?: ErrorFamily;
  readonly key?: ObjectKey;
  /** The field of the object that it is about: `spec.template.spec.containers[0].image`. */
  readonly field?: string;
  readonly constructPath?: string;
  readonly source?: SourceLocation;
  /** What to do next, as a sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The base of every error that Truekeel means to show: it says what happened, to which object, where it
 * was written and what to do next. */
export class TruekeelError extends Error {
  readonly code: string;
  readonly family: ErrorFamily;
  readonly key: ObjectKey | undefined;
  readonly field: string | undefined;
  readonly constructPath: string | undefined;
  readonly source: SourceLocation | undefined;
  readonly hint: string | undefined;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'TruekeelError';
    this.code = details.code;
    this.family = details.family ?? 'error';
    this.key = details.key;
    this.field = details.field;
    this.constructPath = details.constructPath;
    this.source = details.source;
    this.hint = details.hint;
  }

  toJSON(): Record<string, unknown> {
    return {
      code: this.code,
      family: this.family,
      message: this.message,
      ...(this.key && { key: formatKey(this.key) }),
      ...(this.field !== undefined && { field: this.field }),
      ...(this.constructPath !== undefined && { constructPath: this.constructPath }),
      ...(this.source && { source: this.source }),
      ...(this.hint !== undefined && { hint: this.hint }),
    };
  }
}

/** Several errors found in one pass, so that people can mend them in one pass too. */
export class TruekeelErrors extends TruekeelError {
  readonly errors: readonly TruekeelError[];

  /** @param errors at least one; the first gives the code and the family */
  constructor(message: string, errors: readonly TruekeelError[]) {
    const [first] = errors;
    super(message, { code: first?.code ?? 'INTERNAL', family: first?.family ?? 'error' });
    this.name = 'TruekeelErrors';
    this.errors = errors;
  }
}
