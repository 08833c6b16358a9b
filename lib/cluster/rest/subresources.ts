import { existing, type ResourceRequest } from './handlers.ts';

/** False when the resource does not have the subresource. */
export function handleSubresource(call: ResourceRequest): boolean {
  existing(call);
  return false;
}
