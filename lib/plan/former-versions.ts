/** Former versions of what is in the program: the newest stay, so that a rollback finds them, and a rollout that takes its
 * time. Pure. */
import { Annotation, compareText, formatKey, type ObjectKey, type Version } from '../objects/index.ts';
import type { LiveObject } from './live.ts';
import type { SettledObjects } from './live-view.ts';
import type { PlannedChange } from './plan.ts';
import type { Survey } from './survey.ts';

/** Leaves the newest former versions alone, as many as the version in the program says.
 * @param removals objects of ours that are not in the program */
export function keepFormerVersions(
  { owned, live }: Pick<Survey, 'owned' | 'live'>,
  removals: readonly PlannedChange[],
  settled: SettledObjects | undefined,
): readonly PlannedChange[] {
  const former = Map.groupBy(
    removals.flatMap((removal) => {
      const object = live.get(formatKey(removal.key))?.object;
      const of = object?.metadata.annotations?.[Annotation.versionOf];
      return object === undefined || of === undefined ? [] : [{ removal, object, of }];
    }),
    ({ removal: { application, key }, of }) => lineName(application, key, of),
  );
  if (former.size === 0) return removals;
  const kept = new Map<PlannedChange, string>();
  for (const [line, { version, key }] of desiredVersions(owned, settled)) {
    const { of, keep } = version;
    const newest = (former.get(line) ?? []).sort((a, b) => newerFirst(a.object, b.object)).slice(0, keep);
    // Told where one becomes a former version, and not in every plan from then on.
    const isNews = !live.has(formatKey(key)) && !settled?.get(formatKey(key));
    const because = isNews
      ? `former version of ${of}; the newest ${keep === 1 ? 'one is' : `${keep} are`} kept`
      : '';
    for (const { removal } of newest) kept.set(removal, because);
  }
  return removals.map((removal) => {
    const because = kept.get(removal);
    return because === undefined ? removal : { ...removal, action: 'none', because, effects: [] };
  });
}

function desiredVersions(
  owned: Survey['owned'],
  settled: SettledObjects | undefined,
): ReadonlyMap<string, { readonly version: Version; readonly key: ObjectKey }> {
  const versions = new Map<string, { readonly version: Version; readonly key: ObjectKey }>();
  for (const { name, desired } of owned) {
    const objects = desired?.objects ?? [];
    const standing = settled ? [...settled.of(name)].map((object) => object.desired) : [];
    for (const { key, version } of [...objects, ...standing]) {
      if (version) versions.set(lineName(name, key, version.of), { version, key });
    }
  }
  return versions;
}

/** What versions of one thing have in common. */
function lineName(application: string, { group, kind, namespace }: ObjectKey, of: string): string {
  return [application, group, kind, namespace, of].join('\n');
}

function newerFirst({ metadata: a }: LiveObject['object'], { metadata: b }: LiveObject['object']): number {
  // RFC 3339 in UTC, to a second: as text in the order of time.
  return (
    compareText(b.creationTimestamp ?? '', a.creationTimestamp ?? '') ||
    compareText(a.name ?? '', b.name ?? '')
  );
}
