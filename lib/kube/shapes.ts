/** What a resource says about the names and types of its objects. */
import type { KubernetesObject, ObjectKey, ObjectMetadata } from '../objects/index.ts';
import { formatApiVersion, keyOf } from '../objects/index.ts';
import type { ApiResource } from './client.ts';
import { KubeError } from './errors.ts';

export type Name = Pick<ObjectKey, 'namespace' | 'name'>;

/** @throws KubeError `INVALID` when the object lacks the namespace that its kind needs */
export function nameOf(resource: ApiResource, object: KubernetesObject): Name {
  const { name, namespace = '' } = object.metadata;
  if (resource.namespaced && namespace === '') {
    throw new KubeError(`${object.kind} ${name} has no namespace, and its kind needs one`, {
      code: 'INVALID',
      family: 'validation',
      key: keyOf(object),
      hint: 'Set metadata.namespace, or the namespace of its application.',
    });
  }
  return { name, namespace };
}

export function fullKey(resource: ApiResource, { namespace, name }: Name): ObjectKey {
  return { group: resource.group, kind: resource.kind, namespace, name };
}

/** Items of lists come without their type, and metadata with the type of the envelope. */
export function typeOf(resource: ApiResource): { readonly apiVersion: string; readonly kind: string } {
  return { apiVersion: formatApiVersion(resource.group, resource.version), kind: resource.kind };
}

/** Metadata and nothing else, also when the server sent the whole object. */
export function metadataOf(resource: ApiResource, object: Pick<ObjectMetadata, 'metadata'>): ObjectMetadata {
  return { ...typeOf(resource), metadata: object.metadata };
}
