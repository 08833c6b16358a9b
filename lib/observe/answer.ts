/** Answers a plan from what is remembered. Everything that the answer says is of one moment: where an object has to be read
 * first, the rest is looked at again afterwards. */
import type { ApiResource, KubeClient } from '../kube/index.ts';
import type { DependencyEdge, DesiredApplication, ObjectKey, ObjectMetadata } from '../objects/index.ts';
import { Annotation, formatApiVersion, formatKey, Label, mayBeHook } from '../objects/index.ts';
import type {
  Inventory,
  LiveAnswer,
  LiveObject,
  LiveQuestion,
  SettledObject,
  SettledObjects,
} from '../plan/index.ts';
import { mapConcurrent } from '../plan/index.ts';
import type { Expectations } from './expectations.ts';
import { footprintOf } from './footprint.ts';
import type { InventoryWatch } from './inventory-watch.ts';
import type { Members } from './members.ts';
import type { Observation } from './observation.ts';

export interface Remembered {
  readonly client: KubeClient;
  readonly expectations: Expectations;
  readonly members: Members;
  readonly inventories: InventoryWatch;
  /** Whole metadata of some objects, by name. */
  readonly metadata: ReadonlyMap<string, ObjectMetadata>;
  live(name: string): Observation | undefined;
  resourceOf(key: ObjectKey): ApiResource | undefined;
  /** Kinds that are followed. */
  kinds(): readonly ApiResource[];
  /** Remembers an object that was read. */
  note(object: ObjectMetadata): void;
}

/** `these objects`: what else is ours and in no program is left alone. */
export type About = 'everything' | 'these objects';

/** So many objects are read one by one; for more, lists are cheaper. */
const SINGLE_READS = 50;
/** How often what has to be read may turn out to be more. */
const ROUNDS = 3;

/** @returns undefined when this takes more than memory and a few single reads */
export async function answer(
  remembered: Remembered,
  question: LiveQuestion,
  about: About,
): Promise<LiveAnswer | undefined> {
  const read = new Map<string, ObjectMetadata | undefined>();
  for (let round = 0; round <= ROUNDS; round += 1) {
    const draft = draftOf(remembered, question, about);
    if (!draft) return undefined;
    const unread = draft.found.filter(
      ({ name, live, needsWhole }) => needsWhole && wholeOf(remembered, read, name, live) === 'unread',
    );
    if (unread.length === 0) return finish(remembered, draft, read);
    if (unread.length > SINGLE_READS) return undefined;
    await mapConcurrent(unread, 16, async ({ name, live, resource }) => {
      const object = await remembered.client.getMetadata(resource, live.key);
      read.set(name, object);
      if (object) remembered.note(object);
    });
  }
  return undefined;
}

interface Found {
  readonly name: string;
  readonly live: Observation;
  readonly resource: ApiResource;
  /** Whether more of its metadata decides than what is remembered. */
  readonly needsWhole: boolean;
}

interface Draft {
  readonly about: About;
  readonly applications: readonly DesiredApplication[];
  readonly byApplication: ReadonlyMap<string, readonly Inventory[]>;
  /** Names of the objects that are not settled. */
  readonly asked: ReadonlySet<string>;
  readonly found: readonly Found[];
  readonly settledCount: number;
}

function draftOf(remembered: Remembered, question: LiveQuestion, about: About): Draft | undefined {
  const { expectations, inventories, members } = remembered;
  const { applications, namespace } = question;
  const byApplication = Map.groupBy(inventories.all, ({ application }) => application);
  if (namespace !== undefined || inventories.hasForeign || expectations.hasDuplicates) return undefined;
  if (about === 'everything' && !isExpected(expectations, applications)) return undefined;
  if (!applications.every((application) => isAtHome(application, byApplication))) return undefined;
  const ids = new Set(inventories.all.map(({ id }) => id));
  if (isMoving(remembered, ids)) return undefined;

  const asked = unsettledOf(expectations, applications, about);
  if (!asked) return undefined;
  const found: Found[] = [];
  for (const name of asked) {
    const live = remembered.live(name);
    const expected = expectations.get(name);
    const resource = live && remembered.resourceOf(live.key);
    if (!live || !resource || !expected) continue;
    const isOurs = live.partOf !== undefined && ids.has(live.partOf);
    found.push({ name, live, resource, needsWhole: !isOurs || live.digest === expected.desired.digest });
  }
  for (const name of about === 'everything' ? members.strays(ids) : []) {
    const live = remembered.live(name);
    const resource = live && remembered.resourceOf(live.key);
    // Whether it was a hook is not remembered.
    if (live && resource && !isDesiredElsewhere(remembered, live))
      found.push({ name, live, resource, needsWhole: mayBeHook(live.key) || live.digest === undefined });
  }
  const total = applications.reduce((sum, { objects }) => sum + objects.length, 0);
  return { about, applications, byApplication, asked, found, settledCount: total - asked.size };
}

