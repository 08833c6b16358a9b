/** The four kinds of patch, from the live object to the one that shall replace it. */
import { immutable, invalidValue, required } from '../../kinds/index.ts';
import type { JsonValue, KubernetesObject } from '../../objects/index.ts';
import type { Core } from '../core.ts';
import { applyFields } from '../fields.ts';
import { parseJson, parseYaml } from '../http/body.ts';
import type { MutableObject } from '../mutable.ts';
import { typeOf } from '../openapi/types.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { strategicMergePatch } from '../patch/strategic-merge-patch.ts';
import { apiVersionOf } from '../resources/registry.ts';
import { type Resource, tableOf } from '../resources/resource.ts';
import { toVersion } from '../resources/versions.ts';
import { ApiError, badRequest, conflict, invalid, notFound, unsupportedMediaType } from '../status.ts';
import type { Target, WriteContext } from './context.ts';
import { createObject, wrongNamespace } from './create.ts';
import { readIn } from './read-in.ts';
import { replaceObject } from './update.ts';

export interface PatchRequest {
  readonly target: Target;
  readonly contentType: string;
  readonly body: Buffer;
  /** Apply only: take fields over from other managers. */
  readonly force: boolean;
  /** Apply only, where a field manager must be named. */
  readonly managerIsGiven: boolean;
}

export interface Written {
  readonly object: KubernetesObject;
  readonly created: boolean;
}

/** @throws ApiError 404, 409, 415, 422 */
export function patchObject(core: Core, request: PatchRequest, context: WriteContext): Written {
  const { resource, namespace, name } = request.target;
  const type = request.contentType.split(';')[0]!.trim().toLowerCase();
  if (type === 'application/apply-patch+yaml') return applyPatch(core, request, context);
  const stored = core.storage.get(tableOf(resource), namespace, name);
  if (!stored) throw notFound(resource, name);
  const live = toVersion(stored, resource);
  const { value, problems } = parseJson(request.body.toString('utf8'));
  const patched = patchedContent(request, type, live, value as JsonValue); // what JSON.parse gives
  const object = readInPatched(resource, patched, context, problems);
  refuseOtherUid(resource, live, object);
  if (object.metadata.name !== undefined && object.metadata.name !== name) {
    throw badRequest(
      `the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  return { object: replaceObject(core, resource, live, object, context), created: false };
}

function refuseOtherUid(resource: Resource, live: KubernetesObject, object: MutableObject): void {
  const { uid } = object.metadata;
  if (uid === undefined || uid === live.metadata.uid) return;
  throw invalid(resource, live.metadata.name, [immutable('metadata.uid', uid)]);
}

function nobodyHas(uid: string, { resource, name }: Target): ApiError {
  return conflict(
    resource,
    name,
    `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
  );
}

/** Custom resources have no strategic merge patch; their handler has words of its own. */
const CUSTOM_PATCHES =
  'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';

/** What cannot be read is told in another form for patches: as an invalid patch, with the whole object. */
function readInPatched(
  resource: Resource,
  patched: unknown,
  context: WriteContext,
  problems: readonly string[],
): MutableObject {
  const found: string[] = [];
  const reading: WriteContext =
    context.fieldValidation === 'Strict'
      ? { ...context, fieldValidation: 'Warn', warn: (text) => found.push(text) }
      : context;
  const object = orInvalidPatch(patched, () => readIn(resource, patched, reading, problems));
  if (found.length === 0) return object;
  throw invalidPatch(patched, `strict decoding error: ${found.join(', ')}`);
}

function orInvalidPatch<T>(patched: unknown, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'BadRequest')
      throw invalidPatch(patched, error.message.replace(/^.* cannot be handled as a \w+: /, ''));
    throw error;
  }
}

function invalidPatch(patched: unknown, why: string): ApiError {
  return invalid({ group: '', kind: '' }, '', [invalidValue('patch', JSON.stringify(patched), why)]);
}

function patchedContent(
  request: PatchRequest,
  type: string,
  live: KubernetesObject,
  patch: JsonValue,
): unknown {
  switch (type) {
    case 'application/merge-patch+json':
      if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
        throw badRequest(
          `error decoding patch: json: cannot unmarshal ${Array.isArray(patch) ? 'array' : typeof patch} into Go value of type map[string]interface {}`,
        );
      }
      return mergePatch(live, patch);
    case 'application/json-patch+json':
      return jsonPatch(live, patch);
    case 'application/strategic-merge-patch+json': {
      const schema = request.target.resource.custom ? undefined : typeOf(request.target.resource);
      if (!schema || typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
        throw unsupportedMediaType(request.target.resource.custom && CUSTOM_PATCHES);
      }
      return strategicMergePatch(
        schema.resolver,
        schema.node,
        live,
        patch as Readonly<Record<string, unknown>>,
      ); // checked above
    }
    default:
      throw unsupportedMediaType(request.target.resource.custom && CUSTOM_PATCHES);
  }
}

function applyPatch(core: Core, request: PatchRequest, context: WriteContext): Written {
  if (!request.managerIsGiven) {
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [
      required('fieldManager', 'is required for apply patch'),
    ]);
  }
  const { value, problems } = parseYaml(request.body.toString('utf8'));
  return applyObject(core, request.target, value, { force: request.force, problems }, context);
}

/** Applies what was read of a request.
 * @throws ApiError 400, 409, 422, 500 */
export function applyObject(
  core: Core,
  target: Target,
  value: unknown,
  { force, problems }: { readonly force: boolean; readonly problems: readonly string[] },
  context: WriteContext,
): Written {
  const { resource, namespace, name } = target;
  const applied = appliedObject(target, value);
  const stored = core.storage.get(tableOf(resource), namespace, name);
  if (!stored && context.subresource !== '') throw notFound(resource, name);
  const live = stored && toVersion(stored, resource);
  const merged = applyFields({
    live,
    applied,
    resource,
    manager: context.manager,
    force,
    subresource: context.subresource,
    now: core.now(),
  });
  const object = readIn(resource, merged, context, problems);
  if (live) {
    refuseOtherUid(resource, live, object);
    return { object: replaceObject(core, resource, live, object, context, true), created: false };
  }
  if (object.metadata.uid !== undefined) throw nobodyHas(object.metadata.uid, target);
  delete object.metadata.resourceVersion;
  return { object: createObject(core, resource, namespace, object, context, true), created: true };
}

function appliedObject(target: Target, value: unknown): KubernetesObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('error decoding YAML: the patch is not an object');
  }
  const object = value as Partial<KubernetesObject>; // checked member by member below
  if (object.apiVersion !== apiVersionOf(target.resource) || object.kind !== target.resource.kind) {
    const { apiVersion = '/', kind = '' } = object;
    throw badRequest(
      `invalid object type: ${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`,
    );
  }
  const metadata = object.metadata;
  if (metadata?.managedFields !== undefined && metadata.managedFields.length > 0) {
    throw badRequest('metadata.managedFields must be nil');
  }
  if (metadata?.name !== undefined && metadata.name !== target.name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${target.name})`,
    );
  }
  if (
    metadata?.namespace !== undefined &&
    metadata.namespace !== target.namespace &&
    target.resource.namespaced
  )
    throw wrongNamespace();
  return {
    ...object,
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { ...metadata, name: target.name },
  };
}
