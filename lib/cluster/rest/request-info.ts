/** What a path and method ask for (apiserver, endpoints/request, RequestInfo). */
import type { ApiRequest } from '../http/exchange.ts';

export interface RequestInfo {
  /** As RBAC knows it. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  /** Empty for requests over all namespaces and cluster-scoped resources. */
  readonly namespace: string;
  readonly plural: string;
  readonly name: string;
  readonly subresource: string;
}

/** Subresources of namespaces are not resources inside of a namespace. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

/** Undefined when the path is not one of a resource. */
export function requestInfo(request: ApiRequest): RequestInfo | undefined {
  const parts = request.path.split('/').filter((part) => part !== '');
  const isCore = parts[0] === 'api';
  if (!isCore && parts[0] !== 'apis') return undefined;
  const [group, version, ...rest] = isCore ? ['', ...parts.slice(1)] : parts.slice(1);
  if (group === undefined || version === undefined || rest.length === 0) return undefined;
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2]!);
  const namespace = inNamespace ? rest[1]! : '';
  const [plural = '', name = '', ...deeper] = inNamespace ? rest.slice(2) : rest;
  return {
    verb: verbOf(request, name),
    group,
    version,
    namespace,
    plural,
    name,
    subresource: deeper.join('/'),
  };
}

function verbOf(request: ApiRequest, name: string): string {
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      if (isTrue(request.query.get('watch'))) return 'watch';
      return name === '' ? 'list' : 'get';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === '' ? 'deletecollection' : 'delete';
    default:
      return '';
  }
}

export function isTrue(parameter: string | null): boolean {
  return parameter === 'true' || parameter === '1' || parameter === '';
}
