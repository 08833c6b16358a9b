import { TruekeelError } from '../objects/index.ts';
import { maskCredentials } from './mask.ts';

/** Everything that can go wrong in this room. `family` and meaning of each are in docs/errors.md. */
export type GitErrorCode =
  | 'GIT_NOT_FOUND'
  | 'GIT_FAILED'
  | 'GIT_CANCELLED'
  | 'GIT_AUTH_FAILED'
  | 'BAD_PACK'
  | 'INVALID_REF_NAME'
  | 'INVALID_REMOTE'
  | 'MERGE_CONFLICT'
  | 'NOT_A_REPOSITORY'
  | 'NOT_FAST_FORWARD'
  | 'OBJECT_MISSING'
  | 'OBJECT_TOO_LARGE'
  | 'PUSH_RACE'
  | 'PUSH_REJECTED'
  | 'REF_CHANGED'
  | 'REMOTE_NOT_FOUND'
  | 'REMOTE_PROTOCOL'
  | 'REMOTE_UNREACHABLE'
  | 'SIGNATURE_REFUSED'
  | 'SIGNING_FAILED'
  | 'UNKNOWN_REVISION'
  | 'UNSAFE_PATH'
  | 'UNSUPPORTED_REPOSITORY';

const FAMILIES: Partial<Record<GitErrorCode, TruekeelError['family']>> = {
  INVALID_REF_NAME: 'usage',
  INVALID_REMOTE: 'usage',
  NOT_A_REPOSITORY: 'usage',
  UNKNOWN_REVISION: 'usage',
  UNSUPPORTED_REPOSITORY: 'usage',
  MERGE_CONFLICT: 'conflict',
  NOT_FAST_FORWARD: 'conflict',
  PUSH_RACE: 'conflict',
  REF_CHANGED: 'conflict',
  PUSH_REJECTED: 'guard',
  SIGNATURE_REFUSED: 'guard',
};

/** What Git could not do. No message holds a credential: URLs are masked when the error is made. */
export class GitError extends TruekeelError {
  declare readonly code: GitErrorCode;

  constructor(
    code: GitErrorCode,
    message: string,
    details: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(maskCredentials(message), {
      code,
      family: FAMILIES[code] ?? 'error',
      ...(details.hint !== undefined && { hint: maskCredentials(details.hint) }),
      ...(details.cause !== undefined && { cause: details.cause }),
    });
    this.name = 'GitError';
  }
}

export function isGitError(error: unknown, ...codes: readonly GitErrorCode[]): error is GitError {
  return error instanceof GitError && (codes.length === 0 || codes.includes(error.code));
}

/** A push, or the update of a local ref, found another value than the one that was expected.
 * `actual` is undefined when the ref is not there. */
export class RefRaceError extends GitError {
  readonly ref: string;
  readonly expected: string | undefined;
  readonly actual: string | undefined;

  constructor(
    code: 'PUSH_RACE' | 'REF_CHANGED',
    race: {
      readonly ref: string;
      readonly expected: string | undefined;
      readonly actual: string | undefined;
    },
  ) {
    super(
      code,
      `${race.ref} moved: expected ${race.expected ?? 'no such ref'}, found ${race.actual ?? 'no such ref'}`,
      { hint: 'Somebody else wrote it first. Run the same command again: it starts from what is there now.' },
    );
    this.name = 'RefRaceError';
    this.ref = race.ref;
    this.expected = race.expected;
    this.actual = race.actual;
  }
}
