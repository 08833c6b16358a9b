/** Subresources other than status. */
import type { JsonObject } from '../../objects/index.ts';
import { copyOf } from '../controller-client.ts';
import { parseBody } from '../http/body.ts';
import { negotiate } from '../http/media-type.ts';
import { tableOf } from '../resources/resource.ts';
import { ApiError, badRequest, conflict, methodNotAllowed } from '../status.ts';
import { deleteObject, finishIfReleased } from '../writes/delete.ts';
import { readIn } from '../writes/read-in.ts';
import { replaceObject } from '../writes/update.ts';
import { existing, type ResourceRequest, sendObject } from './handlers.ts';
import { serveLog } from './log.ts';
import { inContentType } from './render.ts';
import { handleScale } from './scale.ts';
import { writeContext } from './write-context.ts';

/** @throws ApiError */
export function handleSubresource(call: ResourceRequest): void {
  const { resource, info } = call;
  switch (`${resource.plural}/${info.subresource}`) {
    case 'pods/log':
      serveLog(call);
      break;
    case 'pods/binding':
      bindPod(call);
      break;
    case 'pods/eviction':
      evictPod(call);
      break;
    case 'namespaces/finalize':
      finalizeNamespace(call);
      break;
    case 'pods/ephemeralcontainers':
    case 'pods/resize':
      if (info.verb !== 'get') throw notServed(call);
      sendObject(call, 200, existing(call));
      break;
    default:
      if (info.subresource !== 'scale') throw notServed(call);
      handleScale(call);
  }
}

function notServed({ resource, info }: ResourceRequest): ApiError {
  return new ApiError(
    501,
    '',
    `the embedded cluster does not serve ${resource.plural}/${info.subresource} (${info.verb})`,
  );
}

/** What the scheduler does: sets spec.nodeName, once. */
function bindPod(call: ResourceRequest): void {
  const { core, resource, request, reply, info } = call;
  if (info.verb !== 'create') throw methodNotAllowed();
  const { value } = parseBody(request.body, request.headers['content-type']);
  const node = (value as { target?: { name?: string } } | null)?.target?.name; // checked on the next line
  if (!node) throw badRequest('Binding "" is invalid: target.name: Required value');
  const pod = existing(call);
  if (pod.spec.nodeName) {
    throw conflict(
      resource,
      info.name,
      `pod ${info.name} is already assigned to node "${pod.spec.nodeName}"`,
    );
  }
  const next = copyOf(pod);
  next.spec.nodeName = node;
  replaceObject(core, resource, pod, next, writeContext(request, reply, ''));
  const { contentType } = negotiate(request.headers.accept);
  reply.send(201, contentType, inContentType(JSON.stringify(success(201)), contentType));
}

function success(code: number): JsonObject {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code };
}

/** Disruption budgets are not counted. */
function evictPod(call: ResourceRequest): void {
  const { core, resource, request, reply, info } = call;
  if (info.verb !== 'create') throw methodNotAllowed();
  deleteObject(core, resource, existing(call), {});
  const { contentType } = negotiate(request.headers.accept);
  reply.send(201, contentType, inContentType(JSON.stringify(success(201)), contentType));
}

/** Takes finalizers out of a namespace's spec, which nothing else can. */
function finalizeNamespace(call: ResourceRequest): void {
  const { core, resource, request, reply, info } = call;
  if (info.verb !== 'update') throw methodNotAllowed();
  const { value } = parseBody(request.body, request.headers['content-type']);
  const context = writeContext(request, reply, '');
  const finalizers: readonly string[] = readIn(resource, value, context).spec?.finalizers ?? [];
  const namespace = { ...existing(call), spec: finalizers.length > 0 ? { finalizers } : {} };
  if (context.dryRun) {
    sendObject(call, 200, namespace);
    return;
  }
  sendObject(call, 200, finishIfReleased(core, resource, core.storage.put(tableOf(resource), namespace)));
}
