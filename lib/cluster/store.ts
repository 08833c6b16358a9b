/** What the embedded cluster's controllers see of its API server: the same write path as over HTTP (defaulting,
 * validation, managedFields, generation, finalizers), without the wire. Everything is synchronous, so a controller
 * that reads and then writes has nobody in between. */
import type { JsonObject, KubernetesObject } from '../objects/index.ts';

/** A kind as objects name it: `{ apiVersion: 'apps/v1', kind: 'Deployment' }`. */
export interface KindReference {
  readonly apiVersion: string;
  readonly kind: string;
}

export interface StoreListOptions {
  /** All namespaces when absent. */
  readonly namespace?: string;
  /** As on the wire: `app=web,tier in (a,b)`. */
  readonly labelSelector?: string;
  /** As on the wire: `spec.nodeName=node-1`. */
  readonly fieldSelector?: string;
}

export interface StoreDeleteOptions {
  /** Precondition; a different uid is a 409. */
  readonly uid?: string;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  /** 0 removes a pod at once, as a kubelet does in the end; otherwise a bound pod only gets its deletionTimestamp. */
  readonly gracePeriodSeconds?: number;
}

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** As it is after the event; for DELETED the last state. */
  readonly object: KubernetesObject;
  /** As it was before; absent for ADDED. */
  readonly previous?: KubernetesObject;
}

/** Objects that come out are shared and must not be changed; make a new one (`{ ...object, status }`) and write it.
 *
 * Every writing method throws an `ApiError` (a Status with HTTP code and reason) as the server would answer:
 * 404 NotFound, 409 AlreadyExists or Conflict, 422 Invalid, 403 Forbidden (a namespace that is terminating). */
export interface ControllerClient {
  get(kind: KindReference, namespace: string, name: string): KubernetesObject | undefined;
  /** Sorted by namespace and name. */
  list(kind: KindReference, options?: StoreListOptions): readonly KubernetesObject[];

  create(object: KubernetesObject): KubernetesObject;
  /** Replaces everything but status (where the kind has a status subresource). With metadata.resourceVersion set it
   * is checked (409 Conflict), without it the write is unconditional. A write that changes nothing makes no event. */
  update(object: KubernetesObject): KubernetesObject;
  /** Replaces status only. Same rules. */
  updateStatus(object: KubernetesObject): KubernetesObject;
  /** JSON merge patch (RFC 7386). `subresource: 'status'` to patch status. */
  patch(
    kind: KindReference,
    namespace: string,
    name: string,
    patch: JsonObject,
    options?: { readonly subresource?: 'status' },
  ): KubernetesObject;
  /** False when there was no such object. */
  delete(kind: KindReference, namespace: string, name: string, options?: StoreDeleteOptions): boolean;

  /** Calls the handler for every object that exists (ADDED) and then for every change, in the order of writes and
   * never from within a write: events are handed out on the next turn of the event loop.
   * @returns unsubscribe */
  watch(kinds: readonly KindReference[], handler: (event: StoreEvent) => void): () => void;
}

export interface ClusterStore {
  /** A client whose writes carry this field manager: `kube-controller-manager`, `kube-scheduler`, `kubelet`. */
  as(manager: string): ControllerClient;
  /** Resolves once every event so far, and every event that handlers cause from it, has been handed out. Timers that
   * a controller has set are not waited for. */
  settled(): Promise<void>;
}

export interface ControllerOptions {
  /** PEM of the cluster's CA, for the `kube-root-ca.crt` ConfigMaps. */
  readonly caPem: string;
  readonly now: () => Date;
}

export interface RunningControllers {
  stop(): void;
}
