import type { ErrorDetails } from '../objects/index.ts';
import { TruekeelError } from '../objects/index.ts';

/** Every code a {@link KubeError} may have. Documented in docs/errors.md. */
export type KubeErrorCode =
  // The server could not be reached, or not trusted.
  | 'UNREACHABLE'
  | 'CONNECTION_LOST'
  | 'CLIENT_CLOSED'
  | 'WRONG_CA'
  | 'CERTIFICATE_EXPIRED'
  | 'CERTIFICATE_INVALID'
  | 'TIMEOUT'
  // What we were told to use does not hold together.
  | 'NO_KUBECONFIG'
  | 'KUBECONFIG_INVALID'
  | 'UNKNOWN_CONTEXT'
  | 'WRONG_CLUSTER'
  | 'CREDENTIALS_FAILED'
  // The server answered, and the answer is no.
  | 'BAD_REQUEST'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'CONFLICT'
  | 'GONE'
  | 'INVALID'
  | 'TOO_MANY_REQUESTS'
  | 'SERVER_ERROR'
  | 'MALFORMED_RESPONSE'
  | 'UNKNOWN_KIND';

/** A field that another manager holds, from the answer to a server-side apply. */
export interface ManagerConflict {
  readonly manager: string;
  /** Written like `spec.template.spec.containers[name=web].image`. */
  readonly path: string;
  readonly subresource?: string;
}

/** One thing the server found wrong with an object. */
export interface StatusCause {
  /** Empty when the cause concerns the whole object. */
  readonly path: string;
  readonly message: string;
}

/** What was not allowed, as far as the server's message says. */
export interface DeniedAccess {
  readonly user: string;
  readonly verb: string;
  readonly resource: string;
  readonly group: string;
  /** Absent for requests at cluster scope. */
  readonly namespace?: string;
}

export interface KubeErrorDetails extends ErrorDetails {
  readonly code: KubeErrorCode;
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  readonly conflicts?: readonly ManagerConflict[];
  readonly causes?: readonly StatusCause[];
  readonly denied?: DeniedAccess;
  /** What the server asked us to wait before the next try. */
  readonly retryAfterSeconds?: number;
  readonly reachedServer?: boolean;
}

/** What can go wrong between us and an API server. */
export class KubeError extends TruekeelError {
  declare readonly code: KubeErrorCode;
  readonly status: number | undefined;
  readonly conflicts: readonly ManagerConflict[];
  readonly causes: readonly StatusCause[];
  readonly denied: DeniedAccess | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** False when the server surely did not act on the request, so that any request may be sent again. */
  readonly reachedServer: boolean;

  constructor(message: string, details: KubeErrorDetails) {
    super(message, details);
    this.name = 'KubeError';
    this.status = details.status;
    this.conflicts = details.conflicts ?? [];
    this.causes = details.causes ?? [];
    this.denied = details.denied;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.reachedServer = details.reachedServer ?? true;
  }

  override toJSON(): Record<string, unknown> {
    return {
      ...super.toJSON(),
      ...(this.status !== undefined && { status: this.status }),
      ...(this.conflicts.length > 0 && { conflicts: this.conflicts }),
      ...(this.causes.length > 0 && { causes: this.causes }),
      ...(this.denied && { denied: this.denied }),
    };
  }
}
