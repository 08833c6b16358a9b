/** Deleting: at once, or by a deletionTimestamp when finalizers or a grace period stand in between. */
import type { KubernetesObject } from '../../objects/index.ts';
import { type Core, timestamp } from '../core.ts';
import { rulesOf } from '../kinds/index.ts';
import type { MutableObject } from '../mutable.ts';
import { type Resource, tableOf } from '../resources/resource.ts';
import { conflict } from '../status.ts';

export interface DeleteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagationPolicy?: string;
  readonly gracePeriodSeconds?: number;
  readonly dryRun?: boolean;
}

export interface Deletion {
  readonly object: KubernetesObject;
  /** False while the object is still there, waiting for its finalizers or its grace period. */
  readonly gone: boolean;
}

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

/** @throws ApiError 409 when a precondition failed */
export function deleteObject(
  core: Core,
  resource: Resource,
  object: KubernetesObject,
  options: DeleteOptions,
): Deletion {
  checkPreconditions(resource, object, options);
  const finalizers = finalizersFor(object, options, rulesOf(resource).deletionFinalizer);
  const gracePeriod = gracePeriodOf(resource, object, options);
  const spec = object.spec as { finalizers?: readonly string[] } | undefined; // only looked at for namespaces
  const waits =
    finalizers.length > 0 ||
    gracePeriod > 0 ||
    (resource.group === '' && resource.kind === 'Namespace' && (spec?.finalizers?.length ?? 0) > 0);
  if (!waits) {
    // A pod is told as it was when it ended.
    const last = isPod(resource) ? markDeleted(core, resource, object, finalizers, 0) : object;
    return { object: options.dryRun ? last : removeObject(core, resource, last), gone: true };
  }
  const marked = markDeleted(core, resource, object, finalizers, gracePeriod);
  if (marked === object || options.dryRun) return { object: marked, gone: false };
  return { object: core.storage.put(tableOf(resource), marked), gone: false };
}

/** Takes the object out of the store and gives back what it held (addresses, say). */
function removeObject(core: Core, resource: Resource, object: KubernetesObject): KubernetesObject {
  const removed = core.storage.remove(tableOf(resource), object);
  rulesOf(resource).released?.(removed, core);
  return removed;
}

/** After an update: an object that waited for its finalizers goes once there are none left. */
export function finishIfReleased(core: Core, resource: Resource, object: KubernetesObject): KubernetesObject {
  const { deletionTimestamp, finalizers } = object.metadata;
  if (deletionTimestamp === undefined || (finalizers?.length ?? 0) > 0) return object;
  if (((object as MutableObject).metadata.deletionGracePeriodSeconds ?? 0) > 0) return object;
  const spec = object.spec as { finalizers?: readonly string[] } | undefined; // ditto
  if (resource.kind === 'Namespace' && resource.group === '' && (spec?.finalizers?.length ?? 0) > 0)
    return object;
  return removeObject(core, resource, object);
}

function checkPreconditions(resource: Resource, object: KubernetesObject, options: DeleteOptions): void {
  const { uid, resourceVersion, name } = object.metadata;
  // These two name the kind where all other messages name the resource.
  const kind = { group: resource.group, plural: resource.kind };
  if (options.uid !== undefined && options.uid !== uid) {
    throw conflict(
      kind,
      name,
      `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    throw conflict(
      kind,
      name,
      `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  }
}

function finalizersFor(
  object: KubernetesObject,
  options: DeleteOptions,
  added: string | undefined,
): readonly string[] {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  const isNew = added !== undefined && deletionTimestamp === undefined && !finalizers.includes(added);
  const own = isNew ? [...finalizers, added] : finalizers;
  switch (options.propagationPolicy) {
    case 'Foreground':
      return [...own.filter((name) => name !== ORPHAN && name !== FOREGROUND), FOREGROUND];
    case 'Orphan':
      return [...own.filter((name) => name !== ORPHAN && name !== FOREGROUND), ORPHAN];
    case 'Background':
      return own.filter((name) => name !== ORPHAN && name !== FOREGROUND);
    default:
      return own;
  }
}

function isPod({ group, kind }: Resource): boolean {
  return kind === 'Pod' && group === '';
}

/** Seconds that a pod has left; only pods that run on a node get any. */
function gracePeriodOf(resource: Resource, object: KubernetesObject, options: DeleteOptions): number {
  if (!isPod(resource)) return 0;
  const spec = object.spec as { nodeName?: string; terminationGracePeriodSeconds?: number }; // a stored pod has a spec
  const status = object.status as { phase?: string } | undefined;
  if (!spec.nodeName || status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0;
  return options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
}

function markDeleted(
  core: Core,
  resource: Resource,
  object: KubernetesObject,
  finalizers: readonly string[],
  gracePeriod: number,
): KubernetesObject {
  const old = object.metadata;
  const unchangedFinalizers = finalizers.join() === (old.finalizers ?? []).join();
  // Once it has begun, a grace period can be cut short, and not be made longer.
  const { deletionGracePeriodSeconds: former = gracePeriod } = (object as MutableObject).metadata;
  const isCutShort = gracePeriod < former;
  if (old.deletionTimestamp !== undefined && unchangedFinalizers && !isCutShort) return object;
  const { finalizers: _, ...rest } = old;
  const metadata = {
    ...rest,
    ...(finalizers.length > 0 && { finalizers }),
    deletionTimestamp:
      (isCutShort ? undefined : old.deletionTimestamp) ??
      timestamp(new Date(core.now().getTime() + gracePeriod * 1000)),
    deletionGracePeriodSeconds: Math.min(gracePeriod, former),
    // As the server does: marking an object deleted is a change of what is wanted.
    ...(old.generation !== undefined &&
      old.deletionTimestamp === undefined && { generation: old.generation + 1 }),
  };
  const isNamespace = resource.group === '' && resource.kind === 'Namespace';
  return {
    ...object,
    metadata,
    ...(isNamespace && { status: { ...object.status, phase: 'Terminating' } }),
  };
}
