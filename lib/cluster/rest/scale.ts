/** The scale subresource: replicas of a workload, or of a custom resource that says where they are. */
import { invalidValue } from '../../kinds/index.ts';
import type { JsonObject, KubernetesObject } from '../../objects/index.ts';
import { copyOf } from '../controller-client.ts';
import { deepEqual } from '../deep-equal.ts';
import { applyFields } from '../fields.ts';
import { parseBody, parseJson, parseYaml } from '../http/body.ts';
import { negotiate } from '../http/media-type.ts';
import type { MutableObject } from '../mutable.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import type { Resource } from '../resources/resource.ts';
import { toVersion } from '../resources/versions.ts';
import { ApiError, conflict, invalid, methodNotAllowed, OBJECT_WAS_MODIFIED } from '../status.ts';
import { replaceObject } from '../writes/update.ts';
import { existing, type ResourceRequest } from './handlers.ts';
import { inContentType } from './render.ts';
import { isTrue } from './request-info.ts';
import { writeContext } from './write-context.ts';

interface Scale extends JsonObject {
  readonly spec: { readonly replicas?: number };
}

/** @throws ApiError */
export function handleScale(call: ResourceRequest): void {
  const { resource, info } = call;
  const object = toVersion(existing(call), resource);
  switch (info.verb) {
    case 'get':
      if (resource.custom && valueAt(object, pathsOf(resource).spec) === undefined) {
        throw new ApiError(
          500,
          'InternalError',
          `Internal error occurred: the spec replicas field ${JSON.stringify(resource.custom.scale?.specReplicasPath)} does not exist`,
        );
      }
      sendScale(call, object);
      break;
    case 'update':
    case 'patch':
      sendScale(call, writeScale(call, object));
      break;
    default:
      throw methodNotAllowed();
  }
}

function sendScale(call: ResourceRequest, object: KubernetesObject): void {
  const { contentType } = negotiate(call.request.headers.accept);
  call.reply.send(
    200,
    contentType,
    inContentType(JSON.stringify(scaleOf(call.resource, object)), contentType),
  );
}

interface ScalePaths {
  readonly spec: readonly string[];
  readonly status: readonly string[];
  /** Of the selector in text form; absent where it is spec.selector in the form of objects. */
  readonly selector: readonly string[] | undefined;
}

function pathsOf(resource: Resource): ScalePaths {
  const scale = resource.custom?.scale;
  const path = (text: string) => text.replace(/^\./, '').split('.');
  return {
    spec: path(scale?.specReplicasPath ?? '.spec.replicas'),
    status: path(scale?.statusReplicasPath ?? '.status.replicas'),
    selector: scale?.labelSelectorPath === undefined ? undefined : path(scale.labelSelectorPath),
  };
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (value as Record<string, unknown> | undefined)?.[name],
    object,
  ); // JSON; absent ends it
}

function scaleOf(resource: Resource, object: KubernetesObject): Scale {
  const paths = pathsOf(resource);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = paths.selector ? String(valueAt(object, paths.selector) ?? '') : selectorText(object);
  const replicas = valueAt(object, paths.spec);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { ...(typeof replicas === 'number' && replicas !== 0 && { replicas }) },
    status: { replicas: Number(valueAt(object, paths.status) ?? 0), ...(selector !== '' && { selector }) },
  };
}

function selectorText(object: KubernetesObject): string {
  const labels = (object.spec?.selector?.matchLabels ?? {}) as Readonly<Record<string, string>>; // the schema's type
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
}

function writeScale(call: ResourceRequest, object: KubernetesObject): KubernetesObject {
  const { core, request, reply, resource, info } = call;
  const context = writeContext(request, reply, 'scale');
  const current = scaleOf(resource, object);
  const wanted =
    info.verb === 'update'
      ? parseBody(request.body, request.headers['content-type']).value
      : patched(call, current);
  const { metadata, spec } = wanted as {
    metadata?: { resourceVersion?: string };
    spec?: { replicas?: number };
  }; // checked below
  const given = metadata?.resourceVersion;
  if (given !== undefined && given !== '' && given !== object.metadata.resourceVersion) {
    throw conflict(resource, info.name, OBJECT_WAS_MODIFIED);
  }
  const replicas = spec?.replicas ?? 0;
  if (!Number.isInteger(replicas) || replicas < 0) {
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, info.name, [
      invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'),
    ]);
  }
  const next = copyOf(object);
  setReplicas(next, pathsOf(resource).spec, replicas);
  if (isApply(request.headers['content-type'])) takeOwnership(call, object, next);
  return replaceObject(core, resource, object, next, context, isApply(request.headers['content-type']));
}

function isApply(contentType: string | undefined): boolean {
  return contentType?.startsWith('application/apply-patch+yaml') ?? false;
}

function patched(call: ResourceRequest, current: Scale): unknown {
  const { headers, body } = call.request;
  const text = body.toString('utf8');
  switch ((headers['content-type'] ?? '').split(';')[0]) {
    case 'application/json-patch+json':
      return jsonPatch(current, parseJson(text).value);
    case 'application/apply-patch+yaml':
      return parseYaml(text).value;
    default:
      // A Scale has no lists, so a strategic merge patch of it is a merge patch.
      return mergePatch(current, parseJson(text).value as JsonObject); // JSON by its parser
  }
}

/** An apply of a scale owns the replicas of the object behind it. */
function takeOwnership(call: ResourceRequest, live: KubernetesObject, next: MutableObject): void {
  const { core, resource, request } = call;
  const path = pathsOf(resource).spec;
  const replicas = valueAt(next, path);
  const content = path.reduceRight<unknown>((value, name) => ({ [name]: value }), replicas) as JsonObject; // at least one field
  const { apiVersion, kind } = live;
  const { name, namespace } = live.metadata;
  const applied = applyFields({
    live,
    applied: {
      apiVersion,
      kind,
      metadata: { name, ...(namespace !== undefined && { namespace }) },
      ...content,
    },
    resource,
    manager: request.query.get('fieldManager') ?? '',
    force: isTrue(request.query.get('force') ?? 'false'),
    subresource: 'scale',
    now: core.now(),
  });
  if (!deepEqual(valueAt(applied, path), replicas)) return;
  if (applied.metadata.managedFields) next.metadata.managedFields = applied.metadata.managedFields;
}

function setReplicas(object: MutableObject, path: readonly string[], replicas: number): void {
  let place: Record<string, unknown> = object;
  for (const name of path.slice(0, -1)) {
    place[name] ??= {};
    place = place[name] as Record<string, unknown>; // what has members below is an object
  }
  place[path.at(-1) ?? 'replicas'] = replicas;
}
