/** What stays as it is when one goes back from a release to an older one: a rollback brings objects back, not what was
 * done meanwhile. Found from the two releases alone, so what may have happened is told as well as what has. */
import type { DesiredApplication, DesiredObject, JsonObject, ObjectKey } from '../objects/index.ts';
import { canonicalJson, compareText, formatKey } from '../objects/index.ts';
import { contentOf } from './content.ts';
import { definitionLosses } from './effects/definition.ts';
import { fieldOf, itemsOf, numberOf, stringOf } from './field-path.ts';
import { formatGroupKind } from './live.ts';

export interface Irreversible {
  readonly key: ObjectKey;
  /** For people: `what it did, if it ran, stays done`. */
  readonly message: string;
}

/** An object in the release that one goes back from, and in the one that one goes back to. */
interface Pair {
  readonly from: JsonObject | undefined;
  readonly to: JsonObject | undefined;
}

/** @param from the applications of the release that is taken back
 * @param to those of the release that is there again
 * @throws TruekeelError `OBJECT_UNREADABLE` */
export async function irreversible(
  from: readonly DesiredApplication[],
  to: readonly DesiredApplication[],
): Promise<readonly Irreversible[]> {
  const [before, after] = [objectsOf(from), objectsOf(to)];
  const differing = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name)?.desired.digest !== after.get(name)?.desired.digest,
  );
  const [was, is] = [await contents(before, differing), await contents(after, differing)];
  return differing.sort(compareText).flatMap((name) => {
    const { key } = (before.get(name) ?? after.get(name))!.desired;
    const pair = { from: was.get(name), to: is.get(name) };
    return (FINDERS[formatGroupKind(key)]?.(pair) ?? []).map((message) => ({ key, message }));
  });
}

interface Owned {
  readonly application: DesiredApplication;
  readonly desired: DesiredObject;
}

function objectsOf(applications: readonly DesiredApplication[]): ReadonlyMap<string, Owned> {
  return new Map(
    applications.flatMap((application) =>
      application.objects.flatMap((desired) =>
        FINDERS[formatGroupKind(desired.key)]
          ? [[formatKey(desired.key), { application, desired }] as const]
          : [],
      ),
    ),
  );
}

async function contents(
  objects: ReadonlyMap<string, Owned>,
  names: readonly string[],
): Promise<ReadonlyMap<string, JsonObject>> {
  const wanted = names.flatMap((name) => objects.get(name) ?? []);
  const found = new Map<string, JsonObject>();
  for (const [application, group] of Map.groupBy(wanted, (owned) => owned.application)) {
    const desired = group.map((owned) => owned.desired);
    for (const [index, content] of (await contentOf(application, desired)).entries())
      found.set(formatKey(desired[index]!.key), content as JsonObject); // what was read is JSON
  }
  return found;
}

const FINDERS: Readonly<Record<string, (pair: Pair) => readonly string[]>> = {
  'Job.batch': ({ from, to }) => [
    ...(from ? ['what it did, if it ran, stays done'] : []),
    ...(to ? ['the older one runs again where it is made anew'] : []),
  ],

  PersistentVolumeClaim: ({ from, to }) => {
    if (!from) return ['what it held went with it, unless its volume was retained; it comes back empty'];
    if (!to) return ['it goes, with what was written to it unless its volume is retained'];
    const [now, then] = [storageOf(from), storageOf(to)];
    return sizeOf(then) < sizeOf(now) ? [`it stays at ${now}: a claim cannot be made smaller`] : [];
  },

  PersistentVolume: ({ from, to }) => {
    if (!from) return ['what it held may be gone; the object alone comes back'];
    return to ? [] : ['it goes, with what was written to it unless it is retained'];
  },

  'StatefulSet.apps': ({ from, to }) => {
    const deletes = (when: 'whenDeleted' | 'whenScaled') =>
      fieldOf(from, 'spec', 'persistentVolumeClaimRetentionPolicy', when) === 'Delete';
    if (!from) return hasClaims(to) ? ['its claims went with it where they were not to be kept'] : [];
    if (!to) return hasClaims(from) ? ['the claims of its pods, and what is in them, are not undone'] : [];
    const templates = (set: JsonObject) => canonicalJson(itemsOf(set, 'spec', 'volumeClaimTemplates'));
    return [
      ...(templates(from) === templates(to)
        ? []
        : ['its volumeClaimTemplates cannot be changed in place, and claims that were made stay']),
      ...(deletes('whenScaled') && replicas(from) < replicas(to)
        ? ['claims that went when it was scaled down come back empty']
        : []),
    ];
  },

  Namespace: ({ from }) => (from ? [] : ['what was in it beside the program does not come back']),

  'CustomResourceDefinition.apiextensions.k8s.io': ({ from, to }) => {
    if (!from) return ['objects of its kind that are not in the program do not come back'];
    if (!to) return ['it is new: going back deletes it, and every object of its kind'];
    return definitionLosses(from, to);
  },
};

function hasClaims(set: JsonObject | undefined): boolean {
  return itemsOf(set, 'spec', 'volumeClaimTemplates').length > 0;
}

function replicas(set: JsonObject): number {
  return numberOf(set, 'spec', 'replicas') ?? 1;
}

function storageOf(claim: JsonObject): string {
  return stringOf(claim, 'spec', 'resources', 'requests', 'storage') ?? '';
}

const UNITS = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/** Bytes; sizes of volumes are whole numbers or short fractions, which a double holds. */
function sizeOf(quantity: string): number {
  const match = /^(\d+(?:\.\d+)?)([kKMGTPE]?)(i?)$/.exec(quantity);
  if (!match) return Number(quantity);
  const exponent = UNITS.indexOf(match[2] === 'K' ? 'k' : match[2]!);
  return Number(match[1]) * (match[3] === 'i' ? 1024 : 1000) ** exponent;
}
