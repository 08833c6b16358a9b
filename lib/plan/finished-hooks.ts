import { readinessOf } from '../health/index.ts';
import type { KubeClient } from '../kube/index.ts';
import { gvkOf, type KubernetesObject } from '../objects/index.ts';
import type { PlannedChange } from './plan.ts';
import type { Survey } from './survey.ts';

/** Leaves Jobs of former hooks alone that have ended and that Kubernetes removes in time: until then their log is there
 * to be read, as the program once asked for (`ttlSecondsAfterFinished`). Of an application that leaves, nothing stays. */
export async function spareFinishedHooks(
  client: KubeClient,
  { owned }: Survey,
  removals: readonly PlannedChange[],
): Promise<readonly PlannedChange[]> {
  const staying = new Set(owned.flatMap(({ name, desired }) => (desired ? [name] : [])));
  return await Promise.all(
    removals.map(async (removal) => {
      const { hook, action, application, apiVersion, key } = removal;
      if (hook !== 'leaving' || action !== 'delete' || !staying.has(application)) return removal;
      const job = await client.get(await client.resource(gvkOf({ apiVersion, kind: key.kind })), key);
      return job && isRemovedInTime(job)
        ? {
            ...removal,
            action: 'none' as const,
            because: 'hook, no longer in the program; goes by itself',
            effects: [],
          }
        : removal;
    }),
  );
}

function isRemovedInTime(job: KubernetesObject): boolean {
  const { status } = readinessOf(job);
  return (
    (status === 'Current' || status === 'Failed') && typeof job.spec?.ttlSecondsAfterFinished === 'number'
  );
}
