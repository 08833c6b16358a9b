import type { KubernetesObject, OwnerReference } from '../../objects/index.ts';
import type { ControllerClient, KindReference, StoreEvent } from '../store.ts';

/** The owner that controls an object, if it has one. */
export function controllerOf(object: KubernetesObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** A reference that makes an object controlled by its owner. */
export function controllerReference(owner: KubernetesObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: uidOf(owner),
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The uid of an object that came from the store, where every object has one. */
export function uidOf(object: KubernetesObject): string {
  return object.metadata.uid ?? '';
}

/** Takes an object that its owner left behind (deleted with `Orphan`) under control of a new one.
 * @returns whether there was such an object */
export function adoptOrphan(
  { client }: { readonly client: ControllerClient },
  owner: KubernetesObject,
  kind: KindReference,
  name: string,
): boolean {
  const { namespace = '' } = owner.metadata;
  const orphan = client.get(kind, namespace, name);
  if (!orphan || controllerOf(orphan) || orphan.metadata.deletionTimestamp !== undefined) return false;
  const ownerReferences = [...(orphan.metadata.ownerReferences ?? []), controllerReference(owner)];
  client.patch(kind, namespace, name, {
    metadata: { ownerReferences: ownerReferences.map((owner) => ({ ...owner })) },
  });
  return true;
}

interface Place {
  readonly namespace: string;
  readonly name: string;
}

/** Who controls what, so that finding the pods of one ReplicaSet does not read those of all others. It only remembers
 * names; what stands there now is always read from the store, so an answer is never stale, and what our own
 * controllers create is noted at once, so nothing is made twice. */
export class OwnedObjects {
  readonly #places = new Map<string, Map<string, Place>>();

  note(object: KubernetesObject): void {
    const owner = controllerOf(object);
    if (!owner) return;
    const { namespace = '', name } = object.metadata;
    const key = `${owner.uid} ${object.kind}`;
    const places = this.#places.get(key) ?? new Map<string, Place>();
    places.set(`${namespace}/${name}`, { namespace, name });
    this.#places.set(key, places);
  }

  observe({ type, object }: StoreEvent): void {
    if (type === 'DELETED') this.#forget(object);
    else this.note(object);
  }

  #forget(object: KubernetesObject): void {
    const owner = controllerOf(object);
    if (!owner) return;
    const key = `${owner.uid} ${object.kind}`;
    const places = this.#places.get(key);
    places?.delete(`${object.metadata.namespace ?? ''}/${object.metadata.name}`);
    if (places?.size === 0) this.#places.delete(key);
  }

  /** The objects of a kind that the owner controls now. */
  of(client: ControllerClient, kind: KindReference, owner: KubernetesObject): readonly KubernetesObject[] {
    const uid = uidOf(owner);
    const places = this.#places.get(`${uid} ${kind.kind}`);
    if (!places) return [];
    return [...places.values()]
      .map(({ namespace, name }) => client.get(kind, namespace, name))
      .filter(
        (object): object is KubernetesObject => object !== undefined && controllerOf(object)?.uid === uid,
      );
  }
}
