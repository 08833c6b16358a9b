/** What an API server says when it says no (`kind: Status`), as errors that say what to do next. */
import type { ObjectKey } from '../objects/index.ts';
import { formatKey } from '../objects/index.ts';
import type { DeniedAccess, KubeErrorCode, ManagerConflict, StatusCause } from './errors.ts';
import { KubeError } from './errors.ts';
import type { Response } from './request.ts';
import { header } from './request.ts';
import { inOrder } from './status-order.ts';

/** The members of `Status` that are read (Kubernetes API reference, meta/v1 Status). */
export interface Status {
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: {
    readonly causes?: readonly {
      readonly reason?: string;
      readonly message?: string;
      readonly field?: string;
    }[];
    readonly retryAfterSeconds?: number;
  };
}

/** What was asked, for the message. */
export interface Attempt {
  /** As in "cannot apply …". */
  readonly doing: string;
  readonly key?: ObjectKey | undefined;
  readonly server: string;
}

/** An answer other than success, as an error. */
export function statusError(response: Response, attempt: Attempt): KubeError {
  const status = parseStatus(response.body);
  if (!status) return notKubernetes(response, attempt);
  const retryAfter = header(response, 'retry-after');
  return errorOfStatus({ ...status, code: response.status }, attempt, retryAfter);
}

/** A `Status` that came inside a watch, as an error. */
export function watchError(object: unknown, attempt: Attempt): KubeError {
  return errorOfStatus((object ?? {}) as Status, attempt, undefined);
}

function errorOfStatus(answer: Status, attempt: Attempt, retryAfter: string | undefined): KubeError {
  const status = inOrder(answer);
  const code = codeOf(status);
  const conflicts = conflictsOf(status);
  const causes = causesOf(status);
  const denied = code === 'FORBIDDEN' ? deniedOf(status.message ?? '') : undefined;
  const seconds = status.details?.retryAfterSeconds ?? (retryAfter ? Number(retryAfter) : undefined);
  const hint = hintFor(code, status, denied, conflicts);
  const said = withoutSecrets(explain(status, conflicts), attempt.key);
  return new KubeError(`cannot ${attempt.doing}${subject(attempt)}: ${said}`, {
    code,
    ...familyOf(code, status),
    ...(attempt.key && { key: attempt.key }),
    ...(status.code !== undefined && { status: status.code }),
    conflicts,
    causes,
    ...(denied && { denied }),
    ...(seconds !== undefined && seconds >= 0 && { retryAfterSeconds: seconds }),
    ...(hint !== undefined && { hint }),
  });
}

/** The server leaves out what is in a Secret, but for a value that is not of the type of its field (structured-merge-diff,
 * "expected string, got …"). Where such a value ends is not certain, so nothing that follows is shown. */
function withoutSecrets(message: string, key: ObjectKey | undefined): string {
  if (key?.kind !== 'Secret' || key.group !== '') return message;
  return message.replace(/, got .*$/s, ', got <masked>');
}

function subject(attempt: Attempt): string {
  return attempt.key ? ` ${formatKey(attempt.key)}` : '';
}

function explain(status: Status, conflicts: readonly ManagerConflict[]): string {
  if (conflicts.length === 0) return status.message ?? status.reason ?? `HTTP ${status.code}`;
  return conflicts.map(({ manager, path }) => `${manager} holds ${path}`).join(', ');
}

function codeOf(status: Status): KubeErrorCode {
  switch (status.reason) {
    case 'AlreadyExists':
      return 'ALREADY_EXISTS';
    case 'Invalid':
      return 'INVALID';
    case 'Expired':
    case 'Gone':
      return 'GONE';
  }
  switch (status.code) {
    case 400:
      return 'BAD_REQUEST';
    case 401:
      return 'UNAUTHORIZED';
    case 403:
      return 'FORBIDDEN';
    case 404:
      return 'NOT_FOUND';
    case 409:
      return 'CONFLICT';
    case 410:
      return 'GONE';
    case 500:
      // An apply of what does not fit the schema, a misspelt field say: the server blames itself.
      return /^failed to create typed patch object/.test(status.message ?? '') ? 'INVALID' : 'SERVER_ERROR';
    case 422:
      return 'INVALID';
    case 429:
      return 'TOO_MANY_REQUESTS';
    case 408:
    case 504:
      return 'TIMEOUT';
    default:
      return status.code !== undefined && status.code < 500 ? 'BAD_REQUEST' : 'SERVER_ERROR';
  }
}

function familyOf(code: KubeErrorCode, status: Status) {
  if (code === 'INVALID' || code === 'BAD_REQUEST') return { family: 'validation' } as const;
  const isApplyConflict = status.details?.causes?.some(({ reason }) => reason === 'FieldManagerConflict');
  return isApplyConflict ? ({ family: 'conflict' } as const) : {};
}

