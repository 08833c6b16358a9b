/** What a controller is, and what runs it. A controller watches kinds, maps every event to names of its own objects,
 * and brings each of them a step nearer to what its spec asks for; the writes of a step make the events that lead to
 * the next. */
import type { KubernetesObject } from '../../objects/index.ts';
import { ApiError } from '../status.ts';
import type { ClusterStore, ControllerClient, KindReference, StoreEvent } from '../store.ts';
import { EventRecorder } from './events.ts';
import { controllerOf, type OwnedObjects } from './owned.ts';
import type { Timers } from './timers.ts';
import { WorkQueue } from './work-queue.ts';

export interface ObjectName {
  /** The empty string for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
}

export interface Watch {
  readonly kind: KindReference;
  /** Names of the objects that have to be looked at because of this event. */
  readonly names: (event: StoreEvent, client: ControllerClient) => readonly ObjectName[];
}

/** What a reconciliation works with. */
export interface Reconciliation {
  readonly client: ControllerClient;
  readonly owned: OwnedObjects;
  readonly events: EventRecorder;
  readonly caPem: string;
  now(): Date;
  /** Looks at the same object again after so many milliseconds. */
  again(delayMs: number): void;
}

export interface Controller {
  /** Field manager of its writes: `kube-controller-manager`, `kube-scheduler`, `kubelet`. */
  readonly manager: string;
  /** Who its Events come from: `deployment-controller`. */
  readonly component: string;
  readonly watches: readonly Watch[];
  /** Brings one object a step nearer to its spec. It may be gone. */
  reconcile(context: Reconciliation, name: ObjectName): void;
}

export interface ControllerEnvironment {
  readonly store: ClusterStore;
  readonly owned: OwnedObjects;
  readonly timers: Timers;
  readonly caPem: string;
  readonly now: () => Date;
  /** Takes errors that are no answer of the API: mistakes of ours. They must not take the API server down with them. */
  readonly report: (error: unknown) => void;
}

/** Starts one controller. @returns stop */
export function runController(controller: Controller, environment: ControllerEnvironment): () => void {
  const { owned, caPem, now, timers } = environment;
  const client = noting(environment.store.as(controller.manager), owned);
  const events = new EventRecorder(client, controller.component, now);
  const queue = new WorkQueue({
    timers,
    work(key) {
      const again = (delayMs: number) => queue.addAfter(key, delayMs);
      const context = { client, owned, events, caPem, now, again };
      return attempt(() => controller.reconcile(context, parseName(key)), environment.report);
    },
  });
  const watches = Map.groupBy(controller.watches, ({ kind }) => `${kind.apiVersion} ${kind.kind}`);
  const unsubscribe = client.watch(
    [...watches.values()].map(([watch]) => watch!.kind), // a group has at least one member
    (event) => {
      for (const watch of watches.get(`${event.object.apiVersion} ${event.object.kind}`) ?? []) {
        for (const { namespace, name } of watch.names(event, client)) queue.add(`${namespace}/${name}`);
      }
    },
  );
  return () => {
    unsubscribe();
    queue.stop();
  };
}

/** Somebody else was faster: look again. Anything else that the API refuses (a namespace that is being deleted, an
 * object that is gone) is settled by the event that follows it. */
function attempt(reconcile: () => void, report: (error: unknown) => void): 'done' | 'again' {
  try {
    reconcile();
  } catch (error) {
    if (error instanceof ApiError) return error.reason === 'Conflict' ? 'again' : 'done';
    report(error);
  }
  return 'done';
}

function noting(client: ControllerClient, owned: OwnedObjects): ControllerClient {
  return {
    get: (kind, namespace, name) => client.get(kind, namespace, name),
    list: (kind, options) => client.list(kind, options),
    create(object) {
      const created = client.create(object);
      owned.note(created);
      return created;
    },
    update: (object) => client.update(object),
    updateStatus: (object) => client.updateStatus(object),
    patch(kind, namespace, name, patch, options) {
      const patched = client.patch(kind, namespace, name, patch, options);
      owned.note(patched);
      return patched;
    },
    delete: (kind, namespace, name, options) => client.delete(kind, namespace, name, options),
    watch: (kinds, handler) => client.watch(kinds, handler),
  };
}

function parseName(key: string): ObjectName {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

export function nameOf(object: KubernetesObject): ObjectName {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
}

/** Watches a kind for the objects of this kind themselves. */
export function itself(kind: KindReference): Watch {
  return { kind, names: ({ object }) => [nameOf(object)] };
}

/** Watches what objects of `owner` control. */
export function controlled(kind: KindReference, owner: KindReference): Watch {
  return {
    kind,
    names({ object }) {
      const reference = controllerOf(object);
      return reference?.kind === owner.kind && reference.apiVersion === owner.apiVersion
        ? [{ namespace: object.metadata.namespace ?? '', name: reference.name }]
        : [];
    },
  };
}

/** Watches a kind, any change of which concerns every object of another kind in the same namespace (in the whole
 * cluster, when the watched object has no namespace). */
export function everyIn(kind: KindReference, concerned: KindReference): Watch {
  return {
    kind,
    names: ({ object }, client) =>
      client
        .list(
          concerned,
          object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace },
        )
        .map(nameOf),
  };
}
