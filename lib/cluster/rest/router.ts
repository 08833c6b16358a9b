/** Sends each request to what answers it. */
import { authorize } from '../auth/authorizer.ts';
import { impersonated } from '../auth/impersonation.ts';
import type { Core } from '../core.ts';
import { serveDiscovery } from '../discovery/serve.ts';
import type { ApiRequest, Reply } from '../http/exchange.ts';
import { sendError } from '../http/server.ts';
import { serveOpenApi } from '../openapi/serve.ts';
import { hasSubresource } from '../resources/resource.ts';
import { resourceNotFound } from '../status.ts';
import { handleResource } from './handlers.ts';
import { type RequestInfo, requestInfo } from './request-info.ts';
import { handleReview } from './reviews.ts';
import { handleSubresource } from './subresources.ts';

export function route(core: Core, request: ApiRequest, reply: Reply): void {
  try {
    answer(core, impersonated(core, request), reply);
  } catch (error) {
    sendError(reply, error);
  }
}

function answer(core: Core, request: ApiRequest, reply: Reply): void {
  const info = requestInfo(request);
  authorize(core, request, info);
  const answered = info ? answerResource(core, request, reply, info) : answerOther(core, request, reply);
  if (!answered) reply.send(404, 'text/plain; charset=utf-8', '404 page not found\n');
}

function answerOther(core: Core, request: ApiRequest, reply: Reply): boolean {
  return (
    serveDiscovery(core, request, reply) || serveOpenApi(core, request, reply) || serveHealth(request, reply)
  );
}

function answerResource(core: Core, request: ApiRequest, reply: Reply, info: RequestInfo): boolean {
  const resource = core.resources.byPath(info.group, info.version, info.plural);
  if (!resource) {
    if (core.resources.hasGroupVersion(info.group, info.version)) throw resourceNotFound();
    return false;
  }
  const call = { core, request, reply, info, resource };
  if (handleReview(call)) return true;
  const isMisplaced = resource.namespaced
    ? info.namespace === '' && !isAcrossNamespaces(info.verb)
    : info.namespace !== '';
  if (isMisplaced) throw resourceNotFound();
  if (info.subresource !== '' && !hasSubresource(resource, info.subresource)) throw resourceNotFound();
  if (info.subresource === '' || info.subresource === 'status') handleResource(call);
  else handleSubresource(call);
  return true;
}

function isAcrossNamespaces(verb: string): boolean {
  return verb === 'list' || verb === 'watch' || verb === 'deletecollection';
}

const HEALTH = /^\/(healthz|readyz|livez)(?:\/(.*))?$/;

function serveHealth(request: ApiRequest, reply: Reply): boolean {
  const [, check, named] = HEALTH.exec(request.path) ?? [];
  if (check === undefined || (named !== undefined && named !== 'ping')) return false;
  const verbose = request.query.has('verbose') ? `[+]ping ok\n${check} check passed\n` : 'ok';
  reply.send(200, 'text/plain; charset=utf-8', verbose);
  return true;
}
