import type { KubernetesObject } from '../objects/index.ts';

/** Whether the object is a Secret that carries values. One without (made to be filled by a controller, as for
 * service account tokens) carries none. */
export function hasPlainSecret(object: KubernetesObject): boolean {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return false;
  return hasFields(object.data) || hasFields(object.stringData);
}

function hasFields(value: unknown): boolean {
  return value !== null && typeof value === 'object' && Object.keys(value).length > 0;
}
