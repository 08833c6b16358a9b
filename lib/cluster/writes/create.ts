/** Creating an object, from a decoded one to a stored one. */
import { required } from '../../kinds/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import { type Core, timestamp } from '../core.ts';
import { recordUpdate } from '../fields.ts';
import { rulesOf } from '../kinds/index.ts';
import { reserving } from '../kinds/reservation.ts';
import type { Surroundings } from '../kinds/rules.ts';
import type { MutableObject } from '../mutable.ts';
import { emptyStatus } from '../openapi/decode.ts';
import { apiVersionOf } from '../resources/registry.ts';
import { hasSubresource, type Resource, tableOf } from '../resources/resource.ts';
import { ApiError, alreadyExists, badRequest, invalid } from '../status.ts';
import { objectErrors } from '../validation/validate.ts';
import { admitToNamespace } from './admission.ts';
import type { WriteContext } from './context.ts';

/** @param object as {@link readIn} made it; changed in place
 * @param namespace of the request; empty for cluster-scoped resources
 * @param managed true when managedFields are already right, after an apply
 * @throws ApiError 400, 403, 404 (no such namespace), 409 AlreadyExists, 422 */
export function createObject(
  core: Core,
  resource: Resource,
  namespace: string,
  object: MutableObject,
  context: WriteContext,
  managed = false,
): KubernetesObject {
  const { metadata } = object;
  if (resource.namespaced) {
    if (metadata.namespace !== undefined && metadata.namespace !== namespace) throw wrongNamespace();
    metadata.namespace = namespace;
  } else delete metadata.namespace;
  if (metadata.resourceVersion !== undefined && metadata.resourceVersion !== '') {
    throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
  }
  admitToNamespace(core, { resource, namespace, name: metadata.name ?? '' }, 'create');
  if (!metadata.name && metadata.generateName) metadata.name = generatedName(metadata.generateName, core);
  // Before the kind's own preparations, so that what the server assigns belongs to nobody.
  if (!managed) {
    recordUpdate({
      live: undefined,
      next: object,
      resource,
      manager: context.manager,
      subresource: '',
      now: core.now(),
    });
  }
  return reserving(core, (place) => {
    const ready = checked(core, resource, object, place);
    const { dryRun } = context;
    return { result: dryRun ? ready : core.storage.put(tableOf(resource), ready), isDone: !dryRun };
  });
}

/** Fills in what the server gives it. */
function checked(
  core: Core,
  resource: Resource,
  object: MutableObject,
  place: Surroundings,
): KubernetesObject {
  const { metadata } = object;
  prepare(core, resource, object, place);
  if (!metadata.name) {
    throw invalid(resource, '', [required('metadata.name', 'name or generateName is required')]);
  }
  const errors = objectErrors(resource, object);
  if (errors.length > 0) throw invalid(resource, metadata.name, errors);
  if (core.storage.get(tableOf(resource), metadata.namespace ?? '', metadata.name))
    throw alreadyExists(resource, metadata.name);
  return object as KubernetesObject; // has a name by now
}

export function wrongNamespace(): Error {
  return badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

function prepare(core: Core, resource: Resource, object: MutableObject, place: Surroundings): void {
  const { metadata } = object;
  const rules = rulesOf(resource);
  object.apiVersion = apiVersionOf(resource);
  metadata.uid = core.newUid();
  metadata.creationTimestamp = timestamp(core.now());
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.resourceVersion;
  delete metadata.selfLink;
  delete metadata.generation;
  if (rules.generationOf ?? resource.custom) metadata.generation = 1;
  if (hasSubresource(resource, 'status')) {
    if (resource.custom) delete object.status;
    else if (object.status !== undefined) object.status = emptyStatus(resource);
  }
  rules.prepareCreate?.(object, place);
}

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** The prefix and five characters; the prefix is cut so that the name stays below 64 (apiserver, storage/names). */
function generatedName(prefix: string, core: Core): string {
  const seed = core.newUid().replaceAll('-', '');
  const suffix = [0, 1, 2, 3, 4].map(
    (i) => ALPHABET[Number.parseInt(seed.slice(i * 4, i * 4 + 4), 16) % ALPHABET.length],
  );
  return prefix.slice(0, 58) + suffix.join('');
}
