/** Which cluster a plan is for. What changes or is deleted there has uids of its own, and so has the inventory of an
 * application; only the first plan of an application has nothing of the kind. */
import type { KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { Digest } from '../objects/index.ts';

import type { PlannedChange, PlannedInventory } from './plan.ts';
import { NAMESPACE_KIND } from './survey.ts';

/** Whether nothing else in a plan tells the cluster from others: something becomes the object of an application that has
 * no inventory there. */
export function needsClusterMark(
  changes: readonly PlannedChange[],
  inventories: readonly PlannedInventory[],
): boolean {
  const fresh = new Set(inventories.flatMap(({ application, live }) => (live ? [] : [application])));
  return changes.some(({ action, application }) => action !== 'none' && fresh.has(application));
}

/** The beginning of the uid of the namespace kube-system, which no two clusters share.
 * @returns undefined where it may not be read, or is not there */
export async function readClusterMark(client: KubeClient): Promise<string | undefined> {
  try {
    const resource = await client.resource(NAMESPACE_KIND);
    const found = await client.getMetadata(resource, { namespace: '', name: 'kube-system' });
    return found?.metadata.uid?.slice(0, 8);
  } catch (error) {
    if (error instanceof KubeError && error.code === 'FORBIDDEN') return undefined;
    throw error;
  }
}

/** `sha256:51ac…@3f9c2e10` */
export function withClusterMark(digest: Digest, mark: string | undefined): Digest {
  return mark === undefined ? digest : `${digest}@${mark}`;
}

/** Whether two names are of one plan. Who may not see which cluster it is, or was, agrees to it on any.
 * @returns `another cluster`: the same changes, planned for another one */
export function comparePlanNames(a: string, b: string): 'same' | 'another cluster' | 'another plan' {
  const [digest, mark] = a.split('@');
  const [other, otherMark] = b.split('@');
  if (digest !== other) return 'another plan';
  return mark === undefined || otherMark === undefined || mark === otherMark ? 'same' : 'another cluster';
}
