/** The scale subresource shows one field of an object as an object of its own, and so its managers too. */
import { FieldSet } from './field-set.ts';
import { ManagerSet } from './managers.ts';
import { type FieldPath, fieldPath } from './path.ts';

/** For every version of the kind, where its replicas are; undefined for a version without a scale subresource. */
export type ReplicasPaths = ReadonlyMap<string, FieldPath | undefined>;

const SCALE_VERSION = 'autoscaling/v1';
const SCALE_REPLICAS = fieldPath('spec', 'replicas');

/** The managers of an object's replicas, as managers of its Scale. */
export function managersOfScale(managers: ManagerSet, paths: ReplicasPaths): ManagerSet {
  return managers.map((manager) => {
    const path = paths.get(manager.apiVersion);
    if (path === undefined || !manager.fields.has(path)) return undefined;
    return { ...manager, apiVersion: SCALE_VERSION, fields: FieldSet.of(SCALE_REPLICAS) };
  });
}

/** The managers of an object after a request for its Scale.
 * @param managers of the object, before the request
 * @param scale managers of the Scale, after the request
 * @param apiVersion of the kind, in which new entries are written */
export function managersAfterScale(
  managers: ManagerSet,
  scale: ManagerSet,
  paths: ReplicasPaths,
  apiVersion: string,
): ManagerSet {
  const kept = managers.map((manager) => {
    if (!paths.has(manager.apiVersion)) return undefined; // a version that is no longer served
    const path = paths.get(manager.apiVersion);
    if (path === undefined || scale.get({ ...manager, apiVersion: SCALE_VERSION }) !== undefined)
      return manager;
    const fields = manager.fields.difference(FieldSet.of(path));
    return fields.isEmpty() ? undefined : { ...manager, fields };
  });
  const path = paths.get(apiVersion);
  if (path === undefined) return kept;
  return ManagerSet.of([
    ...kept.all(),
    ...scale
      .all()
      .filter(({ fields }) => fields.has(SCALE_REPLICAS))
      // As in Kubernetes, who comes to own replicas by scaling has no time.
      .map(({ time: _, ...manager }) => ({ ...manager, apiVersion, fields: FieldSet.of(path) }))
      .filter((manager) => kept.get(manager) === undefined),
  ]);
}
