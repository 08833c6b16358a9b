/** The verbs on objects. Each handler answers one request about one resource. */
import type { KubernetesObject } from '../../objects/index.ts';
import type { Core } from '../core.ts';
import { parseBody } from '../http/body.ts';
import type { ApiRequest, Reply } from '../http/exchange.ts';
import { type Accepted, negotiate } from '../http/media-type.ts';
import { type Resource, tableOf } from '../resources/resource.ts';
import { toVersion } from '../resources/versions.ts';
import { badRequest, deletedStatus, methodNotAllowed, notFound } from '../status.ts';
import { createsOnUpdate } from '../writes/admission.ts';
import type { Target, WriteContext } from '../writes/context.ts';
import { createObject, wrongNamespace } from '../writes/create.ts';
import { deleteObject } from '../writes/delete.ts';
import { patchObject } from '../writes/patch.ts';
import { readIn } from '../writes/read-in.ts';
import { replaceObject } from '../writes/update.ts';
import { readDeleteOptions } from './delete-options.ts';
import { listObjects, objectFilter } from './list.ts';
import { inContentType, listText, shapedText } from './render.ts';
import { isTrue, type RequestInfo } from './request-info.ts';
import { watchObjects } from './watch.ts';
import { writeContext } from './write-context.ts';

export interface ResourceRequest {
  readonly core: Core;
  readonly request: ApiRequest;
  readonly reply: Reply;
  readonly info: RequestInfo;
  readonly resource: Resource;
}

const STATUS_VERBS = new Set(['get', 'update', 'patch']);

/** @throws ApiError */
export function handleResource(call: ResourceRequest): void {
  const { info, resource } = call;
  const isOffered = (resource.verbs as readonly string[]).includes(info.verb);
  if (info.subresource === '' ? !isOffered : !STATUS_VERBS.has(info.verb)) throw methodNotAllowed();
  if (info.verb === 'create' && info.name !== '') throw methodNotAllowed();
  switch (info.verb) {
    case 'get':
      get(call);
      break;
    case 'list':
      list(call);
      break;
    case 'watch':
      watch(call);
      break;
    case 'create':
      create(call);
      break;
    case 'update':
      update(call);
      break;
    case 'patch':
      patch(call);
      break;
    case 'delete':
      remove(call);
      break;
    case 'deletecollection':
      removeCollection(call);
      break;
    default:
      throw methodNotAllowed();
  }
}

function targetOf({ resource, info }: ResourceRequest): Target {
  return { resource, namespace: resource.namespaced ? info.namespace : '', name: info.name };
}

/** @throws ApiError 404 */
export function existing(call: ResourceRequest): KubernetesObject {
  const { namespace, name } = targetOf(call);
  const object = call.core.storage.get(tableOf(call.resource), namespace, name);
  if (!object) throw notFound(call.resource, name);
  return object;
}

export function sendObject(
  call: ResourceRequest,
  status: number,
  object: KubernetesObject,
  accepted?: Accepted,
): void {
  const { shape, contentType } = accepted ?? negotiate(call.request.headers.accept);
  const text = shapedText(call.resource, object, shape, call.request.query.get('includeObject'));
  call.reply.send(status, contentType, inContentType(text, contentType));
}

function get(call: ResourceRequest): void {
  const accepted = negotiate(call.request.headers.accept);
  sendObject(call, 200, existing(call), accepted);
}

function list(call: ResourceRequest): void {
  const { core, resource, request, reply, info } = call;
  const accepted = negotiate(request.headers.accept);
  const namespace = info.namespace === '' ? undefined : info.namespace;
  const { objects, metadata } = listObjects(core, { resource, namespace, query: request.query });
  const text = listText(resource, objects, metadata, accepted, request.query.get('includeObject'));
  reply.send(200, accepted.contentType, inContentType(text, accepted.contentType));
}

