import type { ObjectKey } from '../objects/index.ts';
import type { ApiResource } from './client.ts';

/** Path of a resource's collection, in one namespace or in all of them. */
export function collectionPath(resource: ApiResource, namespace = ''): string {
  const root =
    resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const scope = resource.namespaced && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${scope}/${resource.plural}`;
}

export function objectPath(
  resource: ApiResource,
  key: Pick<ObjectKey, 'namespace' | 'name'>,
  subresource?: string,
): string {
  const path = `${collectionPath(resource, key.namespace)}/${encodeURIComponent(key.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** A path with its query; what is undefined or false is left out. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  let text = '';
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === false) continue;
    text += `${text === '' ? '?' : '&'}${name}=${encodeURIComponent(value)}`;
  }
  return path + text;
}
