/** The embedded cluster's one place that knows how structured merge is called. */
import type { JsonObject, KubernetesObject } from '../objects/index.ts';
import type { MutableObject } from './mutable.ts';
import type { Resource } from './resources/resource.ts';

export interface ApplyRequest {
  readonly live: KubernetesObject | undefined;
  readonly applied: KubernetesObject;
  readonly resource: Resource;
  readonly manager: string;
  readonly force: boolean;
  readonly subresource: string;
  readonly time: string;
}

/** Merges what is applied into the live object.
 * @throws ApiError 409 with a cause for each field that another manager holds */
export function applyFields(request: ApplyRequest): MutableObject {
  const merged = merge(structuredClone(request.live ?? {}), request.applied) as MutableObject; // both are objects of this kind
  return merged;
}

export interface UpdateRequest {
  readonly live: KubernetesObject | undefined;
  readonly next: MutableObject;
  readonly resource: Resource;
  readonly manager: string;
  readonly subresource: string;
  readonly time: string;
}

/** Writes into `next` who holds which field after an update. */
export function recordUpdate(request: UpdateRequest): void {
  if (request.live?.metadata.managedFields) {
    request.next.metadata.managedFields = [...request.live.metadata.managedFields];
  }
}

function merge(target: Record<string, unknown>, source: JsonObject): Record<string, unknown> {
  for (const [name, value] of Object.entries(source)) {
    const own = target[name];
    target[name] =
      typeof value === 'object' &&
      value &&
      !Array.isArray(value) &&
      typeof own === 'object' &&
      own &&
      !Array.isArray(own)
        ? merge(own as Record<string, unknown>, value as JsonObject)
        : value;
  }
  return target;
}