function watch(call: ResourceRequest): void {
  const { core, resource, request, reply, info } = call;
  const query = new URLSearchParams(request.query);
  if (info.name !== '') query.set('fieldSelector', `metadata.name=${info.name}`);
  const namespace = info.namespace === '' ? undefined : info.namespace;
  watchObjects(core, { resource, namespace, query, accepted: negotiate(request.headers.accept) }, reply);
}

function create(call: ResourceRequest): void {
  const { core, resource, request, reply } = call;
  const accepted = negotiate(request.headers.accept);
  const context = writeContext(request, reply, '');
  const { value, problems } = parseBody(request.body, request.headers['content-type']);
  const object = readIn(resource, value, context, problems);
  sendObject(call, 201, createObject(core, resource, targetOf(call).namespace, object, context), accepted);
}

function subresourceOf(info: RequestInfo): WriteContext['subresource'] {
  return info.subresource === 'status' || info.subresource === 'scale' ? info.subresource : '';
}

function update(call: ResourceRequest): void {
  const { core, resource, request, reply, info } = call;
  const accepted = negotiate(request.headers.accept);
  const context = writeContext(request, reply, subresourceOf(info));
  const { value, problems } = parseBody(request.body, request.headers['content-type']);
  const object = readIn(resource, value, context, problems);
  const target = targetOf(call);
  if (object.metadata.name === undefined || object.metadata.name === '') {
    throw badRequest('name must be provided');
  }
  if (object.metadata.name !== target.name) {
    throw badRequest(
      `the name of the object (${object.metadata.name}) does not match the name on the URL (${target.name})`,
    );
  }
  if (object.metadata.namespace !== undefined && object.metadata.namespace !== target.namespace)
    throw wrongNamespace();
  const old = core.storage.get(tableOf(resource), target.namespace, target.name);
  if (!old) {
    if (context.subresource !== '' || !createsOnUpdate(target)) throw notFound(resource, target.name);
    delete object.metadata.resourceVersion;
    sendObject(call, 201, createObject(core, resource, target.namespace, object, context), accepted);
    return;
  }
  sendObject(call, 200, replaceObject(core, resource, toVersion(old, resource), object, context), accepted);
}

function patch(call: ResourceRequest): void {
  const { core, request, reply, info } = call;
  const accepted = negotiate(request.headers.accept);
  const written = patchObject(
    core,
    {
      target: targetOf(call),
      contentType: request.headers['content-type'] ?? '',
      body: request.body,
      force: isTrue(request.query.get('force') ?? 'false'),
      managerIsGiven: Boolean(request.query.get('fieldManager')),
    },
    writeContext(request, reply, subresourceOf(info)),
  );
  sendObject(call, written.created ? 201 : 200, written.object, accepted);
}

function remove(call: ResourceRequest): void {
  const { core, resource, request, reply } = call;
  const accepted = negotiate(request.headers.accept);
  const options = readDeleteOptions(request);
  const deletion = deleteObject(core, resource, existing(call), options);
  // Only these two answer with the object when it is gone at once (their storage says so).
  const answersWithObject = resource.group === '' && (resource.kind === 'Pod' || resource.kind === 'Service');
  if (!deletion.gone || answersWithObject) {
    sendObject(call, 200, deletion.object, accepted);
    return;
  }
  const { name, uid = '' } = deletion.object.metadata;
  reply.send(
    200,
    accepted.contentType,
    inContentType(JSON.stringify(deletedStatus(resource, name, uid)), accepted.contentType),
  );
}

function removeCollection(call: ResourceRequest): void {
  const { core, resource, request, reply, info } = call;
  const accepted = negotiate(request.headers.accept);
  const options = readDeleteOptions(request);
  const matches = objectFilter(request.query, resource);
  const namespace = info.namespace === '' ? undefined : info.namespace;
  const chosen = core.storage.list(tableOf(resource), namespace).filter(matches);
  const deleted = chosen.map((object) => deleteObject(core, resource, object, options).object);
  const metadata = { resourceVersion: String(core.storage.revision) };
  const text = listText(resource, deleted, metadata, accepted, request.query.get('includeObject'));
  reply.send(200, accepted.contentType, inContentType(text, accepted.contentType));
}
