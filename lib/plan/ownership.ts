/** Which inventory an application has or gets, and whose a live object is. Pure. */
import type { DesiredApplication, ObjectMetadata } from '../objects/index.ts';
import { Annotation, Label } from '../objects/index.ts';
import { inventoryId, inventoryName } from './identity.ts';
import type { Inventory } from './inventory.ts';
import type { LiveObject } from './live.ts';
import { ownEntry } from './managed-fields.ts';

/** An application together with the inventories that say what it owns. */
export interface OwnedApplication {
  readonly name: string;
  /** undefined: it is no longer in the program. */
  readonly desired: DesiredApplication | undefined;
  /** The inventory that its objects shall belong to. */
  readonly home: { readonly namespace: string; readonly name: string; readonly id: string };
  /** Inventories that are there, the home among them once it is. */
  readonly inventories: readonly Inventory[];
  /** Ids that make an object its own. */
  readonly ids: ReadonlySet<string>;
}

/** Where an application's inventory goes when it has none: the namespace that most of its objects are in. */
function mainNamespace(application: DesiredApplication): string {
  const counts = new Map<string, number>();
  for (const { key } of application.objects) {
    if (key.namespace !== '') counts.set(key.namespace, (counts.get(key.namespace) ?? 0) + 1);
  }
  const [first] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return first?.[0] ?? 'default';
}

export interface OwnershipInput {
  readonly environment: string;
  readonly applications: readonly DesiredApplication[];
  readonly inventories: readonly Inventory[];
  readonly members: readonly LiveObject[];
  /** Where inventories shall be, if somebody said so. */
  readonly namespace: string | undefined;
}

export function assignOwnership(input: OwnershipInput): readonly OwnedApplication[] {
  const { environment, applications, inventories, members } = input;
  const names = new Set([...applications.map(({ name }) => name), ...inventories.map((i) => i.application)]);
  const desiredByName = new Map(applications.map((application) => [application.name, application]));
  const desiredNamespaces = new Set(
    applications.flatMap(({ objects }) =>
      objects.flatMap(({ key }) => (key.kind === 'Namespace' ? [key.name] : [])),
    ),
  );
  // An inventory does not stay in a namespace that this plan deletes.
  const doomed = new Set(
    members.flatMap(({ key }) =>
      key.kind === 'Namespace' && key.group === '' && !desiredNamespaces.has(key.name) ? [key.name] : [],
    ),
  );
  return [...names].map((name): OwnedApplication => {
    const own = inventories
      .filter(({ application }) => application === name)
      .sort((a, b) =>
        a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : a.namespace < b.namespace ? -1 : 1,
      );
    const desired = desiredByName.get(name);
    const wanted = own.find(({ namespace }) =>
      input.namespace === undefined || !desired
        ? !desired || !doomed.has(namespace)
        : namespace === input.namespace,
    );
    const namespace = wanted?.namespace ?? input.namespace ?? (desired ? mainNamespace(desired) : 'default');
    const inventory = inventoryName(environment, name);
    const home = wanted ?? { namespace, name: inventory, id: inventoryId(namespace, inventory) };
    const ids = new Set([home.id, ...own.map(({ id }) => id)]);
    if (own.length === 0) for (const id of lostIds(inventory, name, members)) ids.add(id);
    return { name, desired, home, inventories: own, ids };
  });
}

/** Ids under which objects may have been written before the inventory was, or whose inventory was lost: an id
 * follows from the namespace, and only the namespaces of what carries the application's label come into question. */
export function lostIds(
  inventory: string,
  application: string,
  members: readonly LiveObject[],
): ReadonlySet<string> {
  const namespaces = new Set(['default']);
  for (const { key, object } of members) {
    if (object.metadata.labels?.[Label.application] !== application) continue;
    if (key.namespace !== '') namespaces.add(key.namespace);
    else if (key.kind === 'Namespace') namespaces.add(key.name);
  }
  return new Set([...namespaces].map((namespace) => inventoryId(namespace, inventory)));
}

export function partOf(object: ObjectMetadata): string | undefined {
  return object.metadata.labels?.[Label.partOf];
}

/** Whether we wrote an object, and nobody just copied its labels (as the Endpoints controller does from Services). */
export function isWrittenByUs({ metadata }: ObjectMetadata): boolean {
  return metadata.annotations?.[Annotation.digest] !== undefined || ownEntry(metadata) !== undefined;
}
