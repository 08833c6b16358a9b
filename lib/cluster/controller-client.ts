/** The store as controllers see it: {@link ClusterStore} over the write path of the server. */
import { gvkOf, type JsonObject, type KubernetesObject } from '../objects/index.ts';
import type { Core } from './core.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { MutableObject } from './mutable.ts';
import { mergePatch } from './patch/merge-patch.ts';
import { hasSubresource, type Resource, tableOf } from './resources/resource.ts';
import { toVersion } from './resources/versions.ts';
import { objectFilter } from './rest/list.ts';
import { ApiError, notFound } from './status.ts';
import type { StoredEvent } from './storage/storage.ts';
import type { ClusterStore, ControllerClient, KindReference, StoreEvent, StoreListOptions } from './store.ts';
import type { WriteContext } from './writes/context.ts';
import { createObject } from './writes/create.ts';
import { deleteObject } from './writes/delete.ts';
import { readIn } from './writes/read-in.ts';
import { replaceObject } from './writes/update.ts';

export function createStore(core: Core, dispatcher: Dispatcher): ClusterStore {
  return { as: (manager) => createClient(core, dispatcher, manager), settled: () => dispatcher.settled() };
}

function createClient(core: Core, dispatcher: Dispatcher, manager: string): ControllerClient {
  const context = (subresource: WriteContext['subresource']): WriteContext => ({
    manager,
    dryRun: false,
    subresource,
    fieldValidation: 'Strict',
    warn: () => undefined,
  });
  const resourceOf = (kind: KindReference): Resource => {
    const resource = core.resources.byKind(gvkOf(kind));
    if (resource) return resource;
    throw new ApiError(404, 'NotFound', `no matches for kind "${kind.kind}" in version "${kind.apiVersion}"`);
  };
  const find = (resource: Resource, namespace: string, name: string): KubernetesObject | undefined => {
    const stored = core.storage.get(tableOf(resource), resource.namespaced ? namespace : '', name);
    return stored && toVersion(stored, resource);
  };
  const replace = (object: KubernetesObject, subresource: WriteContext['subresource']): KubernetesObject => {
    const resource = resourceOf(object);
    const old = find(resource, object.metadata.namespace ?? '', object.metadata.name);
    if (!old) throw notFound(resource, object.metadata.name);
    const next = readIn(resource, structuredClone(object), context(subresource));
    next.metadata.resourceVersion ??= old.metadata.resourceVersion ?? '';
    return replaceObject(core, resource, old, next, context(subresource));
  };
  const client: ControllerClient = {
    get: (kind, namespace, name) => find(resourceOf(kind), namespace, name),
    list: (kind, options = {}) => listObjects(core, resourceOf(kind), options),
    create(object) {
      const resource = resourceOf(object);
      const next = readIn(resource, structuredClone(object), context(''));
      return createObject(core, resource, object.metadata.namespace ?? '', next, context(''));
    },
    update: (object) => replace(object, ''),
    updateStatus: (object) => replace(object, hasSubresource(resourceOf(object), 'status') ? 'status' : ''),
    patch(kind, namespace, name, patch: JsonObject, options = {}) {
      const resource = resourceOf(kind);
      const old = find(resource, namespace, name);
      if (!old) throw notFound(resource, name);
      return replace(mergePatch(old, patch) as KubernetesObject, options.subresource ?? ''); // a patched object keeps its envelope
    },
    delete(kind, namespace, name, options = {}) {
      const resource = resourceOf(kind);
      const object = find(resource, namespace, name);
      if (object) deleteObject(core, resource, object, options);
      return object !== undefined;
    },
    watch(kinds, handler) {
      let active = true;
      const hand = (resource: Resource, event: Pick<StoredEvent, 'type' | 'object' | 'previous'>) => {
        const shown: StoreEvent = {
          type: event.type,
          object: toVersion(event.object, resource),
          ...(event.previous && { previous: toVersion(event.previous, resource) }),
        };
        dispatcher.enqueue(() => {
          if (active) handler(shown);
        });
      };
      const unsubscribes = kinds.map((kind) => {
        const resource = resourceOf(kind);
        const table = tableOf(resource);
        for (const object of core.storage.list(table)) hand(resource, { type: 'ADDED', object });
        return core.storage.subscribe(table, (event) => hand(resource, event));
      });
      return () => {
        active = false;
        for (const unsubscribe of unsubscribes) unsubscribe();
      };
    },
  };
  return client;
}

function listObjects(core: Core, resource: Resource, options: StoreListOptions): readonly KubernetesObject[] {
  const query = new URLSearchParams();
  if (options.labelSelector) query.set('labelSelector', options.labelSelector);
  if (options.fieldSelector) query.set('fieldSelector', options.fieldSelector);
  const matches = objectFilter(query, resource);
  return core.storage
    .list(tableOf(resource), resource.namespaced ? options.namespace : undefined)
    .filter(matches)
    .map((object) => toVersion(object, resource));
}

/** A mutable copy, for code of this room that builds on a stored object. */
export function copyOf(object: KubernetesObject): MutableObject {
  return structuredClone(object) as MutableObject; // a copy may be changed
}