/** The server words it as `conflict with "kubectl-edit" with subresource "scale" using apps/v1` (or `… at <time>`). */
function conflictsOf(status: Status): readonly ManagerConflict[] {
  const conflicts: ManagerConflict[] = [];
  for (const cause of status.details?.causes ?? []) {
    if (cause.reason !== 'FieldManagerConflict') continue;
    const match = /^conflict with ("(?:[^"\\]|\\.)*")(?: with subresource "([^"]*)")?/.exec(
      cause.message ?? '',
    );
    conflicts.push({
      manager: match ? unquote(match[1]!) : 'another manager',
      path: readablePath(cause.field ?? ''),
      ...(match?.[2] !== undefined && { subresource: match[2] }),
    });
  }
  return conflicts;
}

function unquote(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}

/** `.spec.containers[name="web"].image`, as the server writes it, without the leading dot and the plain quotes. */
function readablePath(field: string): string {
  return field.replace(/^\./, '').replace(/="([\w./-]*)"(?=[,\]])/g, '=$1');
}

function causesOf(status: Status): readonly StatusCause[] {
  return (status.details?.causes ?? [])
    .filter(({ reason }) => reason !== 'FieldManagerConflict')
    .map(({ field, message, reason }) => ({
      path: readablePath(field ?? ''),
      message: message ?? reason ?? '',
    }));
}

/** `User "jane" cannot create resource "deployments" in API group "apps" in the namespace "web"`; what other
 * admission refuses with 403 (quota, Pod Security) has no such words. */
function deniedOf(message: string): DeniedAccess | undefined {
  const match =
    /User "([^"]*)" cannot (\S+) resource "([^"]*)" in API group "([^"]*)"(?: in the namespace "([^"]*)"| at the cluster scope)/.exec(
      message,
    );
  if (!match) return undefined;
  const [, user = '', verb = '', resource = '', group = '', namespace] = match;
  return { user, verb, resource, group, ...(namespace !== undefined && { namespace }) };
}

function hintFor(
  code: KubeErrorCode,
  status: Status,
  denied: DeniedAccess | undefined,
  conflicts: readonly ManagerConflict[],
): string | undefined {
  if (denied) return roleHint(denied);
  if (conflicts.length > 0) {
    return 'Leave the fields out of the program, or say who wins with the annotation truekeel.dev/conflicts: force or yield.';
  }
  switch (code) {
    case 'UNAUTHORIZED':
      return 'The credentials in the kubeconfig are missing, wrong or expired: log in again, or fetch the kubeconfig anew.';
    case 'FORBIDDEN':
      if (/User "system:anonymous"/.test(status.message ?? '')) {
        return 'The request carried no credentials that the server knows: log in again, or fetch the kubeconfig anew.';
      }
      return /exceeded quota/.test(status.message ?? '')
        ? "Ask for less, or raise the namespace's ResourceQuota."
        : 'An admission rule of the cluster refuses it; the message says which.';
    case 'NOT_FOUND':
      return /namespaces "[^"]*" not found/.test(status.message ?? '')
        ? 'Add the Namespace to the program, or create it.'
        : undefined;
    case 'TOO_MANY_REQUESTS':
      return 'The API server is overloaded; run it again later.';
    case 'INVALID':
      return 'Change the fields named in the program.';
    default:
      return undefined;
  }
}

function roleHint({ user, verb, resource, group, namespace }: DeniedAccess): string {
  const rule = `{apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${verb}"]}`;
  return namespace === undefined
    ? `Grant ${user} a ClusterRole with the rule ${rule} by a ClusterRoleBinding.`
    : `Grant ${user} a Role in namespace ${namespace} with the rule ${rule} by a RoleBinding.`;
}

function parseStatus(body: string): Status | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const isStatus =
      typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'Status';
    // The members are optional, and each is looked at with care.
    return isStatus ? (value as Status) : undefined;
  } catch {
    return undefined;
  }
}

/** Something between us and the API server answered, or the server is none. */
function notKubernetes(response: Response, attempt: Attempt): KubeError {
  const type = header(response, 'content-type') ?? 'no content type';
  const code = codeOf({ code: response.status });
  const text = response.body
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 120);
  return new KubeError(
    `cannot ${attempt.doing}${subject(attempt)}: ${attempt.server} answered HTTP ${response.status} (${type})${text && `: ${text}`}`,
    {
      code,
      status: response.status,
      ...(attempt.key && { key: attempt.key }),
      hint: 'This is not the answer of a Kubernetes API server: look at proxies and load balancers on the way, and at the server URL.',
    },
  );
}
