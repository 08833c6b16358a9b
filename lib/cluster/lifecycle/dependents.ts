/** Garbage collection by owner references (Kubernetes, "Garbage Collection"): what has lost all its owners goes; an owner
 * that is deleted in the foreground waits for its dependents; one that orphans them lets go of them first. */
import type { KubernetesObject, OwnerReference } from '../../objects/index.ts';
import type { Core } from '../core.ts';
import { type Resource, tableOf } from '../resources/resource.ts';
import type { StoredEvent } from '../storage/storage.ts';
import { deleteObject, finishIfReleased } from '../writes/delete.ts';

interface Dependent {
  readonly table: string;
  readonly namespace: string;
  readonly name: string;
}

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

export class GarbageCollector {
  readonly #core: Core;
  /** Dependents by the uid of their owner. */
  readonly #dependents = new Map<string, Map<string, Dependent>>();
  readonly #alive = new Set<string>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** Takes note of an event, and does what follows from it. Must not be called from within a write. */
  handle(event: StoredEvent): void {
    const { object } = event;
    const { uid = '' } = object.metadata;
    this.#index(event);
    if (event.type === 'DELETED') {
      this.#alive.delete(uid);
      this.#ownerIsGone(uid);
      for (const owner of object.metadata.ownerReferences ?? []) this.#continueForeground(owner.uid);
      return;
    }
    this.#alive.add(uid);
    if (object.metadata.deletionTimestamp !== undefined) this.#ownerIsDeleted(event.table, object);
    else if (event.type === 'ADDED') this.#collectIfOrphaned({ ...place(event) });
  }

  #index({ object, previous, type, table }: StoredEvent): void {
    const key = `${table} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    for (const owner of previous?.metadata.ownerReferences ?? [])
      this.#dependents.get(owner.uid)?.delete(key);
    if (type === 'DELETED') return;
    for (const owner of object.metadata.ownerReferences ?? []) {
      const dependents = this.#dependents.get(owner.uid) ?? new Map<string, Dependent>();
      dependents.set(key, { table, namespace: object.metadata.namespace ?? '', name: object.metadata.name });
      this.#dependents.set(owner.uid, dependents);
    }
  }

  #dependentsOf(uid: string): readonly Dependent[] {
    return [...(this.#dependents.get(uid)?.values() ?? [])];
  }

  #ownerIsGone(uid: string): void {
    for (const dependent of this.#dependentsOf(uid)) this.#collectIfOrphaned(dependent);
    this.#dependents.delete(uid);
  }

  /** Deletes an object whose owners are all gone; takes the gone ones out of its references when some are left. */
  #collectIfOrphaned(dependent: Dependent): void {
    const found = this.#find(dependent);
    const owners = found?.object.metadata.ownerReferences ?? [];
    if (!found || owners.length === 0) return;
    const left = owners.filter(
      (owner) => this.#alive.has(owner.uid) || this.#exists(owner, dependent.namespace),
    );
    if (left.length === owners.length) return;
    if (left.length > 0) this.#replace(found, { ownerReferences: left });
    else if (found.object.metadata.deletionTimestamp === undefined) {
      deleteObject(this.#core, found.resource, found.object, { propagationPolicy: 'Background' });
    }
  }

  #ownerIsDeleted(table: string, owner: KubernetesObject): void {
    const finalizers = owner.metadata.finalizers ?? [];
    const { uid = '' } = owner.metadata;
    if (finalizers.includes(ORPHAN)) {
      for (const dependent of this.#dependentsOf(uid)) {
        const found = this.#find(dependent);
        const kept = found?.object.metadata.ownerReferences?.filter((reference) => reference.uid !== uid);
        if (found && kept) this.#replace(found, { ownerReferences: kept });
      }
      this.#release(table, owner, ORPHAN);
    } else if (finalizers.includes(FOREGROUND)) {
      for (const dependent of this.#dependentsOf(uid)) {
        const found = this.#find(dependent);
        if (found && found.object.metadata.deletionTimestamp === undefined) {
          deleteObject(this.#core, found.resource, found.object, { propagationPolicy: 'Foreground' });
        }
      }
      this.#continueForeground(uid, { table, owner });
    }
  }

  /** Lets an owner go that waits for dependents, once none is left that blocks it. */
  #continueForeground(
    uid: string,
    known?: { readonly table: string; readonly owner: KubernetesObject },
  ): void {
    const waiting = known ?? this.#waitingOwner(uid);
    if (!waiting?.owner.metadata.finalizers?.includes(FOREGROUND)) return;
    const blocking = this.#dependentsOf(uid).some((dependent) =>
      this.#find(dependent)?.object.metadata.ownerReferences?.some(
        (reference) => reference.uid === uid && reference.blockOwnerDeletion === true,
      ),
    );
    if (!blocking) this.#release(waiting.table, waiting.owner, FOREGROUND);
  }

  #waitingOwner(uid: string): { readonly table: string; readonly owner: KubernetesObject } | undefined {
    for (const resource of this.#core.resources.tables()) {
      const table = tableOf(resource);
      const owner = this.#core.storage.list(table).find((object) => object.metadata.uid === uid);
      if (owner) return { table, owner };
    }
    return undefined;
  }

  #release(table: string, owner: KubernetesObject, finalizer: string): void {
    const found = this.#find({
      table,
      namespace: owner.metadata.namespace ?? '',
      name: owner.metadata.name,
    });
    if (!found || found.object.metadata.uid !== owner.metadata.uid) return;
    const finalizers = found.object.metadata.finalizers?.filter((name) => name !== finalizer) ?? [];
    this.#replace(found, { finalizers });
  }

  #replace(found: Found, change: Partial<KubernetesObject['metadata']>): void {
    const { resource, object } = found;
    const next = { ...object, metadata: withoutEmpty({ ...object.metadata, ...change }) };
    finishIfReleased(this.#core, resource, this.#core.storage.put(tableOf(resource), next));
  }

  #find({ table, namespace, name }: Dependent): Found | undefined {
    const object = this.#core.storage.get(table, namespace, name);
    const resource = object && this.#core.resources.forTable(table);
    return object && resource && { object, resource };
  }

  #exists(owner: OwnerReference, namespace: string): boolean {
    const slash = owner.apiVersion.indexOf('/');
    const group = slash < 0 ? '' : owner.apiVersion.slice(0, slash);
    const resource = this.#core.resources
      .all()
      .find((other) => other.group === group && other.kind === owner.kind);
    // An owner of a kind that is not served cannot be looked up, so nothing is concluded from it.
    if (!resource) return true;
    const found = this.#core.storage.get(tableOf(resource), resource.namespaced ? namespace : '', owner.name);
    return found?.metadata.uid === owner.uid;
  }
}

interface Found {
  readonly object: KubernetesObject;
  readonly resource: Resource;
}

function place({ table, object }: StoredEvent): Dependent {
  return { table, namespace: object.metadata.namespace ?? '', name: object.metadata.name };
}

function withoutEmpty(metadata: KubernetesObject['metadata']): KubernetesObject['metadata'] {
  const { finalizers, ownerReferences, ...rest } = metadata;
  return {
    ...rest,
    ...(finalizers?.length && { finalizers }),
    ...(ownerReferences?.length && { ownerReferences }),
  };
}
