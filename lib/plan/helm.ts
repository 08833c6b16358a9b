/** Releases of Helm whose objects are ours, or become ours. Their records stay where they are, and with them Helm may delete
 * our objects: the plan says so as long as it is so. On request the records are put aside, where Helm does not find
 * them (docs/decisions/0008-helm-releases.md). */
import type { KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { KubernetesObject, ObjectKey } from '../objects/index.ts';
import { formatKey, gvkOf, keyOf, TruekeelError } from '../objects/index.ts';
import { mapConcurrent } from './concurrent.ts';
import type { HelmRecord, HelmReleaseName } from './helm-record.ts';
import { formatRelease, objectsOf, parseRelease, readRecords, releaseOf } from './helm-record.ts';
import type { Effect, PlannedChange, PlannedHelmRelease } from './plan.ts';
import type { Survey } from './survey.ts';
import { unlessForbidden } from './unreadable.ts';

export interface PlannedReleases {
  readonly releases: readonly PlannedHelmRelease[];
  readonly errors: readonly TruekeelError[];
}

/** @param wish what is to become of the records */
export async function planReleases(
  client: KubeClient,
  seen: Survey,
  changes: readonly PlannedChange[],
  wish: 'leave' | 'take-over',
): Promise<PlannedReleases> {
  const wanted = releasesOf(seen, changes);
  const planned = await mapConcurrent(
    [...wanted],
    8,
    async ([text, applications]): Promise<PlannedReleases> => {
      const release = parseRelease(text);
      const records = await readRecords(client, release);
      // A release that Helm does not know any more threatens nobody.
      if (!(records instanceof KubeError) && records.length === 0) return { releases: [], errors: [] };
      const left = { ...release, applications, resolution: 'leave' as const, records: [] };
      if (wish === 'leave') return { releases: [left], errors: [] };
      if (records instanceof KubeError) return { releases: [left], errors: [records] };
      const refused = await whyNot(client, seen, release, records);
      if (refused) return { releases: [left], errors: [refused] };
      return { releases: [{ ...left, resolution: 'take-over', records }], errors: [] };
    },
  );
  return {
    releases: planned.flatMap(({ releases }) => releases),
    errors: planned.flatMap(({ errors }) => errors),
  };
}

/** Releases that objects to be adopted are a part of, and those that inventories remember; with their applications. */
function releasesOf(
  { owned, live }: Survey,
  changes: readonly PlannedChange[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  const add = (release: string, application: string) => {
    found.set(release, (found.get(release) ?? new Set()).add(application));
  };
  for (const { name, inventories } of owned)
    for (const release of inventories.flatMap(({ releases }) => releases)) add(release, name);
  for (const { application, action, key } of changes) {
    const metadata = action === 'adopt' ? live.get(formatKey(key))?.object.metadata : undefined;
    const release = metadata && releaseOf(metadata);
    if (release) add(formatRelease(release), application);
  }
  return new Map([...found].sort().map(([release, names]) => [release, [...names].sort()]));
}

/** A release is taken over as a whole or not at all: whatever else it has would be nobody's. */
async function whyNot(
  client: KubeClient,
  { owned }: Survey,
  release: HelmReleaseName,
  records: readonly HelmRecord[],
): Promise<TruekeelError | undefined> {
  const title = `release ${formatRelease(release)} of Helm cannot be taken over`;
  const objects = records[0] && (await objectsOf(client, release, records[0]));
  if (!objects) {
    return new TruekeelError(`${title}: its record cannot be read`, {
      code: 'HELM_RELEASE_REST',
      family: 'conflict',
      key: { group: '', kind: 'Secret', namespace: release.namespace, name: records[0]?.name ?? '' },
      hint: 'Look at it with: helm get manifest. Without --take-over-helm the release is left alone.',
    });
  }
  const ours = new Set(
    owned.flatMap(({ desired }) => desired?.objects.map(({ key }) => formatKey(key)) ?? []),
  );
  const others = await mapConcurrent(objects, 8, async (object) => {
    const key = await placedKey(client, object, release.namespace);
    return key && !ours.has(formatKey(key)) ? key : undefined;
  });
  const rest = others.filter((key) => key !== undefined);
  const [first] = rest;
  if (!first) return undefined;
  return new TruekeelError(`${title}: it also has ${rest.map(formatKey).sort().join(', ')}`, {
    code: 'HELM_RELEASE_REST',
    family: 'conflict',
    key: first,
    hint: 'Add these objects to the program, or remove them from the release with Helm first.',
  });
}

/** The key of an object of a chart, which may leave its namespace out; undefined when it is not in the cluster. */
async function placedKey(
  client: KubeClient,
  object: KubernetesObject,
  namespace: string,
): Promise<ObjectKey | undefined> {
  const resource = (await client.resources()).find(
    (one) => one.kind === object.kind && one.group === gvkOf(object).group,
  );
  if (!resource) return undefined;
  const key = keyOf(object);
  const placed = { ...key, namespace: resource.namespaced ? key.namespace || namespace : '' };
  const found = await unlessForbidden(() => client.getMetadata(resource, placed));
  return found ? placed : undefined;
}

/** The changes, with what Helm could still do to objects that are adopted. */
export function withReleaseEffects(
  { live }: Survey,
  changes: readonly PlannedChange[],
  releases: readonly PlannedHelmRelease[],
): readonly PlannedChange[] {
  if (releases.length === 0) return changes;
  const byName = new Map(releases.map((release) => [formatRelease(release), release]));
  return changes.map((change) => {
    const metadata = change.action === 'adopt' ? live.get(formatKey(change.key))?.object.metadata : undefined;
    const named = metadata && releaseOf(metadata);
    const release = named && byName.get(formatRelease(named));
    return release ? { ...change, effects: [...change.effects, effectOf(release)] } : change;
  });
}

function effectOf(release: PlannedHelmRelease): Effect {
  const name = formatRelease(release);
  return {
    kind: 'helm-release',
    message:
      release.resolution === 'leave'
        ? `release ${name} of Helm still lists it, and may delete it`
        : `release ${name} of Helm is put aside`,
  };
}
