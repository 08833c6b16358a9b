/** A Secret as it may be kept: which keys it has, and none of their values, not even a digest, by which a short one could be
 * guessed. */
import type { KubernetesObject } from '../objects/index.ts';

/** Base64 of `{}`, which is also what the values of typed Secrets that hold JSON have to be. */
const MASKED = 'e30=';

/** @returns the object itself when it is no Secret */
export function maskSecret(object: KubernetesObject): KubernetesObject {
  if (object.apiVersion !== 'v1' || object.kind !== 'Secret') return object;
  const { data, stringData: _, metadata, ...rest } = object;
  const { annotations } = metadata;
  return {
    ...rest,
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { ...metadata, ...(annotations && { annotations: withoutCopies(annotations) }) },
    ...(data && { data: Object.fromEntries(Object.keys(data).map((key) => [key, MASKED])) }),
  };
}

/** `kubectl apply` keeps the whole Secret in an annotation. */
function withoutCopies(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [
      name,
      name.includes('last-applied-configuration') ? '{}' : value,
    ]),
  );
}
