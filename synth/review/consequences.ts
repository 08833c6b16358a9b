/** What a review tells first: what comes of the changes, the worst of it before the rest. */
import type { ObjectKey } from '../../lib/objects/index.ts';
import type { EffectKind, PlannedChange } from '../../lib/plan/index.ts';

export interface ConsequenceGroup {
  readonly title: string;
  readonly items: readonly { readonly key: ObjectKey; readonly message: string }[];
}

const GROUPS: readonly { readonly title: string; readonly kinds: readonly EffectKind[] }[] = [
  {
    title: 'Data at risk',
    kinds: ['touches-data', 'removes-namespace', 'removes-crd', 'removes-crd-version', 'moves-crd-storage'],
  },
  { title: 'Replaced', kinds: ['replaces'] },
  { title: 'Deleted', kinds: [] },
  { title: 'Stopped', kinds: ['stops-pods'] },
  { title: 'Restarted', kinds: ['restarts-pods'] },
  { title: 'Access widened', kinds: ['widens-rbac'] },
  { title: 'Exposed', kinds: ['exposes'] },
  { title: 'Less protected', kinds: ['allows-disruption'] },
  { title: 'Scaled', kinds: ['scales'] },
  { title: 'Run', kinds: ['runs-hook'] },
];

/** Groups with something in them. */
export function consequencesOf(changes: readonly PlannedChange[]): readonly ConsequenceGroup[] {
  return GROUPS.map(({ title, kinds }) => ({
    title,
    items: changes.flatMap(({ key, action, because, effects }) =>
      title === 'Deleted'
        ? action === 'delete'
          ? [{ key, message: because }]
          : []
        : effects.filter(({ kind }) => kinds.includes(kind)).map(({ message }) => ({ key, message })),
    ),
  })).filter(({ items }) => items.length > 0);
}
