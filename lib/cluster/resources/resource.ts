/** How one kind is served in one version. */
import type { GroupVersionKind } from '../../objects/index.ts';

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

export interface Resource extends GroupVersionKind {
  readonly plural: string;
  readonly singular: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly storageVersionHash?: string;
  readonly subresources: readonly Subresource[];
  /** Set for custom resources. */
  readonly custom?: CustomResource;
}

export interface Subresource {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

/** What a CustomResourceDefinition adds for one version. */
export interface CustomResource {
  /** The structural schema (`openAPIV3Schema`), as written. */
  readonly schema: import('../openapi/schema.ts').SchemaNode;
  readonly scale?: {
    readonly specReplicasPath: string;
    readonly statusReplicasPath: string;
    readonly labelSelectorPath?: string;
  };
  readonly printerColumns: readonly PrinterColumn[];
  readonly selectableFields: readonly string[];
}

export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

export function hasSubresource(resource: Resource, name: string): boolean {
  return resource.subresources.some((subresource) => subresource.name === name);
}

/** One table of the store: all versions of a kind share it. */
export function tableOf(resource: { readonly group: string; readonly plural: string }): string {
  // events.k8s.io/v1 serves the core group's events.
  return resource.group === 'events.k8s.io' ? '/events' : `${resource.group}/${resource.plural}`;
}
