/** Lists: selectors, pages, and which moment of the store they show (Kubernetes API concepts, "Resource versions"). */
import type { KubernetesObject } from '../../objects/index.ts';
import type { Core } from '../core.ts';
import { type Resource, tableOf } from '../resources/resource.ts';
import { toVersion } from '../resources/versions.ts';
import { ApiError, badRequest, invalid } from '../status.ts';
import { parseFieldSelector } from '../storage/field-selector.ts';
import { parseLabelSelector } from '../storage/label-selector.ts';
import type { ListMeta } from './render.ts';

export interface ListRequest {
  readonly resource: Resource;
  /** All namespaces when absent. */
  readonly namespace: string | undefined;
  readonly query: URLSearchParams;
}

export interface Listing {
  readonly objects: readonly KubernetesObject[];
  readonly metadata: ListMeta;
}

/** What a continue token says: the moment of the first page, and the last object seen. */
interface Continuation {
  readonly v: 'meta.k8s.io/v1';
  readonly rv: number;
  readonly start: string;
}

/** @throws ApiError 400, 410 Expired when the moment asked for is no longer known */
export function listObjects(core: Core, request: ListRequest): Listing {
  const { query, resource, namespace } = request;
  if (query.get('sendInitialEvents') !== null) {
    throw forbiddenOption('sendInitialEvents', 'sendInitialEvents is forbidden for list');
  }
  const matches = objectFilter(query, resource);
  const token = query.get('continue');
  const limit = wholeNumber(query.get('limit'));
  const continuation = token ? decodeContinuation(token) : undefined;
  if (continuation && query.get('resourceVersion')) {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const revision = continuation?.rv ?? requestedRevision(core, query, resource);
  const all = listAt(core, revision, request, continuation !== undefined).filter(matches);
  const rest = continuation ? all.filter((object) => keyOf(object) > continuation.start) : all;
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const remaining = rest.length - page.length;
  const selective = Boolean(query.get('labelSelector') || query.get('fieldSelector'));
  return {
    objects: page,
    metadata: {
      resourceVersion: String(revision),
      ...(remaining > 0 && {
        continue: encodeContinuation({ v: 'meta.k8s.io/v1', rv: revision, start: keyOf(page.at(-1)!) }), // remaining means that the page has a last object
        ...(!selective && { remainingItemCount: remaining }),
      }),
    },
  };

  function keyOf(object: KubernetesObject): string {
    return namespace === undefined
      ? `${object.metadata.namespace ?? ''}/${object.metadata.name}`
      : object.metadata.name;
  }
}

function listAt(
  core: Core,
  revision: number,
  request: ListRequest,
  continued: boolean,
): readonly KubernetesObject[] {
  const table = tableOf(request.resource);
  const namespace = request.resource.namespaced ? request.namespace : undefined;
  if (revision === core.storage.revision) return core.storage.list(table, namespace);
  try {
    return core.storage.listAt(table, revision, namespace);
  } catch (error) {
    if (!continued || !(error instanceof ApiError)) throw error;
    throw new ApiError(
      410,
      'Expired',
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
    );
  }
}

/** Exact asks for a moment of the past; anything else is answered with the present, which is never too old. */
function requestedRevision(core: Core, query: URLSearchParams, resource: Resource): number {
  const given = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch') ?? '';
  if (match !== '' && given === '') {
    throw forbiddenOption(
      'resourceVersionMatch',
      'resourceVersionMatch is forbidden unless resourceVersion is provided',
    );
  }
  if (match === 'Exact' && given === '0') {
    throw forbiddenOption(
      'resourceVersionMatch',
      'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    );
  }
  if (given === '' || given === '0') return core.storage.revision;
  const revision = Number(given);
  if (!Number.isInteger(revision)) {
    throw invalidResourceVersion(given);
  }
  if (revision > core.storage.revision) throw tooLarge(revision, core.storage.revision, resource);
  return match === 'Exact' ? revision : core.storage.revision;
}

export function forbiddenOption(field: string, why: string): ApiError {
  return invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
    { type: 'FieldValueForbidden', field, message: `Forbidden: ${why}` },
  ]);
}

/** @throws ApiError 400 in the words of Go's strconv */
export function wholeNumber(text: string | null): number {
  if (text === null || text === '') return 0;
  if (/^[-+]?[0-9]+$/.test(text)) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}

export function invalidResourceVersion(given: string): ApiError {
  const text = JSON.stringify(given);
  return badRequest(
    `invalid resource version: resourceVersion: Invalid value: ${text}: strconv.ParseUint: parsing ${text}: invalid syntax`,
  );
}

export function tooLarge(requested: number, current: number, resource: Resource): ApiError {
  return new ApiError(
    504,
    'Timeout',
    `Timeout: Too large resource version: ${requested}, current: ${current}`,
    {
      ...(resource.group !== '' && { group: resource.group }),
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  );
}

/** The object filter of a query's selectors.
 * @throws ApiError 400 when one does not parse */
export function objectFilter(
  query: URLSearchParams,
  resource: Resource,
): (object: KubernetesObject) => boolean {
  const labels = query.get('labelSelector');
  const fields = query.get('fieldSelector');
  if (!labels && !fields) return () => true;
  const matchesLabels = parseLabelSelector(labels ?? '');
  const matchesFields = parseFieldSelector(fields ?? '', resource);
  return (object) =>
    matchesLabels(object.metadata.labels ?? {}) && (!fields || matchesFields(toVersion(object, resource)));
}

function encodeContinuation(continuation: Continuation): string {
  return Buffer.from(JSON.stringify(continuation)).toString('base64url');
}

function decodeContinuation(token: string): Continuation {
  try {
    const parsed = JSON.parse(Buffer.from(token, 'base64url').toString()) as Partial<Continuation>; // checked below
    if (typeof parsed.rv === 'number' && typeof parsed.start === 'string') {
      return { v: 'meta.k8s.io/v1', rv: parsed.rv, start: parsed.start };
    }
  } catch {
    // Told below.
  }
  throw badRequest('invalid continue token: continue key is not valid: the token is malformed');
}