/** Whether the question is about what we judge by, and all of it. */
function isExpected(expectations: Expectations, applications: readonly DesiredApplication[]): boolean {
  const { applications: expected } = expectations;
  return (
    expected.size === applications.length &&
    applications.every((application) => expected.get(application.name) === application)
  );
}

/** One inventory: with none, or with several, it takes a look at all that is there to tell what is whose. */
function isAtHome(
  { name, objects }: DesiredApplication,
  inventories: ReadonlyMap<string, readonly Inventory[]>,
): boolean {
  const count = inventories.get(name)?.length ?? 0;
  return count === 1 || (count === 0 && objects.length === 0);
}

/** Whether a namespace with something of ours in it goes: then what is in it goes too, and inventories move. */
function isMoving({ expectations, inventories, live }: Remembered, ids: ReadonlySet<string>): boolean {
  const isGoing = (namespace: string): boolean => {
    const name = formatKey({ group: '', kind: 'Namespace', namespace: '', name: namespace });
    const found = live(name);
    if (!found) return false;
    const isStray = !expectations.get(name) && found.partOf !== undefined && ids.has(found.partOf);
    return found.deletionTimestamp !== undefined || isStray;
  };
  const namespaces = new Set(inventories.all.flatMap((one) => [one.namespace, ...one.namespaces]));
  for (const application of expectations.applications.values()) {
    for (const namespace of footprintOf(application).namespaces) namespaces.add(namespace);
  }
  return [...namespaces].some(isGoing);
}

/** One object under two groups (an Ingress of extensions and of networking.k8s.io) is one object. */
function isDesiredElsewhere({ expectations, kinds, live }: Remembered, { key, uid }: Observation): boolean {
  return kinds().some(({ group, kind }) => {
    if (kind !== key.kind || group === key.group) return false;
    const name = formatKey({ ...key, group });
    return expectations.get(name) !== undefined && live(name)?.uid === uid;
  });
}

/** @returns undefined when an object of the question is not the one that we judge by */
function unsettledOf(
  expectations: Expectations,
  applications: readonly DesiredApplication[],
  about: About,
): ReadonlySet<string> | undefined {
  if (about === 'everything') return new Set(expectations.unsettled);
  const asked = new Set<string>();
  for (const desired of applications.flatMap(({ objects }) => objects)) {
    const name = formatKey(desired.key);
    const expected = expectations.get(name);
    if (expected?.desired !== desired) return undefined;
    if (!expected.isSettled) asked.add(name);
  }
  return asked;
}

function wholeOf(
  { metadata }: Remembered,
  read: ReadonlyMap<string, ObjectMetadata | undefined>,
  name: string,
  live: Observation,
): ObjectMetadata | undefined | 'unread' {
  if (read.has(name) && read.get(name) === undefined) return undefined;
  const known = [metadata.get(name), read.get(name)];
  return known.find((object) => object?.metadata.resourceVersion === live.resourceVersion) ?? 'unread';
}

function finish(
  remembered: Remembered,
  draft: Draft,
  read: ReadonlyMap<string, ObjectMetadata | undefined>,
): LiveAnswer {
  const members = draft.found.flatMap(({ name, live, resource, needsWhole }): LiveObject[] => {
    const object = needsWhole ? wholeOf(remembered, read, name, live) : memberOf(live, resource);
    return object === undefined || object === 'unread' ? [] : [{ key: live.key, object, resource }];
  });
  return {
    inventories: remembered.inventories.all,
    applications: narrow(remembered.expectations, draft),
    members,
    settled: settledObjects(remembered, draft),
  };
}

