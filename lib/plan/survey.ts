/** Reads everything that a plan is made from: inventories, our objects, and what is there without being ours. */
import type { ApiResource, KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type {
  DesiredApplication,
  DesiredObject,
  ObjectKey,
  ObjectMetadata,
  TruekeelError,
} from '../objects/index.ts';
import { formatKey, Label } from '../objects/index.ts';
import { inventoryName } from './identity.ts';
import type { Inventories, Inventory } from './inventory.ts';
import { findInventory, InventoryMark, readInventories } from './inventory.ts';
import type { KindsInUse, LiveObject, Members } from './live.ts';
import { findUnlabelled, formatGroupKind, readMembers, resolveKinds, resolveRecorded } from './live.ts';
import type { LiveAnswer } from './live-view.ts';
import type { OwnedApplication } from './ownership.ts';
import { assignOwnership, isWrittenByUs, lostIds, partOf } from './ownership.ts';
import { UnreadablePlaces } from './unreadable.ts';
import { stillInDoubt } from './unserved.ts';

export interface SurveyInput {
  readonly client: KubeClient;
  readonly environment: string;
  readonly applications: readonly DesiredApplication[];
  readonly namespace: string | undefined;
  /** What a view knows: then nothing is listed. */
  readonly known: LiveAnswer | undefined;
}

export interface Survey {
  readonly kinds: KindsInUse;
  /** Desired applications in their order, then those that are no longer desired. */
  readonly owned: readonly OwnedApplication[];
  /** Whose an object is, by the id of its inventory. */
  readonly ownerById: ReadonlyMap<string, OwnedApplication>;
  /** What is there, by key: our objects, and desired ones that are not ours. */
  readonly live: ReadonlyMap<string, LiveObject>;
  /** Namespaces that desired objects are in, and that neither exist nor will be made. */
  readonly missingNamespaces: ReadonlySet<string>;
  /** Where we may not look: nothing can be said about the objects there. */
  readonly unreadable: UnreadablePlaces;
  /** Kinds that inventories name, that the server does not serve now, and of which objects may be there all the same. */
  readonly inDoubt: ReadonlySet<string>;
  /** Applications whose inventory is not ours, with the `FOREIGN_INVENTORY` that says so. */
  readonly foreignInventories: ReadonlyMap<string, TruekeelError>;
  /** Inventories that are somebody else's and in force: whose they are, by id. */
  readonly foreign: ReadonlyMap<string, string>;
}

export const NAMESPACE_KIND = { group: '', version: 'v1', kind: 'Namespace' } as const;

export async function survey(input: SurveyInput): Promise<Survey> {
  const { client, environment, applications } = input;
  const desired = applications.flatMap(({ objects }) => objects);
  const kinds = await resolveKinds(client, desired);
  const { inventories, found, unreadable, inDoubt } = input.known
    ? {
        inventories: { ours: input.known.inventories, foreign: new Map<string, TruekeelError>() },
        found: input.known.members,
        unreadable: [],
        inDoubt: new Set<string>(),
      }
    : await readOurs(input, kinds, desired);
  const members = found.filter(({ object }) => object.metadata.labels?.[Label.applySetId] === undefined);
  const owned = assignOwnership({
    environment,
    applications,
    inventories: inventories.ours,
    members,
    namespace: input.namespace,
  });
  const live = new Map(members.map((member) => [formatKey(member.key), member]));
  const unowned = await readUnowned(client, desired, kinds, live);
  for (const object of unowned.found) live.set(formatKey(object.key), object);
  const ownerById = new Map(
    owned.flatMap((application) => [...application.ids].map((id) => [id, application] as const)),
  );
  const foreign = await findForeign(client, desired, live, ownerById);
  return {
    kinds,
    owned,
    ownerById,
    live,
    missingNamespaces: unowned.missingNamespaces,
    unreadable: new UnreadablePlaces([...unreadable, ...unowned.unreadable]),
    inDoubt,
    foreignInventories: inventories.foreign,
    foreign,
  };
}

/** Everything that carries our marks, by lists. */
async function readOurs(
  input: SurveyInput,
  kinds: KindsInUse,
  desired: readonly DesiredObject[],
): Promise<Members & { readonly inventories: Inventories; readonly inDoubt: ReadonlySet<string> }> {
  const { client, environment, applications } = input;
  const names = applications.map(({ name }) => name);
  const namespaces = [...new Set(desired.map(({ key }) => key.namespace).filter((name) => name !== ''))];
  const [inventories, known] = await Promise.all([
    readInventories(client, {
      environment,
      applications: names,
      namespaces: [...new Set([...namespaces, ...(input.namespace ? [input.namespace] : [])])],
    }),
    readMembers(client, kinds.served.values(), { applications: names, namespaces }),
  ]);
  const elsewhere = await readElsewhere(input, kinds, inventories.ours, known.found, namespaces);
  return {
    inventories,
    found: [...known.found, ...elsewhere.found],
    unreadable: [inventories, known, elsewhere].flatMap(({ unreadable }) => unreadable),
    inDoubt: elsewhere.inDoubt,
  };
}

/** Kinds that only inventories know, applications that only inventories know; and, where an inventory is missing,
 * what can be rebuilt from labels. */
async function readElsewhere(
  input: SurveyInput,
  kinds: KindsInUse,
  inventories: readonly Inventory[],
  found: readonly LiveObject[],
  desiredNamespaces: readonly string[],
): Promise<Members & { readonly inDoubt: ReadonlySet<string> }> {
  const { client, applications } = input;
  const names = applications.map(({ name }) => name);
  const known = new Set(names);
  const leaving = inventories.filter(({ application }) => !known.has(application));
  const namespaces = [
    ...new Set([...desiredNamespaces, ...inventories.flatMap((i) => [i.namespace, ...i.namespaces])]),
  ];
  const recorded = await resolveRecorded(
    client,
    inventories.flatMap((inventory) => inventory.kinds),
  );
  const others = [...recorded.served].flatMap(([kind, resource]) =>
    kinds.served.has(kind) ? [] : [resource],
  );
  const lost = names.filter((name) => !inventories.some(({ application }) => application === name));
  const unread = await readableKinds(input, kinds, new Set(others), lost, found);
  const leavingNames = [...new Set(leaving.map(({ application }) => application))];
  const leavingKinds = new Set(leaving.flatMap((inventory) => inventory.kinds));
  const [inDoubt, recordedOnly, leavingOnly, rebuilt] = await Promise.all([
    stillInDoubt(client, recorded.unserved),
    readMembers(client, others, { applications: [...names, ...leavingNames], namespaces }),
    readMembers(
      client,
      [...kinds.served].filter(([kind]) => leavingKinds.has(kind)).map(([, resource]) => resource),
      { applications: leavingNames, namespaces },
    ),
    readMembers(client, unread, { applications: lost, namespaces }),
  ]);
  return {
    found: [...recordedOnly.found, ...leavingOnly.found, ...rebuilt.found],
    // What we may not list we have not written either, as far as nothing says that we have.
    unreadable: [...recordedOnly.unreadable, ...leavingOnly.unreadable],
    inDoubt,
  };
}

/** Kinds to look through for applications that have no inventory: namespaces, since one may have been made before the
 * inventory in it was; every kind, when some object shows that there was an inventory once. */
async function readableKinds(
  { client, environment }: SurveyInput,
  kinds: KindsInUse,
  others: ReadonlySet<ApiResource>,
  lost: readonly string[],
  found: readonly LiveObject[],
): Promise<readonly ApiResource[]> {
  if (lost.length === 0) return [];
  const ids = new Set(lost.flatMap((name) => [...lostIds(inventoryName(environment, name), name, found)]));
  const traces = found.some(({ object }) => ids.has(partOf(object) ?? '') && isWrittenByUs(object));
  const candidates = traces ? await client.resources() : [await client.resource(NAMESPACE_KIND)];
  const read = new Set([...kinds.served.keys(), ...[...others].map(formatGroupKind)]);
  return candidates.filter(
    (resource) => !read.has(formatGroupKind(resource)) && resource.verbs.includes('delete'),
  );
}

/** Desired objects that are there without our label, and namespaces that are not there. */
async function readUnowned(
  client: KubeClient,
  desired: readonly DesiredObject[],
  { served }: KindsInUse,
  live: ReadonlyMap<string, LiveObject>,
): Promise<Members & { readonly missingNamespaces: ReadonlySet<string> }> {
  const unseen = desired.filter(({ key }) => !live.has(formatKey(key)));
  const clusterWide = unseen.filter(({ key }) => key.namespace === '');
  const planned = new Set(desired.flatMap(({ key }) => (isNamespace(key) ? [key.name] : [])));
  const outside = new Set(
    unseen.flatMap(({ key }) => (key.namespace !== '' && !planned.has(key.namespace) ? [key.namespace] : [])),
  );
  const [first, missingNamespaces] = await Promise.all([
    findUnlabelled(client, clusterWide, served),
    findMissingNamespaces(client, [...outside]),
  ]);
  const found = new Set(first.found.map(({ key }) => formatKey(key)));
  // Nothing is in a namespace that does not exist yet.
  const isThere = (namespace: string) => {
    const name = formatKey({ group: '', kind: 'Namespace', namespace: '', name: namespace });
    return planned.has(namespace) ? live.has(name) || found.has(name) : !missingNamespaces.has(namespace);
  };
  const inside = unseen.filter(({ key }) => key.namespace !== '' && isThere(key.namespace));
  const second = await findUnlabelled(client, inside, served);
  return {
    found: [...first.found, ...second.found],
    unreadable: [...first.unreadable, ...second.unreadable],
    missingNamespaces,
  };
}

function isNamespace(key: ObjectKey): boolean {
  return key.kind === 'Namespace' && key.group === '';
}

async function findMissingNamespaces(
  client: KubeClient,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const resource = await client.resource(NAMESPACE_KIND);
  const objects = names.map((name) => ({ group: '', kind: 'Namespace', namespace: '', name }));
  const exists = async (key: ObjectKey) => (await client.getMetadata(resource, key)) !== undefined;
  try {
    if (names.length > 20) {
      const all = new Set((await client.listMetadata(resource)).items.map(({ metadata }) => metadata.name));
      return new Set(names.filter((name) => !all.has(name)));
    }
    const answers = await Promise.all(objects.map(exists));
    return new Set(names.filter((_name, index) => !answers[index]));
  } catch (error) {
    // Who may not read namespaces finds out when writing.
    if (error instanceof KubeError && error.code === 'FORBIDDEN') return new Set();
    throw error;
  }
}

/** Inventories in force that desired objects belong to and that are not ours: another environment's, another tool's. An
 * id whose inventory is gone binds nobody.
 * @returns whose they are, as the end of a sentence, by id */
async function findForeign(
  client: KubeClient,
  desired: readonly DesiredObject[],
  live: ReadonlyMap<string, LiveObject>,
  ours: ReadonlyMap<string, OwnedApplication>,
): Promise<ReadonlyMap<string, string>> {
  const strange = new Set<string>();
  for (const { key } of desired) {
    const found = live.get(formatKey(key));
    const id = found && partOf(found.object);
    if (id !== undefined && !ours.has(id)) strange.add(id);
  }
  const owners = await Promise.all([...strange].map(async (id) => [id, await ownerOf(client, id)] as const));
  return new Map(owners.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}

async function ownerOf(client: KubeClient, id: string): Promise<string | undefined> {
  try {
    const inventory = await findInventory(client, id);
    return inventory && describeOwner(inventory);
  } catch (error) {
    // Who may not look does not take.
    if (error instanceof KubeError && error.code === 'FORBIDDEN')
      return `inventory ${id}, which we may not read`;
    throw error;
  }
}

function describeOwner({ kind, metadata }: ObjectMetadata): string {
  const application = metadata.labels?.[Label.application];
  const environment = metadata.labels?.[InventoryMark.environment];
  const where = `${kind} ${metadata.namespace}/${metadata.name}`;
  if (application === undefined) {
    return `another tool (${metadata.annotations?.[InventoryMark.tooling] ?? 'unknown'}; its inventory is ${where})`;
  }
  return `application ${application}${environment ? ` of environment ${environment}` : ''} (its inventory is ${where})`;
}
