import type { JsonObject, KubernetesObject } from '../../objects/index.ts';
import { deepEqual } from '../deep-equal.ts';
import type { ControllerClient } from '../store.ts';

/** Writes the status, unless it stands there already.
 * @returns the object as it is then */
export function writeStatus(
  client: ControllerClient,
  object: KubernetesObject,
  status: JsonObject,
): KubernetesObject {
  return deepEqual(object.status ?? {}, status) ? object : client.updateStatus({ ...object, status });
}

/** Counts as a status writes them: zeros are left out (`omitempty`). */
export function countsOf<Name extends string>(counts: Readonly<Record<Name, number>>): JsonObject {
  return Object.fromEntries(Object.entries<number>(counts).filter(([, count]) => count !== 0));
}
