import type { ErrorFamily } from '../objects/index.ts';
import { TruekeelError } from '../objects/index.ts';

export type ForgeErrorCode =
  | 'FORGE_CONFLICT'
  | 'FORGE_FAILED'
  | 'FORGE_FORBIDDEN'
  | 'FORGE_INVALID'
  | 'FORGE_NOT_AN_API'
  | 'FORGE_NOT_FOUND'
  | 'FORGE_RATE_LIMITED'
  | 'FORGE_TOKEN_REFUSED'
  | 'FORGE_UNKNOWN'
  | 'FORGE_UNREACHABLE';

/** Something that a forge did not do. No message of it holds a credential. */
export class ForgeError extends TruekeelError {
  /** HTTP status of the answer; absent when there was none. */
  readonly status: number | undefined;

  constructor(
    code: ForgeErrorCode,
    message: string,
    details: {
      readonly status?: number;
      readonly hint?: string;
      readonly family?: ErrorFamily;
      readonly cause?: unknown;
    } = {},
  ) {
    const { status, ...rest } = details;
    super(message, { code, ...rest });
    this.name = 'ForgeError';
    this.status = status;
  }
}

export function isForgeError(error: unknown, ...codes: readonly ForgeErrorCode[]): error is ForgeError {
  return (
    error instanceof ForgeError && (codes.length === 0 || (codes as readonly string[]).includes(error.code))
  );
}
