/** The documents of one group. */
import type { JsonObject } from '../../objects/index.ts';
import { apiVersionOf } from '../resources/registry.ts';
import type { Resource, Subresource } from '../resources/resource.ts';
import type { ApiGroup } from './groups.ts';

export function resourceList(group: ApiGroup, version: string): JsonObject {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf({ group: group.name, version }),
    resources: inVersion(group, version).flatMap((resource) => [
      {
        name: resource.plural,
        singularName: resource.singular,
        namespaced: resource.namespaced,
        kind: resource.kind,
        verbs: resource.verbs,
        ...(resource.shortNames.length > 0 && { shortNames: resource.shortNames }),
        ...(resource.categories.length > 0 && { categories: resource.categories }),
        ...(resource.storageVersionHash !== undefined && { storageVersionHash: resource.storageVersionHash }),
      },
      ...resource.subresources.map((subresource) => ({
        name: `${resource.plural}/${subresource.name}`,
        singularName: '',
        namespaced: resource.namespaced,
        ...(isElsewhere(resource, subresource) && { group: subresource.group, version: subresource.version }),
        kind: subresource.kind,
        verbs: subresource.verbs,
      })),
    ]),
  };
}

function isElsewhere(resource: Resource, subresource: Subresource): boolean {
  return subresource.group !== resource.group || subresource.version !== resource.version;
}

function inVersion(group: ApiGroup, version: string): readonly Resource[] {
  return group.resources
    .filter((resource) => resource.version === version)
    .toSorted((a, b) => (a.plural < b.plural ? -1 : 1));
}

/** One item of an APIGroupDiscoveryList. */
export function aggregatedGroup(group: ApiGroup): JsonObject {
  return {
    metadata: { ...(group.name !== '' && { name: group.name }) },
    versions: group.versions.map((version) => ({
      version,
      freshness: 'Current',
      resources: inVersion(group, version).map(aggregatedResource),
    })),
  };
}

function aggregatedResource(resource: Resource): JsonObject {
  return {
    resource: resource.plural,
    responseKind: { group: resource.group, version: resource.version, kind: resource.kind },
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...(resource.shortNames.length > 0 && { shortNames: resource.shortNames }),
    ...(resource.categories.length > 0 && { categories: resource.categories }),
    ...(resource.subresources.length > 0 && {
      subresources: resource.subresources.map((subresource) => ({
        subresource: subresource.name,
        responseKind: { group: subresource.group, version: subresource.version, kind: subresource.kind },
        verbs: subresource.verbs,
      })),
    }),
  };
}
