/** Kubernetes' own API: which resources it serves, and their schemas. Read once for all clusters of a process, and
 * the schemas only when the first one is asked for. */
import { readFileSync } from 'node:fs';
import type { SchemaDefinitions } from './schema.ts';

/** An entry of an APIResourceList. */
export interface ServedResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly group?: string;
  readonly version?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly storageVersionHash?: string;
}

interface BuiltinApi {
  readonly schemas: SchemaDefinitions;
  /** By group and version: `v1`, `apps/v1`. */
  readonly discovery: Readonly<Record<string, readonly ServedResource[]>>;
}

let api: BuiltinApi | undefined;

function load(): BuiltinApi {
  api ??= JSON.parse(readFileSync(new URL('./interim.data.json', import.meta.url), 'utf8')) as BuiltinApi;
  return api;
}

export function builtinSchemas(): SchemaDefinitions {
  return load().schemas;
}

export function builtinDiscovery(): Readonly<Record<string, readonly ServedResource[]>> {
  return load().discovery;
}
