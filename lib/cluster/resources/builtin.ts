/** The resources of Kubernetes itself, from its discovery documents. */
import { builtinDiscovery, type ServedResource } from '../openapi/builtin.ts';
import type { Resource, Subresource, Verb } from './resource.ts';

export function builtinResources(): readonly Resource[] {
  return builtinDiscovery().flatMap(({ group, version, resources }) =>
    resources
      .filter((entry) => !entry.name.includes('/'))
      .map((entry) => toResource(group, version, entry, resources)),
  );
}

function toResource(
  group: string,
  version: string,
  entry: ServedResource,
  served: readonly ServedResource[],
): Resource {
  return {
    group,
    version,
    kind: entry.kind,
    plural: entry.name,
    singular: entry.singularName,
    listKind: `${entry.kind}List`,
    namespaced: entry.namespaced,
    verbs: entry.verbs as readonly Verb[], // discovery documents list API verbs
    shortNames: entry.shortNames ?? [],
    categories: entry.categories ?? [],
    ...(entry.storageVersionHash !== undefined && { storageVersionHash: entry.storageVersionHash }),
    subresources: served
      .filter((other) => other.name.startsWith(`${entry.name}/`))
      .map(
        (other): Subresource => ({
          name: other.name.slice(entry.name.length + 1),
          group: other.group ?? group,
          version: other.version ?? version,
          kind: other.kind,
          verbs: other.verbs,
        }),
      ),
  };
}
