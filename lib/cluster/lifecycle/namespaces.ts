/** Removing a namespace: its content is deleted, and when that is gone, the namespace. */
import type { JsonObject, KubernetesObject } from '../../objects/index.ts';
import type { Core } from '../core.ts';
import { timestamp } from '../core.ts';
import { deepEqual } from '../deep-equal.ts';
import { tableOf } from '../resources/resource.ts';
import type { StoredEvent } from '../storage/storage.ts';
import { deleteObject, finishIfReleased } from '../writes/delete.ts';
import type { Remaining } from './namespace-conditions.ts';
import { remainingConditions } from './namespace-conditions.ts';

const NAMESPACES = '/namespaces';

/** Takes note of an event, and does what follows from it. Must not be called from within a write. */
export function continueNamespaceRemoval(core: Core, event: StoredEvent): void {
  if (event.table === NAMESPACES) {
    if (event.type !== 'DELETED') removeContent(core, event.object.metadata.name);
  } else if (event.type === 'DELETED' && event.object.metadata.namespace !== undefined) {
    removeContent(core, event.object.metadata.namespace, true);
  }
}

function removeContent(core: Core, name: string, contentIsDeleted = false): void {
  const namespace = core.storage.get(NAMESPACES, '', name);
  if (namespace?.metadata.deletionTimestamp === undefined) return;
  const remaining: Remaining[] = [];
  for (const resource of core.resources.tables()) {
    if (!resource.namespaced) continue;
    const objects = core.storage.list(tableOf(resource), name).filter(
      (object) =>
        object.metadata.deletionTimestamp !== undefined ||
        contentIsDeleted ||
        // Nothing in here shall outlive the namespace, so nobody waits for a pod to come to an end.
        !deleteObject(core, resource, object, { propagationPolicy: 'Background', gracePeriodSeconds: 0 })
          .gone,
    );
    if (objects.length > 0) remaining.push({ resource, objects });
  }
  if (remaining.length === 0) finalize(core, namespace);
  else tellWhatRemains(core, namespace, remaining);
}

function tellWhatRemains(core: Core, namespace: KubernetesObject, remaining: readonly Remaining[]): void {
  const before = (namespace.status?.conditions ?? []) as readonly JsonObject[]; // written below only
  const conditions = remainingConditions(before, remaining, timestamp(core.now()));
  if (deepEqual(before, conditions)) return;
  core.storage.put(NAMESPACES, { ...namespace, status: { ...namespace.status, conditions } });
}

function finalize(core: Core, namespace: KubernetesObject): void {
  const resource = core.resources.byPath('', 'v1', 'namespaces')!; // one of Kubernetes' own
  const finalizers = ((namespace.spec?.finalizers ?? []) as readonly string[]).filter(
    (finalizer) => finalizer !== 'kubernetes',
  );
  if (finalizers.length === namespace.spec?.finalizers?.length) return;
  const next = { ...namespace, spec: finalizers.length > 0 ? { finalizers } : {} };
  finishIfReleased(core, resource, core.storage.put(NAMESPACES, next));
}
