/** Reviews: resources that are asked, not stored. */
import { invalidValue } from '../../kinds/index.ts';
import type { JsonObject } from '../../objects/index.ts';
import { isAllowed, rulesFor } from '../auth/authorizer.ts';
import type { UserInfo } from '../auth/user.ts';
import { parseBody } from '../http/body.ts';
import { negotiate } from '../http/media-type.ts';
import { apiVersionOf } from '../resources/registry.ts';
import { invalid } from '../status.ts';
import type { ResourceRequest } from './handlers.ts';
import { inContentType } from './render.ts';

interface AccessSpec {
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly resourceAttributes?: {
    readonly namespace?: string;
    readonly verb?: string;
    readonly group?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly name?: string;
  };
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
}

/** False when the resource is not a review. */
export function handleReview(call: ResourceRequest): boolean {
  const { resource, info } = call;
  if (resource.group !== 'authorization.k8s.io' && resource.group !== 'authentication.k8s.io') return false;
  if (info.verb !== 'create') return false;
  const status = reviewStatus(call);
  if (!status) return false;
  const accepted = negotiate(call.request.headers.accept);
  const { value } = parseBody(call.request.body, call.request.headers['content-type']);
  const review = {
    kind: resource.kind,
    apiVersion: apiVersionOf(resource),
    metadata: {},
    ...(resource.kind !== 'SelfSubjectReview' && { spec: (value as JsonObject | null)?.spec ?? {} }), // a JSON object by its kind
    status,
  };
  call.reply.send(201, accepted.contentType, inContentType(JSON.stringify(review), accepted.contentType));
  return true;
}

function reviewStatus(call: ResourceRequest): JsonObject | undefined {
  const { core, request, resource, info } = call;
  const { value } = parseBody(request.body, request.headers['content-type']);
  const spec = ((value as { spec?: AccessSpec } | null)?.spec ?? {}) as AccessSpec; // read member by member
  switch (resource.kind) {
    case 'SelfSubjectReview':
      return { userInfo: { username: request.user.name, groups: [...request.user.groups] } };
    case 'SelfSubjectAccessReview':
      return accessStatus(call, request.user, spec);
    case 'SubjectAccessReview':
    case 'LocalSubjectAccessReview':
      return accessStatus(call, { name: spec.user ?? '', groups: spec.groups ?? [] }, spec);
    case 'SelfSubjectRulesReview': {
      const namespace = (spec as { namespace?: string }).namespace ?? info.namespace;
      return { ...rulesFor(core, request.user, namespace), incomplete: false };
    }
    default:
      return undefined;
  }
}

function accessStatus(call: ResourceRequest, user: UserInfo, spec: AccessSpec): JsonObject {
  const attributes = spec.resourceAttributes;
  if ((attributes === undefined) === (spec.nonResourceAttributes === undefined)) {
    throw invalid({ group: call.resource.group, kind: '' }, '', [
      invalidValue(
        'spec',
        attributes === undefined ? null : spec,
        attributes === undefined
          ? 'exactly one of nonResourceAttributes or resourceAttributes must be specified'
          : 'cannot specify both resource and non resource attributes',
      ),
    ]);
  }
  const allowed = isAllowed(call.core, user, {
    verb: attributes?.verb ?? spec.nonResourceAttributes?.verb ?? '',
    group: attributes?.group ?? '',
    resource: attributes?.resource ?? '',
    subresource: attributes?.subresource ?? '',
    namespace: attributes?.namespace ?? '',
    name: attributes?.name ?? '',
    path: spec.nonResourceAttributes?.path,
  });
  return allowed ? { allowed: true, reason: allowed.reason } : { allowed: false };
}
