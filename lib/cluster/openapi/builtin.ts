/** Kubernetes' own API: which resources it serves, and their schemas. Documents are read when they are first needed. */
import { type BuiltInOpenApi, builtInOpenApi, type OpenApiDocument } from '../../fields/index.ts';
import { formatApiVersion } from '../../objects/index.ts';
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

interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** Where a group version's documents are: `api/v1`, `apis/apps/v1`. */
function documentPath({ group, version }: GroupVersion): string {
  return group === '' ? `api/${version}` : `apis/${formatApiVersion(group, version)}`;
}

/** Undefined when the group version is not one of Kubernetes' own. */
export function builtinDocument(groupVersion: GroupVersion): OpenApiDocument | undefined {
  return builtInOpenApi().document(documentPath(groupVersion));
}

export function builtinSchemas(groupVersion: GroupVersion): SchemaDefinitions {
  // The same documents; this room looks at more of a schema's members than merging does.
  return (builtinDocument(groupVersion)?.components?.schemas ?? {}) as SchemaDefinitions;
}

const STABLE = /^(?:api|apis\/([^/]+))\/(v\d+)$/;

/** The resource lists of the stable versions, which are what a server offers when nobody asks for more. */
export function builtinDiscovery(): readonly (GroupVersion & {
  readonly resources: readonly ServedResource[];
})[] {
  const api: BuiltInOpenApi = builtInOpenApi();
  return api.paths().flatMap((path) => {
    const match = STABLE.exec(path);
    if (!match) return [];
    const list = api.discovery(path) as { readonly resources?: readonly ServedResource[] } | undefined; // an APIResourceList at these paths
    return list?.resources ? [{ group: match[1] ?? '', version: match[2]!, resources: list.resources }] : [];
  });
}
