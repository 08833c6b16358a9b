/** What every request works on. */
import type { Surroundings } from './kinds/rules.ts';
import type { ResourceRegistry } from './resources/registry.ts';
import type { Storage } from './storage/storage.ts';

export interface Core extends Surroundings {
  readonly storage: Storage;
  readonly resources: ResourceRegistry;
}

/** Seconds are all that Kubernetes' times have. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
