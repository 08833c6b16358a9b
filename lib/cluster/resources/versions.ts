/** One stored object in the version that is asked for. */
import type { KubernetesObject } from '../../objects/index.ts';
import { convertEvent, convertScaler } from '../kinds/conversion.ts';
import type { MutableObject } from '../mutable.ts';
import { apiVersionOf } from './registry.ts';
import type { Resource } from './resource.ts';

const converted = new WeakMap<KubernetesObject, Map<string, KubernetesObject>>();

/** Custom resources only change their apiVersion (conversion strategy None). */
export function toVersion(object: KubernetesObject, resource: Resource): KubernetesObject {
  const apiVersion = apiVersionOf(resource);
  if (object.apiVersion === apiVersion) return object;
  const versions = converted.get(object) ?? new Map<string, KubernetesObject>();
  converted.set(object, versions);
  const known = versions.get(apiVersion);
  if (known) return known;
  const version = convert(structuredClone(object) as MutableObject, apiVersion) as KubernetesObject; // a copy of one
  versions.set(apiVersion, version);
  return version;
}

function convert(object: MutableObject, apiVersion: string): MutableObject {
  if (object.kind === 'Event') return convertEvent(object, apiVersion);
  if (object.kind === 'HorizontalPodAutoscaler') return convertScaler(object, apiVersion);
  object.apiVersion = apiVersion;
  return object;
}