/** As much of the metadata as is remembered. */
function memberOf(live: Observation, resource: ApiResource): ObjectMetadata {
  const { key, uid, resourceVersion, application, partOf, digest, prune, after, versionOf } = live;
  const { creationTimestamp, deletionTimestamp } = live;
  return {
    apiVersion: formatApiVersion(resource.group, resource.version),
    kind: key.kind,
    metadata: {
      name: key.name,
      ...(key.namespace !== '' && { namespace: key.namespace }),
      uid,
      resourceVersion,
      labels: {
        ...(application !== undefined && { [Label.application]: application }),
        ...(partOf !== undefined && { [Label.partOf]: partOf }),
      },
      annotations: {
        ...(digest !== undefined && { [Annotation.digest]: digest }),
        ...(prune !== undefined && { [Annotation.prune]: prune }),
        ...(after !== undefined && { [Annotation.after]: after }),
        ...(versionOf !== undefined && { [Annotation.versionOf]: versionOf }),
      },
      ...(creationTimestamp !== undefined && { creationTimestamp }),
      ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    },
  };
}

/** The applications with what is asked of them, and the edges that lead from there. */
function narrow(expectations: Expectations, { applications, asked }: Draft): readonly DesiredApplication[] {
  const objects = Map.groupBy(asked, (name) => expectations.get(name)?.application.name);
  return applications.map((application) => {
    const names = objects.get(application.name) ?? [];
    return {
      name: application.name,
      dependsOn: application.dependsOn,
      edges: names.length === 0 ? [] : edgesFrom(names, application.edges),
      objects: names.flatMap((name) => expectations.get(name)?.desired ?? []),
      load: (wanted) => application.load(wanted),
    };
  });
}

/** Declared edges from some objects, and from those that they lead to. */
function edgesFrom(names: readonly string[], edges: readonly DependencyEdge[]): readonly DependencyEdge[] {
  if (edges.length === 0) return [];
  const byOrigin = Map.groupBy(edges, ({ from }) => formatKey(from));
  const reached = new Set(names);
  const leading: DependencyEdge[] = [];
  for (const name of reached) {
    for (const edge of byOrigin.get(name) ?? []) {
      leading.push(edge);
      reached.add(formatKey(edge.to));
    }
  }
  return leading;
}

function settledObjects({ expectations, members, live }: Remembered, draft: Draft): SettledObjects {
  const { about, asked, byApplication, found, settledCount } = draft;
  const get = (name: string): SettledObject | undefined => {
    const expected = asked.has(name) ? undefined : expectations.get(name);
    if (!expected) return undefined;
    const there = live(name);
    return {
      application: expected.application.name,
      desired: expected.desired,
      ...(there && { live: { uid: there.uid, resourceVersion: there.resourceVersion } }),
    };
  };
  const inventoriesOf = (application: string) => byApplication.get(application) ?? [];
  const idsOf = (application: string) => inventoriesOf(application).map(({ id }) => id);
  return {
    isPart: about === 'these objects',
    count: settledCount,
    get,
    *of(application) {
      for (const { key } of expectations.applications.get(application)?.objects ?? []) {
        const object = get(formatKey(key));
        if (object) yield object;
      }
    },
    liveCount: (application) => members.count(idsOf(application)),
    liveCountOfKind: (groupKind) => members.countOfKind([...byApplication.keys()].flatMap(idsOf), groupKind),
    scope: (application) => {
      if (about === 'everything')
        return members.scope(
          idsOf(application),
          found.map((one) => one.live),
        );
      // It was not asked what else is there: what is written down stays.
      const own = inventoriesOf(application);
      return {
        kinds: own.flatMap((inventory) => inventory.kinds),
        namespaces: own.flatMap((inventory) => [inventory.namespace, ...inventory.namespaces]),
      };
    },
  };
}
