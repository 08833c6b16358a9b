/** Finds out whose an object is, by the owner references that controllers leave: Pod → ReplicaSet → Deployment, or Pod →
 * whatever an operator makes → the object that a program has. */
import type { KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { ObjectMetadata } from '../objects/index.ts';
import { parseApiVersion } from '../objects/index.ts';

/** One object of a chain. */
export interface Link {
  readonly kind: string;
  readonly name: string;
}

/** Longer chains are circles. */
const MOST_LINKS = 8;

interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export class Owners {
  readonly #client: KubeClient;
  /** By uid; undefined for one that is gone or that we may not see. */
  readonly #seen = new Map<string, Promise<ObjectMetadata | undefined>>();

  constructor(client: KubeClient) {
    this.#client = client;
  }

  /** The objects from the root down to this one, both included; undefined when it is not the root's, or when we may not
   * see those in between. Each owner is read once. */
  async chain(object: ObjectMetadata, root: ObjectMetadata): Promise<readonly Link[] | undefined> {
    if (root.metadata.uid === undefined) return undefined;
    return this.#climb(object, root, 0);
  }

  async #climb(
    object: ObjectMetadata,
    root: ObjectMetadata,
    depth: number,
  ): Promise<readonly Link[] | undefined> {
    const link = { kind: object.kind, name: object.metadata.name };
    if (object.metadata.uid === root.metadata.uid) return [link];
    if (depth >= MOST_LINKS) return undefined;
    for (const reference of object.metadata.ownerReferences ?? []) {
      const owner = reference.uid === root.metadata.uid ? root : await this.#read(reference, object);
      const above = owner && (await this.#climb(owner, root, depth + 1));
      if (above) return [...above, link];
    }
    return undefined;
  }

  #read(reference: OwnerReference, { metadata }: ObjectMetadata): Promise<ObjectMetadata | undefined> {
    let known = this.#seen.get(reference.uid);
    if (!known) {
      known = this.metadataOf(reference, metadata.namespace ?? '');
      this.#seen.set(reference.uid, known);
    }
    return known;
  }

  /** @param namespace where it is, if its kind lives in namespaces */
  async metadataOf(reference: OwnerReference, namespace: string): Promise<ObjectMetadata | undefined> {
    const { apiVersion, kind, name, uid } = reference;
    try {
      const resource = await this.#client.resource({ ...parseApiVersion(apiVersion), kind });
      const key = { namespace: resource.namespaced ? namespace : '', name };
      const found = await this.#client.getMetadata(resource, key);
      // Metadata come as PartialObjectMetadata.
      return found?.metadata.uid === uid ? { ...found, apiVersion, kind } : undefined;
    } catch (error) {
      if (error instanceof KubeError) return undefined;
      throw error;
    }
  }
}

/** `Deployment web → ReplicaSet web-6d4cf56db → Pod web-6d4cf56db-x2x7p` */
export function formatChain(chain: readonly Link[]): string {
  return chain.map(({ kind, name }) => `${kind} ${name}`).join(' → ');
}
