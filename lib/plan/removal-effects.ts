/** Looks at what goes, where it depends on its content what goes along: a request or two for each claim, volume and
 * StatefulSet that is deleted or replaced, and none for anything else. */
import type { ApiResource, KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { JsonObject, KubernetesObject, ObjectKey } from '../objects/index.ts';
import { formatKey } from '../objects/index.ts';
import { mapConcurrent } from './concurrent.ts';
import { isRemoval } from './effects/consequence.ts';
import { touchesData } from './effects/data.ts';
import { stringOf } from './field-path.ts';
import { formatGroupKind } from './live.ts';
import type { PlannedChange } from './plan.ts';
import type { Survey } from './survey.ts';

const LOOKED_AT: ReadonlySet<string> = new Set([
  'PersistentVolume',
  'PersistentVolumeClaim',
  'StatefulSet.apps',
]);

/** The changes, with what becomes of data told as exactly as we may look. */
export async function withRemovalEffects(
  client: KubeClient,
  { live: seen }: Survey,
  changes: readonly PlannedChange[],
  concurrency: number,
): Promise<readonly PlannedChange[]> {
  const removed = changes.filter(
    (change) =>
      isRemoval(change) && LOOKED_AT.has(formatGroupKind(change.key)) && !change.live?.isBeingDeleted,
  );
  if (removed.length === 0) return changes;
  const looked = await mapConcurrent(removed, concurrency, async (change) => {
    const resource = seen.get(formatKey(change.key))?.resource;
    const live = resource && (await read(client, resource, change.key));
    return live ? withContent(change, live, await volumeOf(client, change.key, live)) : change;
  });
  const byChange = new Map(removed.map((change, index) => [change, looked[index]!]));
  return changes.map((change) => byChange.get(change) ?? change);
}

function withContent(
  change: PlannedChange,
  live: KubernetesObject,
  volume: KubernetesObject | undefined,
): PlannedChange {
  const { key, action, changes } = change;
  const effect = touchesData({ key, action, changes, live, ...(volume && { volume }) });
  const others = change.effects.filter(({ kind }) => kind !== 'touches-data' && kind !== 'keeps-data');
  return { ...change, effects: effect ? [...others, effect] : others };
}

/** The volume of a claim; undefined when it has none, or when we may not see it. */
async function volumeOf(
  client: KubeClient,
  key: ObjectKey,
  live: KubernetesObject,
): Promise<KubernetesObject | undefined> {
  if (formatGroupKind(key) !== 'PersistentVolumeClaim') return;
  const name = stringOf(live as JsonObject, 'spec', 'volumeName'); // an object that was read is JSON
  if (name === undefined || name === '') return;
  const resource = await client.resource({ group: '', version: 'v1', kind: 'PersistentVolume' });
  return read(client, resource, { namespace: '', name });
}

async function read(
  client: KubeClient,
  resource: ApiResource,
  key: Pick<ObjectKey, 'namespace' | 'name'>,
): Promise<KubernetesObject | undefined> {
  try {
    return await client.get(resource, key);
  } catch (error) {
    if (error instanceof KubeError && error.code === 'FORBIDDEN') return undefined;
    throw error;
  }
}
