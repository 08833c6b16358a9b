import type { Resource } from '../resources/resource.ts';

/** How a write was asked for. */
export interface WriteContext {
  /** Field manager of the write. */
  readonly manager: string;
  readonly dryRun: boolean;
  /** Empty for the object itself. */
  readonly subresource: '' | 'status' | 'scale';
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict';
  /** Told to the caller in Warning headers. */
  readonly warn: (text: string) => void;
}

export interface Target {
  readonly resource: Resource;
  /** Empty for cluster-scoped resources. */
  readonly namespace: string;
  readonly name: string;
}
