/** What is to be done with objects that are ours and no longer in the program. Pure. */
import { Annotation, formatApiVersion, formatKey } from '../objects/index.ts';
import { effectsOf } from './effects.ts';
import { settingOf } from './identity.ts';
import { isWrittenByUs, partOf } from './ownership.ts';
import type { PlannedChange } from './plan.ts';
import type { Survey } from './survey.ts';

/** @param prune false: they stay, and stay ours */
export function planRemovals({ owned, ownerById, live }: Survey, prune: boolean): readonly PlannedChange[] {
  const desired = new Set(
    owned.flatMap(({ desired: application }) => application?.objects.map(({ key }) => formatKey(key)) ?? []),
  );
  // One object under two groups (an Ingress of extensions and of networking.k8s.io) is one object.
  const kept = new Set([...desired].map((name) => live.get(name)?.object.metadata.uid));
  return [...live].flatMap(([name, { key, object, resource }]) => {
    const id = partOf(object);
    const owner = id === undefined ? undefined : ownerById.get(id);
    if (desired.has(name) || !owner || !isWrittenByUs(object)) return [];
    // Somebody deleted it already: it goes when its finalizers let it.
    if (object.metadata.deletionTimestamp !== undefined) return [];
    const { uid = '', resourceVersion = '' } = object.metadata;
    if (kept.has(uid)) return [];
    const detach = settingOf(object.metadata, 'prune') === 'detach';
    const action = !prune ? ('none' as const) : detach ? ('detach' as const) : ('delete' as const);
    const why = owner.desired
      ? 'no longer in the program'
      : `application ${owner.name} is no longer in the program`;
    return [
      {
        application: owner.name,
        key,
        apiVersion: formatApiVersion(resource.group, resource.version),
        action,
        because: prune ? why : `${why}, and pruning is off`,
        changes: [],
        effects: effectsOf({ key, action, changes: [] }),
        conflicts: [],
        ...(object.metadata.annotations?.[Annotation.hook] !== undefined && { hook: 'leaving' as const }),
        live: { uid, resourceVersion },
      },
    ];
  });
}
